import { messageOf } from '../../../text/message-of.ts';
import type { Growth } from '../../molecules/growth.ts';
import type { MoleculeCommand, MoleculeMessage } from '../../molecules/protocol.ts';
import { coordinatesOf, type Point } from '../../molecules/structure.ts';
import { wallOf, withFound } from '../../molecules/wall.ts';
import { shortCount } from '../../ui/chart-data.ts';
import { byId, make, setText } from '../../ui/dom.ts';
import { ticksOf, tickText } from '../../ui/ticks.ts';
import { grouped, percent as percentText } from '../../ui/words.ts';
import { type ChartPoint, createLineChart, thinned } from '../line-chart.ts';
import { whenSeen } from '../live-run.ts';
import { svg } from '../svg.ts';
import { drawMolecule, partAfter, touchedBy } from './molecule-drawing.ts';

/** Milliseconds between two steps on the stage, and for how long the complete molecules are shown. */
const [stepEvery, restFor] = [420, 1500];
/** Molecules on the wall, molecules remembered for it, and dots in the picture of probabilities. */
const [wallCount, remembered, maxDots] = [12, 400, 160];
/** Fewer points make no curve; of more than the maximum every other one goes. */
const [minPoints, maxPoints] = [4, 300];

/** A share that does not break across lines. */
const percent = (share: number) => percentText(share).replace(' ', '\u00a0');

/** The addresses of the figure's files beside the page. */
export interface MoleculeFiles {
  startWorker(): Worker;
  readonly checkpoint: URL;
}

