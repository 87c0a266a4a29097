import type { SelfCheck } from '../protocol.ts';
import { make } from '../ui/dom.ts';
import { figure } from '../ui/words.ts';

/** Powers of ten that the axis goes from and to. */
const [lowest, highest] = [-17, -1];
const ticks = [-16, -12, -8, -4];

/** What a check is about stands behind its name: those of one kind stand together, under a title that says it once. */
const kinds = [
  { ending: ', gradient', title: 'Gradients, beside differences of values' },
  { ending: ', device against float64', title: 'This device, beside the same in float64' },
];

/** Errors as dots on a logarithmic axis, each with the bar that it must stay left of. */
export function errorPicture(checks: readonly SelfCheck[]): HTMLElement {
  const within = checks.filter(({ passed }) => passed).length;
  const rows = kinds.flatMap(({ ending, title }) => {
    const own = checks.filter(({ name }) => name.endsWith(ending));
    if (own.length === 0) return [];
    return [
      make('p', { className: 'map-title' }, title),
      ...own.map((check) => rowOf(check, check.name.slice(0, -ending.length))),
    ];
  });
  const others = checks.filter(({ name }) => !kinds.some(({ ending }) => name.endsWith(ending)));
  const picture = make(
    'div',
    { className: 'errors' },
    ...rows,
    ...others.map((check) => rowOf(check, check.name)),
    axis(),
  );
  picture.setAttribute('role', 'img');
  picture.setAttribute('aria-label', `Errors of ${checks.length} checks and what they may be: ${within} are within.`);
  return make(
    'figure',
    {},
    picture,
    make(
      'figcaption',
      { className: 'caption' },
      'Each dot is an error, and has to stay left of its bar. Far left is exact.',
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
