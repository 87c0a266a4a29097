import type { RunConfig } from '../../run/run-config.ts';
import { pageCatalogue } from '../catalogue.ts';
import { defaultConfig } from '../default-config.ts';
import { isPeakFound, peaksFound, peaksOf } from '../peaks.ts';
import type { WorkerLike } from '../run-client.ts';
import { shortCount } from '../ui/chart-data.ts';
import { byId, make, setText } from '../ui/dom.ts';
import type { KnownRun } from '../ui/known-run.ts';
import { spelledShort } from '../ui/names.ts';
import { distanceSentence, grouped, percent } from '../ui/words.ts';
import { cellName, cellSize, createHeatMap, highestOf, linearShade, logShade } from './heat-map.ts';
import { type ChartPoint, createLineChart, thinned } from './line-chart.ts';
import { createLiveRun, trajectoriesSeen } from './live-run.ts';
import { svg } from './svg.ts';

const side = 16;
/** For viewing: it trains as long as anyone watches. */
const iterations = 20_000;
const maxPoints = 400;
/** Time between announcements for screen readers, in milliseconds. */
const quiet = 4000;

/** A live run: target and learnt distribution, and how the metrics change. */
export function createLearningFigure(startWorker: () => WorkerLike): void {
  const panels = byId('learning-panels');
  const logarithmic = byId<HTMLInputElement>('learning-log');
  const toggle = byId<HTMLButtonElement>('learning-toggle');
  const step = byId<HTMLButtonElement>('learning-step');
  const objective = byId<HTMLSelectElement>('learning-objective');
  objective.append(...pageCatalogue.objectives.map(({ name }) => make('option', { value: name }, spelledShort(name))));
  let target: Float32Array | undefined;
  let peaks: readonly (readonly number[])[] = [];
  let drawnTarget = '';
  let framed = '';
  let losses: ChartPoint[] = [];
  let partitions: ChartPoint[] = [];
  let hovered: number | undefined;
  let saidAt = Number.NEGATIVE_INFINITY;
  const hover = (cell: number | undefined) => {
    hovered = cell;
    readOut();
  };
  const wanted = createHeatMap(panels, side, { title: 'Target', axes: true, hover });
  const learnt = createHeatMap(panels, side, { title: 'Learnt', axes: true, hover });
  const [variation, loss, partition] = [
    { title: 'Misplaced probability', note: 'exact', isLog: true, high: 1 },
    { title: 'Loss', note: 'what it minimises' },
    { title: 'log Z', note: 'what it thinks the reward adds up to', level: () => truth() },
  ].map((options) => createLineChart(byId('learning-charts'), { ...options, horizontal: shortCount, isWhole: true }));
  const truth = () => {
    const exact = run.knownRun?.opened?.objects?.logPartition;
    return exact === undefined ? undefined : { y: exact, name: 'exact' };
  };

  const run = createLiveRun(byId('learning-figure'), startWorker, () => draw());
  const draw = () => {
    const { knownRun } = run;
    if (knownRun === undefined) return;
    const { metrics, opened } = knownRun;
    if (opened?.objects && opened.objects.target !== target) {
      target = opened.objects.target;
      peaks = peaksOf(side, target, 0.5);
    }
    remember();
    drawMaps();
    const latest = metrics?.values.totalVariation;
    const figures: Readonly<Record<string, string>> = {
      Iteration: grouped(metrics?.step ?? 0),
      Walks: grouped(trajectoriesSeen(knownRun)),
      Misplaced: latest === undefined ? '–' : percent(latest),
      'Modes found':
        target && knownRun.learnt ? `${peaksFound(peaks, target, knownRun.learnt)} of ${peaks.length}` : '–',
    };
    const list = byId('learning-figures');
    if (list.children.length === 0) {
      list.append(...Object.keys(figures).map((name) => make('div', {}, make('dt', {}, name), make('dd', {}, '–'))));
    }
    for (const [i, text] of Object.values(figures).entries()) setText(list.children[i].children[1], text);
    const name = spelledShort(knownRun.config.objective);
    const line = (points: readonly ChartPoint[]) => [{ name, colour: 0, points }];
    variation.draw(line(seriesOf(knownRun.curve)));
    loss.draw(line(losses));
    partition.root.hidden = partitions.length === 0;
    if (partitions.length > 0) partition.draw(line(partitions));
    const isOver = knownRun.status === 'finished' || knownRun.status === 'failed';
    setText(toggle, run.isPaused ? 'Continue' : 'Pause');
    toggle.disabled = isOver;
    step.disabled = !run.isPaused || isOver;
    const said = knownRun.failure?.problem ?? (latest === undefined ? 'Opening a device.' : distanceSentence(latest));
    // The caption is always of the figures above it. Screen readers announce a status, so theirs is not updated at every
    // frame.
    setText(byId('learning-caption'), said);
    if (isOver || run.isPaused || latest === undefined) setText(byId('learning-status'), said);
    else if (performance.now() - saidAt > quiet) {
      saidAt = performance.now();
      setText(
        byId('learning-status'),
        `After ${grouped(trajectoriesSeen(knownRun))} walks: ${said.charAt(0).toLowerCase()}${said.slice(1)}`,
      );
    }
    setText(byId('learning-loss'), lossWords(losses));
    readOut();
  };
  const remember = () => {
    const { progress, metrics } = run.knownRun ?? {};
    const value = progress?.diagnostics.loss;
    const last = losses[losses.length - 1];
    if (progress && value !== undefined && progress.step !== last?.x) {
      losses = thinned([...losses, { x: progress.step, y: value }], maxPoints);
    }
    const estimate = metrics?.values.logPartition;
    if (metrics && estimate !== undefined && metrics.step !== partitions[partitions.length - 1]?.x) {
      partitions = thinned([...partitions, { x: metrics.step, y: estimate }], maxPoints);
    }
  };
  const drawMaps = () => {
    if (target === undefined) return;
    const top = highestOf(target);
    const shade = logarithmic.checked ? logShade(top) : linearShade(top);
    const now = `${logarithmic.checked} ${top}`;
    if (now !== drawnTarget) {
      wanted.draw(target, shade);
      drawnTarget = now;
    }
    if (run.knownRun?.learnt) {
      learnt.draw(run.knownRun.learnt, shade);
      frameModes(target, run.knownRun.learnt);
    }
    wanted.note(`pale is 0, the strongest colour ${percent(top)}`);
    learnt.note(logarithmic.checked ? 'each shade ten times as often: four powers' : 'the same colours');
    wanted.describe(`The target, ${side} by ${side} cells, ${peaks.length} modes. Arrow keys read the cells.`);
    const latest = run.knownRun?.metrics?.values.totalVariation;
    const words = latest === undefined ? '' : ` ${percent(latest)} misplaced.`;
    learnt.describe(`What has been learnt.${words} Arrow keys read the cells.`);
  };
  /** Frames each mode in what has been learnt: whole where it is found, broken where it is not. */
  const frameModes = (wantedShares: Float32Array, shares: ArrayLike<number>) => {
    const found = peaks.map((peak) => isPeakFound(peak, wantedShares, shares));
    if (found.join() === framed) return;
    framed = found.join();
    learnt.over.replaceChildren(...peaks.flatMap((peak, i) => frameOf(peak, found[i])));
  };
  const readOut = () => {
    if (hovered === undefined || target === undefined) {
      return setText(byId('learning-readout'), 'Point at a cell, or tap it, for its values.');
    }
    const there = run.knownRun?.learnt?.[hovered];
    setText(
      byId('learning-readout'),
      `${cellName(side, hovered)}: target ${percent(target[hovered])}, learnt ${there === undefined ? '–' : percent(there)}`,
    );
  };
  const begin = () => {
    [losses, partitions] = [[], []];
    run.open(configOf(objective.value));
    run.setPaused(false);
  };
  toggle.addEventListener('click', () => run.setPaused(!run.isPaused));
  step.addEventListener('click', () => run.step());
  byId('learning-again').addEventListener('click', begin);
  objective.addEventListener('change', begin);
  logarithmic.addEventListener('change', drawMaps);
  begin();
}