/** Molecules that grow atom by atom, the best and most diverse so far, and the growth of one of them. */
export function createMoleculesFigure({ startWorker, checkpoint }: MoleculeFiles): void {
  const [begin, scratch, toggle] = ['molecules-start', 'molecules-scratch', 'molecules-toggle'].map((id) =>
    byId<HTMLButtonElement>(id),
  );
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  let worker: Worker | undefined;
  let isPaused = false;
  let isSeen = false;
  let figures: Extract<MoleculeMessage, { kind: 'progress' }> | undefined;
  let stage: readonly Growth[] = [];
  let waiting: readonly Growth[] = [];
  let shownSteps = 0;
  let found: readonly Growth[] = [];
  let wall: readonly Growth[] = [];
  let dots: readonly Growth[] = [];
  let chosen: Growth | undefined;
  let losses: ChartPoint[] = [];
  let scores: ChartPoint[] = [];
  let openedAt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const points = new Map<string, readonly Point[]>();
  const charts = byId('molecules-charts');
  const scoreChart = createLineChart(charts, {
    title: 'Mean score',
    note: 'of the eight that grew; iterations here',
    ...{ horizontal: shortCount, isWhole: true, minPoints },
  });
  const lossChart = createLineChart(charts, {
    title: 'Loss',
    note: 'of trajectory balance; iterations here',
    ...{ isLog: true, horizontal: shortCount, isWhole: true, minPoints },
  });
  const scatter = svg('svg', { class: 'lines scatter', viewBox: '0 0 360 230', role: 'img' });
  byId('molecules-scatter').append(scatter);

  const pointsOf = (growth: Growth): readonly Point[] => {
    // Atoms are numbered in order of appearance, so the same molecule is laid out differently each time it grows.
    const key = `${growth.smiles} ${growth.elements.join('')} ${JSON.stringify(growth.steps[growth.steps.length - 1]?.bonds)}`;
    const known =
      points.get(key) ?? coordinatesOf(growth.elements.length, growth.steps[growth.steps.length - 1]?.bonds ?? []);
    if (points.size > 600) points.clear();
    points.set(key, known);
    return known;
  };
  const pictureOf = (growth: Growth, count: number) => {
    const { atoms, bonds } = partAfter(growth.steps, count);
    const step = growth.steps[count - 1];
    const fresh = step && count < growth.steps.length ? touchedBy(step, atoms) : [];
    return drawMolecule(
      { elements: growth.elements.slice(0, atoms), bonds, points: pointsOf(growth) },
      growth.smiles,
      fresh,
    );
  };
  const card = (growth: Growth, count: number, note: string): HTMLElement => {
    const made = make(
      'button',
      { type: 'button', className: 'molecule-card' },
      pictureOf(growth, count),
      make('span', { className: 'caption' }, note),
    );
    made.title = 'How it came about';
    made.addEventListener('click', () => {
      chosen = growth;
      drawFilm();
      byId('molecules-film').scrollIntoView({ block: 'nearest', behavior: calm ? 'instant' : 'smooth' });
    });
    return made;
  };

  const drawStage = () => {
    const now = stage.map((growth) => {
      const count = Math.min(shownSteps, growth.steps.length);
      const step = growth.steps[count - 1];
      const isOver = count === growth.steps.length;
      return card(
        growth,
        count,
        isOver ? `score ${growth.score.toFixed(2)}` : step ? `${step.text}, ${percent(step.probability)}` : '',
      );
    });
    replaceKeepingFocus(byId('molecules-stage'), now);
  };
  const advance = () => {
    clearTimeout(timer);
    timer = undefined;
    const longest = Math.max(0, ...stage.map(({ steps }) => steps.length));
    if (shownSteps >= longest) {
      if (waiting.length === 0) return;
      take(waiting);
      waiting = [];
    } else shownSteps = calm ? longest : shownSteps + 1;
    drawStage();
    if (isSeen && !isPaused) timer = setTimeout(advance, shownSteps >= longest ? restFor : stepEvery);
  };
  const take = (growths: readonly Growth[]) => {
    stage = growths;
    shownSteps = calm ? Math.max(...growths.map(({ steps }) => steps.length)) : 1;
    found = withFound(found, growths, remembered);
    dots = [...dots, ...growths].slice(-maxDots);
    const next = wallOf(found, wallCount);
    if (next.some((growth, i) => growth.smiles !== wall[i]?.smiles)) {
      wall = next;
      replaceKeepingFocus(
        byId('molecules-wall'),
        wall.map((growth) => card(growth, growth.steps.length, `score ${growth.score.toFixed(2)}`)),
      );
    }
    if (chosen === undefined) {
      chosen = wall[0];
      drawFilm();
    }
    drawScatter();
  };

  const drawFilm = () => {
    if (chosen === undefined) return;
    const growth = chosen;
    setText(byId('molecules-film-title'), `How ${growth.smiles} came about`);
    const frames = growth.steps.map(({ text, probability, others }, i) =>
      make(
        'li',
        {},
        pictureOf(growth, i + 1),
        make('p', { className: 'taken' }, make('span', {}, `${text} `), make('strong', {}, percent(probability))),
        make(
          'ul',
          { className: 'others' },
          ...others.map((other) =>
            make('li', {}, make('span', {}, `${other.text} `), make('span', {}, percent(other.probability))),
          ),
        ),
      ),
    );
    byId('molecules-frames').replaceChildren(...frames);
  };

  const drawScatter = () => {
    if (figures === undefined || dots.length === 0) return;
    const [width, height, left, bottom] = [360, 230, 48, 34];
    const xs = dots.map(({ logReward }) => logReward);
    const ys = dots.map(({ logProbability }) => logProbability);
    const [low, high] = [Math.min(...xs), Math.max(...xs, Math.min(...xs) + 1)];
    const partition = figures.logPartition;
    const [floor, top] = [Math.min(...ys, low - partition), Math.max(...ys, high - partition)];
    const across = (value: number) => left + ((width - left - 12) * (value - low)) / (high - low);
    const down = (value: number) => 8 + (height - bottom - 8) * (1 - (value - floor) / Math.max(1e-6, top - floor));
    scatter.replaceChildren(
      svg('line', {
        class: 'level',
        x1: across(low),
        x2: across(high),
        y1: down(low - partition),
        y2: down(high - partition),
      }),
      ...dots.map(({ logReward, logProbability, smiles }) =>
        svg(
          'circle',
          { class: 'dot', cx: across(logReward), cy: down(logProbability), r: 3 },
          svg('title', {}, smiles),
        ),
      ),
      ...ticksOf(low, high, false).map((value) =>
        svg('text', { x: across(value), y: height - 18, 'text-anchor': 'middle' }, tickText(value)),
      ),
      ...ticksOf(floor, top, false).map((value) =>
        svg('text', { x: left - 6, y: down(value) + 4, 'text-anchor': 'end' }, tickText(value)),
      ),
      svg('text', { class: 'side', x: left + 6, y: 20 }, 'made too often'),
      svg('text', { class: 'side', x: width - 12, y: height - bottom - 8, 'text-anchor': 'end' }, 'made too seldom'),
      svg('text', { x: width - 12, y: height - 4, 'text-anchor': 'end' }, 'log-reward'),
      svg(
        'text',
        {
          x: 10,
          y: 8 + (height - bottom - 8) / 2,
          'text-anchor': 'middle',
          transform: `rotate(-90 10 ${8 + (height - bottom - 8) / 2})`,
        },
        'log-probability',
      ),
    );
    scatter.setAttribute(
      'aria-label',
      `Log-reward against log-probability of ${dots.length} molecules. On the line is a perfect sampler; above it are those made too often, below it too seldom.`,
    );
  };

  const hear = (message: MoleculeMessage) => {
    switch (message.kind) {
      case 'opened':
        openedAt = message.step;
        toggle.disabled = false;
        byId('molecules-live').hidden = false;
        setText(
          told,
          `${grouped(message.parameters)} parameters, on the processor. ${message.step > 0 ? `It continues from iteration ${grouped(message.step)}.` : 'It begins with new networks.'}`,
        );
        return;
      case 'progress': {
        if (figures === undefined) {
          figures = message;
          drawScatter();
        }
        figures = message;
        losses = thinned([...losses, { x: message.step - openedAt, y: message.loss }], maxPoints);
        setText(
          byId('molecules-figures'),
          `Iteration ${grouped(message.step)} · ${grouped(message.trajectories)} molecules · log Z ${message.logPartition.toFixed(2)}`,
        );
        return;
      }
      case 'grown': {
        const mean = message.growths.reduce((sum, { score }) => sum + score, 0) / message.growths.length;
        scores = thinned([...scores, { x: message.step - openedAt, y: mean }], maxPoints);
        scoreChart.draw([{ name: 'mean score', colour: 0, points: scores }]);
        lossChart.draw([{ name: 'loss', colour: 0, points: losses }]);
        waiting = message.growths;
        if (timer === undefined) advance();
        return;
      }
      case 'failure':
        setText(told, message.problem);
        toggle.disabled = true;
    }
  };
  const told = byId('molecules-told');
  const send = (command: MoleculeCommand) => worker?.postMessage(command);
  const settle = () => {
    send({ kind: isPaused || !isSeen ? 'pause' : 'resume' });
    setText(toggle, isPaused ? 'Continue' : 'Pause');
    if (isSeen && !isPaused && timer === undefined && stage.length > 0) advance();
  };
  const open = async (isNew: boolean) => {
    begin.disabled = scratch.disabled = true;
    worker?.terminate();
    [stage, waiting, found, wall, dots, losses, scores] = [[], [], [], [], [], [], []];
    chosen = figures = undefined;
    try {
      let bytes: Uint8Array | undefined;
      if (!isNew) {
        const answer = await fetch(checkpoint);
        if (!answer.ok) throw new Error(`The sampler could not be loaded (${answer.status}).`);
        bytes = new Uint8Array(await answer.arrayBuffer());
      }
      worker = startWorker();
      worker.addEventListener('message', ({ data }: MessageEvent<MoleculeMessage>) => hear(data));
      worker.addEventListener('error', ({ message }) =>
        hear({ kind: 'failure', problem: `The training worker failed. ${message ?? ''}`.trim() }),
      );
      send({ kind: 'open', checkpoint: bytes });
      isPaused = false;
      settle();
      toggle.hidden = false;
      if (!isNew) setText(begin, 'Start over, trained');
      setText(scratch, 'Start over, untrained');
      begin.classList.remove('primary');
      setText(told, 'Opening a device.');
    } catch (error) {
      setText(told, `${messageOf(error)} Check the connection; new networks need none.`);
    } finally {
      begin.disabled = scratch.disabled = false;
    }
  };
  begin.addEventListener('click', () => void open(false));
  scratch.addEventListener('click', () => void open(true));
  toggle.addEventListener('click', () => {
    isPaused = !isPaused;
    settle();
  });
  whenSeen(byId('molecules'), (seen) => {
    isSeen = seen;
    settle();
  });
}

/** Replaces a part's elements; the focus stays at the same index. */
function replaceKeepingFocus(place: HTMLElement, next: readonly HTMLElement[]): void {
  const at = [...place.children].indexOf(document.activeElement as HTMLElement);
  place.replaceChildren(...next);
  if (at >= 0) (next[at] ?? next[next.length - 1])?.focus({ preventScroll: true });
}
