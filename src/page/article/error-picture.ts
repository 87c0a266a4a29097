import type { SelfCheck } from '../protocol.ts';
import { make } from '../ui/dom.ts';
import { figure } from '../ui/words.ts';

/** Powers of ten that the axis goes from and to. */
const [lowest, highest] = [-17, -1];
const ticks = [-16, -12, -8, -4];

/**
 * What a check is about stands behind its name: those of one kind stand together, under a title that says it once, and why
 * their errors may be as large as they may.
 */
const kinds = [
  {
    ending: ', gradient',
    title: 'Gradients, beside differences of values',
    why: 'A gradient is worked out by a formula. Here each input is also moved a little, to see how far the value really moves. That can be measured to about nine digits, so the two may differ by one part in a million. A wrong sign or a forgotten term would make them differ by far more.',
  },
  {
    ending: ', device against float64',
    title: 'This device, beside the same in double precision',
    why: 'The device keeps about seven digits of a number (float32), double precision (float64) sixteen. Roundings add up, and a GPU’s exponentials are good to six digits: one part in ten thousand is allowed, after a whole iteration of training one in a thousand. Random numbers have to be the very same.',
  },
];

/** Errors as dots on a logarithmic axis, each with the bar that it must stay left of. */
export function errorPicture(checks: readonly SelfCheck[]): HTMLElement {
  const groups = kinds.map(({ ending, title, why }) => {
    const own = checks.filter(({ name }) => name.endsWith(ending));
    const within = own.filter(({ passed }) => passed).length;
    const picture = make('div', {}, ...own.map((check) => rowOf(check, check.name.slice(0, -ending.length))), axis());
    picture.setAttribute('role', 'img');
    picture.setAttribute('aria-label', `Errors of ${own.length} checks and what they may be: ${within} are within.`);
    return make(
      'section',
      {},
      make('h3', { className: 'map-title' }, title),
      make('p', { className: 'why' }, why),
      picture,
    );
  });
  return make(
    'figure',
    {},
    make('div', { className: 'errors' }, ...groups),
    make(
      'figcaption',
      { className: 'caption' },
      'Each dot is an error, as a share of the numbers compared: 10',
      make('sup', {}, '−4'),
      ' is one part in ten thousand. It has to stay left of its bar, the largest that is allowed. Far left is exact.',
    ),
  );
}

function rowOf({ error, tolerance, passed }: SelfCheck, text: string): HTMLElement {
  const room = placed('room', 0);
  room.style.width = `${across(tolerance)}%`;
  const track = make(
    'div',
    { className: 'track', title: `${figure(error)}, and may be ${figure(tolerance)}` },
    room,
    placed('limit', across(tolerance)),
    placed(passed ? 'dot' : 'dot failed', across(error)),
  );
  return make('div', { className: 'error-row' }, make('span', {}, text), track);
}

function axis(): HTMLElement {
  const track = make('div', { className: 'track axis' });
  for (const power of ticks) {
    const label = placed('tick', across(10 ** power));
    // Raised digits of the font's own: it has no small minus.
    label.append('10', make('sup', {}, `−${-power}`));
    track.append(label);
  }
  return make('div', { className: 'error-row' }, make('span', {}), track);
}

/** Where a number stands, in percent of the axis. */
function across(value: number): number {
  const power = value > 0 ? Math.log10(value) : lowest;
  return (100 * (Math.min(highest, Math.max(lowest, power)) - lowest)) / (highest - lowest);
}

function placed(className: string, left: number): HTMLElement {
  const element = make('span', { className });
  element.style.left = `${left}%`;
  return element;
}