/** What to make of the loss. Squared errors are never negative; what policy gradients minimise is no distance. */
function lossWords(losses: readonly ChartPoint[]): string {
  if (losses.length < 2) return '';
  return losses.some(({ y }) => y < 0)
    ? 'This loss moves around 0 and need not fall: it weighs what steps brought against what was expected of them, and expectations learn too. Whether it learns is seen in what is misplaced.'
    : 'This loss is an error on the walks that it took. It can be near 0 while hills are missing to which it never went.';
}

/** A frame around a peak's cells, on a ground that tells it from any colour of the map. */
function frameOf(peak: readonly number[], isFound: boolean): readonly SVGElement[] {
  const columns = peak.map((cell) => Math.floor(cell / side));
  const rows = peak.map((cell) => side - 1 - (cell % side));
  const [left, top] = [Math.min(...columns), Math.min(...rows)];
  const room = 2.5;
  const box = {
    x: left * cellSize - room,
    y: top * cellSize - room,
    width: (Math.max(...columns) - left + 1) * cellSize + 2 * room,
    height: (Math.max(...rows) - top + 1) * cellSize + 2 * room,
    rx: 2,
  };
  return [
    svg('rect', { class: 'mode-ground', ...box }),
    svg('rect', { class: isFound ? 'mode' : 'mode missed', ...box }),
  ];
}

function configOf(objective: string): RunConfig {
  return { ...defaultConfig('hypergrid', objective), steps: iterations };
}

function seriesOf(curve: KnownRun['curve']): ChartPoint[] {
  return curve.flatMap(({ step: x, values: { totalVariation: y } }) => (y === undefined ? [] : [{ x, y }]));
}
