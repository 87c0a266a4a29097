import { axisTitle, shownSign } from '../../metrics/catalogue.ts';
import { byId, make, setText } from './dom.ts';
import { equalWalksSentence } from './equal-walks.ts';
import type { KnownRun } from './known-run.ts';
import { spelledShort } from './names.ts';
import { isPaused, isRunning, type PageState } from './page-state.ts';
import type { Store } from './store.ts';
import { withTerms } from './term-button.ts';
import { capitalised, distanceSentence, figure, grouped, size } from './words.ts';

export interface RunActions {
  toggle(): void;
  step(): void;
  restart(): void;
  compare(): void;
}

const pauseIcon = 'M6 4h3v12H6zM11 4h3v12h-3z';
const playIcon = 'M6 4l10 6-10 6z';

/** The run's controls, its progress, and its meaning. */
export function createRunPanel(store: Store<PageState>, actions: RunActions): { announce(text: string): void } {
  const [toggle, step, restart, compare] = ['toggle', 'step', 'restart', 'compare'].map((id) =>
    byId<HTMLButtonElement>(id),
  );
  toggle.addEventListener('click', actions.toggle);
  step.addEventListener('click', actions.step);
  restart.addEventListener('click', actions.restart);
  compare.addEventListener('click', actions.compare);
  const announcer = byId('announcer');
  const announce = (text: string) => setText(announcer, text);

  store.watch(
    (state) => [isRunning(state), isPaused(state), state.knownRuns.map(({ status }) => status).join()],
    ([running, paused]) => {
      const { knownRuns } = store.get();
      const isOver = knownRuns.length > 0 && knownRuns.every(({ status }) => status === 'finished');
      toggle.disabled = !running && !paused && !isOver;
      step.disabled = !paused;
      restart.disabled = knownRuns.length === 0;
      setText(byId('toggle-name'), isOver ? 'Train on' : paused ? 'Resume' : 'Pause');
      byId('toggle-icon').setAttribute('d', isOver || paused ? playIcon : pauseIcon);
    },
  );
  store.watch(
    ({ knownRuns }) => [knownRuns.length],
    ([count]) => {
      compare.setAttribute('aria-pressed', String(count > 1));
    },
  );

  const metrics = (['totalVariation', 'elboGap'] as const).map((name) => capitalised(axisTitle(name)));
  const tiles = ['Iteration', ...metrics, 'Trajectories per second'].map((name) => {
    const value = make('dd', {}, '–');
    return { name, value, root: make('div', {}, make('dt', {}, ...withTerms(name)), value) };
  });
  byId('figures').replaceChildren(...tiles.map(({ root }) => root));
  const show = (tile: number, values: readonly string[], after = '') => {
    const { value } = tiles[tile];
    const names = values.length > 1 ? namesOf(store.get().knownRuns) : [];
    const text = [...names, ...values, after].join();
    if (value.dataset.shown === text) return;
    value.dataset.shown = text;
    // Two runs' values are told apart by their names, not by colour alone.
    const parts =
      values.length === 1
        ? [values[0]]
        : values.flatMap((part, run) => [
            ...(run > 0 ? [make('span', { className: 'hidden-text' }, ' · ')] : []),
            make(
              'span',
              { className: run === 0 ? 'of-run of-first' : 'of-run of-second' },
              `${part} `,
              make('small', {}, names[run]),
            ),
          ]);
    value.replaceChildren(...parts, ...(after ? [make('small', {}, after)] : []));
  };
  const bar = byId('progress');

  store.watch(
    ({ knownRuns }) => [knownRuns],
    ([knownRuns]) => {
      if (knownRuns.length === 0) return;
      const steps = knownRuns[0].config.steps;
      show(
        0,
        knownRuns.map((knownRun) => grouped(stepOf(knownRun))),
        ` of ${grouped(steps)}`,
      );
      show(
        1,
        knownRuns.map(({ metrics }) => shown(metrics?.values.totalVariation, figure)),
      );
      show(
        2,
        knownRuns.map(({ metrics }) => shown(metrics?.values.elboGap, (gap) => figure(shownSign('elboGap') * gap))),
      );
      show(
        3,
        knownRuns.map(({ progress }) =>
          progress && progress.trajectoriesPerSecond > 0 ? grouped(progress.trajectoriesPerSecond) : '–',
        ),
      );
      bar.style.transform = `scaleX(${Math.min(1, stepOf(knownRuns[0]) / steps)})`;
      setText(byId('sentence'), sentenceOf(knownRuns));
      setText(byId('device'), deviceOf(knownRuns[0]));
    },
  );

  let said = '';
  const standing = ({ knownRuns: [first] }: PageState) =>
    first?.status === 'paused' ? `paused ${stepOf(first)}` : first?.status;
  store.watch(
    // A pause at another iteration is another one, and so is the step of a paused run.
    (state) => [standing(state)],
    ([status]) => {
      const { knownRuns } = store.get();
      const [first] = knownRuns;
      if (first === undefined || status === undefined || status === said) return;
      said = status;
      if (first.status === 'running') announce('Training.');
      if (first.status === 'paused') announce(`Paused at iteration ${grouped(stepOf(first))}.`);
      if (first.status === 'finished') announce(`Finished. ${sentenceOf(knownRuns)}`);
    },
  );
  return { announce };
}

/** Short names of the runs in the pictures, side by side. */
function namesOf(knownRuns: readonly KnownRun[]): readonly string[] {
  const objectives = knownRuns.map(({ config }) => spelledShort(config.objective));
  return new Set(objectives).size === objectives.length ? objectives : ['first', 'second'];
}

function shown(value: number | undefined, words: (value: number) => string): string {
  return value === undefined ? '–' : words(value);
}

export function stepOf({ progress, opened }: KnownRun): number {
  return Math.max(progress?.step ?? 0, opened?.step ?? 0);
}

function sentenceOf(knownRuns: readonly KnownRun[]): string {
  const [first, second] = knownRuns;
  if (first.status === 'opening') return 'Opening a device to compute on.';
  if (first.status === 'failed') return 'The run ended early.';
  const here = first.metrics?.values.totalVariation;
  if (here === undefined) {
    return first.opened?.objects
      ? 'Sampling the first walks.'
      : 'There are too many objects here for an exact picture; below are some that it samples.';
  }
  if (second !== undefined) return equalWalksSentence(knownRuns) ?? 'Both have only begun.';
  const walks = first.progress?.trajectories ?? 0;
  const prefix = first.status === 'finished' ? `After ${grouped(walks)} walks: ` : '';
  const sentence = distanceSentence(here);
  return prefix === '' ? sentence : `${prefix}${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
}

function deviceOf({ opened }: KnownRun): string {
  if (opened === undefined) return '';
  const { device, parameters, bytes } = opened;
  const where =
    device.kind === 'webgpu'
      ? `On WebGPU: ${device.description}`
      : `On the processor: ${device.description.replace(/^cpu: /, '')}`;
  return `${where}, because ${device.why}. ${grouped(parameters)} parameters, ${size(bytes)}.`;
}
