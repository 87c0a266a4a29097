import { randomFrom } from '../../random/random-from.ts';
import type { RunConfig } from '../../run/run-config.ts';
import { defaultConfig } from '../default-config.ts';
import { peaksFound, peaksOf } from '../peaks.ts';
import type { WorkerLike } from '../run-client.ts';
import { byId, setText } from '../ui/dom.ts';
import { withPainting } from '../ui/painting.ts';
import { grouped, percent } from '../ui/words.ts';
import { createClimber, type Searcher } from './climber.ts';
import { variationOf } from './grid-flow.ts';
import { createHeatMap, type HeatMap, highestOf, linearShade } from './heat-map.ts';
import { fourHills, type Landscape, rewardsOf, targetOf } from './landscapes.ts';
import { createLiveRun, trajectoriesSeen } from './live-run.ts';
import { createWanderer } from './wanderer.ts';

const { side } = fourHills;
/** Long enough that there is nothing more to see. */
const iterations = 600;

/** One map and three ways to search it for high cells, side by side, after equally many cells. */
export function createOverture(startWorker: () => WorkerLike): void {
  const panels = byId('overture-panels');
  let landscape: Landscape = fourHills;
  let target = targetOf(landscape);
  let peaks = peaksOf(side, target);
  let seed = 0;
  let isDrawing = false;
  let brush = 9;
  const drawButton = byId('overture-draw');
  const map = createHeatMap(panels, side, {
    title: 'The map',
    drag(cells, isLast) {
      if (!isDrawing) return;
      if (isLast) return begin();
      paint(cells, brush);
    },
    key(cell, key) {
      if (!isDrawing || !/^\d$/.test(key)) return false;
      brush = Number(key);
      paint([cell], brush);
      begin();
      return true;
    },
  });
  const [climb, wander, flow] = ['Climb', 'Wander', 'Flow'].map((title) => createHeatMap(panels, side, { title }));
  flow.root.classList.add('chosen');
  let climber: Searcher;
  let wanderer: Searcher;

  const run = createLiveRun(byId('overture-figure'), startWorker, () => {
    const { knownRun } = run;
    if (knownRun === undefined) return;
    // Until it is first observed in training, which takes a moment, it says at least that it trains.
    const tried = trajectoriesSeen(knownRun) || (knownRun.progress?.trajectories ?? 0);
    climber.advance(tried);
    wanderer.advance(tried);
    show(climb, tried > 0 ? climber.shares : undefined);
    show(wander, tried > 0 ? wanderer.shares : undefined);
    show(flow, knownRun.learnt);
    setText(byId('overture-caption'), captionOf(tried, knownRun.failure?.problem));
  });
  const show = (picture: HeatMap, shares: ArrayLike<number> | undefined) => {
    if (shares === undefined) {
      picture.note('…');
      return picture.draw(new Float64Array(side * side), () => 0);
    }
    picture.draw(shares, linearShade(highestOf(target)));
    const found = peaksFound(peaks, target, shares);
    const words = `${found} of ${peaks.length} ${peaks.length === 1 ? 'hill' : 'hills'}, ${percent(variationOf(shares, target))} misplaced`;
    picture.note(words);
    picture.describe(`Where it ends: ${words}.`);
  };
  const begin = () => {
    target = targetOf(landscape);
    peaks = peaksOf(side, target);
    const reward = rewardsOf(landscape);
    climber = createClimber(side, reward, randomFrom(2 * seed));
    wanderer = createWanderer(side, reward, randomFrom(2 * seed + 1));
    drawMap();
    run.open(configOf(landscape, seed));
  };
  const drawMap = () => {
    map.draw(landscape.painting, linearShade(9));
    map.note(isDrawing ? 'drag over it' : `${peaks.length} ${peaks.length === 1 ? 'hill' : 'hills'}, the reward`);
    map.describe(
      isDrawing
        ? 'The map, to be drawn on: arrow keys move, digits from 0 to 9 set the height of a cell.'
        : `The map: the reward of each cell, with ${peaks.length} ${peaks.length === 1 ? 'hill' : 'hills'}.`,
    );
  };
  const paint = (cells: readonly number[], level: number) => {
    const painting = [...landscape.painting];
    for (const cell of cells)
      for (const [near, height] of brushAt(cell, level)) painting[near] = height(painting[near]);
    landscape = { side, painting };
    drawMap();
  };
  const setDrawing = (next: boolean) => {
    isDrawing = next;
    drawButton.setAttribute('aria-pressed', String(next));
    setText(drawButton, next ? 'Done' : 'Draw your own map');
    map.root.classList.toggle('drawn-on', next);
  };
  drawButton.addEventListener('click', () => {
    setDrawing(!isDrawing);
    if (isDrawing && landscape === fourHills) {
      landscape = { side, painting: fourHills.painting.map(() => 0) };
      byId('overture-reset').hidden = false;
    }
    drawMap();
    if (isDrawing) map.setCursor(0);
    if (!isDrawing && landscape.painting.every((level) => level === 0)) reset();
  });
  const reset = () => {
    landscape = fourHills;
    byId('overture-reset').hidden = true;
    setDrawing(false);
    begin();
  };
  byId('overture-reset').addEventListener('click', reset);
  byId('overture-again').addEventListener('click', () => {
    seed++;
    begin();
  });
  begin();
}

function captionOf(tried: number, problem: string | undefined): string {
  if (problem !== undefined) return problem;
  if (tried === 0) return 'Opening a device to compute on.';
  return `Each has tried ${grouped(tried)} cells. The stronger its colour, the more often a method ends at a cell.`;
}

function configOf({ painting }: Landscape, seed: number): RunConfig {
  const config = defaultConfig('hypergrid', 'ent-ppo');
  const problemOptions = { ...config.problemOptions, side };
  return withPainting({ ...config, problemOptions, steps: iterations, seed }, painting);
}

/** A soft brush: the cell itself, and half as high around it where it is lower. */
function brushAt(cell: number, level: number): readonly (readonly [number, (before: number) => number])[] {
  const [x, y] = [Math.floor(cell / side), cell % side];
  const touched: [number, (before: number) => number][] = [[cell, () => level]];
  for (const [right, up] of [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ]) {
    const isInside = x + right >= 0 && y + up >= 0 && x + right < side && y + up < side;
    if (isInside) touched.push([(x + right) * side + y + up, (before) => Math.max(before, Math.floor(level / 2))]);
  }
  return touched;
}
