import { atMostEvery } from './at-most-every.ts';
import { byId, make, setText } from './dom.ts';
import { spelledShort } from './names.ts';
import { environmentOf, objectText } from './objects.ts';
import { gridShape, type PageState } from './page-state.ts';
import { drawRanks } from './rank-picture.ts';
import { binMeans, type RankBins, rankBins, rankByTarget, topNumbers } from './ranking.ts';
import type { Store } from './store.ts';
import { figure, percent } from './words.ts';

/** Derived from a target once. */
interface Order {
  readonly of: Float32Array;
  readonly ranks: Uint32Array;
  readonly bins: RankBins;
  readonly target: Float64Array;
}

/** More bins than this are narrower than a pixel on most screens. */
const maxBins = 320;
const topCount = 8;
/** The shortest time between updates of the table, in milliseconds: it is for reading. */
const tableEvery = 500;

/**
 * For objects that do not form a plane: their probabilities in the target's order, and the most probable ones as text.
 */
export function createRankingView(store: Store<PageState>): void {
  const canvas = make('canvas');
  canvas.setAttribute('role', 'img');
  byId('rank-plot').append(canvas);
  let order: Order | undefined;

  store.watch(
    ({ knownRuns: [first] }) => [first?.opened !== undefined, gridShape(first), first?.opened?.objects],
    ([isOpen, shape]) => {
      byId('grid-pictures').hidden = isOpen && shape === undefined;
      byId('ranking').hidden = !isOpen || shape !== undefined;
      byId('stage-head').hidden = isOpen && shape === undefined;
      byId('legend').hidden = isOpen && shape === undefined;
      byId('readout').hidden = isOpen && shape === undefined;
    },
  );
  store.watch(
    ({ knownRuns }) => [knownRuns[0]?.opened?.objects, knownRuns[0]?.learnt, knownRuns[1]?.learnt],
    ([objects, ...learnt]) => {
      const { knownRuns } = store.get();
      if (objects === undefined || gridShape(knownRuns[0]) !== undefined) {
        byId('rank-plot').hidden = objects === undefined;
        return;
      }
      byId('rank-plot').hidden = false;
      if (order?.of !== objects.target) {
        const [ranks, bins] = [rankByTarget(objects.target), rankBins(objects.count, maxBins)];
        order = { of: objects.target, ranks, bins, target: binMeans(objects.target, ranks, bins) };
      }
      const { ranks, bins, target } = order;
      const means = learnt.flatMap((probability) => (probability ? [binMeans(probability, ranks, bins)] : []));
      drawRanks(canvas, { starts: bins.starts, target, learnt: means });
      const distance = knownRuns[0].metrics?.values.totalVariation;
      const far = distance === undefined ? '' : `; total variation ${figure(distance)}`;
      canvas.setAttribute('aria-label', `Target and learnt probability of ${objects.count} objects${far}`);
    },
  );

  const drawTable = atMostEvery(tableEvery, () => {
    if (gridShape(store.get().knownRuns[0]) === undefined) byId('top-objects').replaceChildren(...tableOf(store.get()));
  });
  let shownKey = '';
  store.watch(
    ({ knownRuns }) => [knownRuns[0]?.learnt, knownRuns[0]?.walks, knownRuns[0]?.opened],
    () => {
      const { knownRuns } = store.get();
      const key = `${knownRuns[0]?.config.problem} ${knownRuns.length}`;
      drawTable(key !== shownKey);
      shownKey = key;
    },
  );
  store.watch(
    ({ knownRuns }) => [knownRuns.map(({ config }) => config.objective).join()],
    () => setText(byId('ranking-note'), 'grey: target; lines: learnt; objects in order of their target probability'),
  );
}

function tableOf({ knownRuns }: PageState): Node[] {
  const [first] = knownRuns;
  const environment = first && environmentOf(first.config);
  const objects = first?.opened?.objects;
  if (environment === undefined) return [];
  if (objects === undefined || first.learnt === undefined) {
    const rows = first.walks.map(({ object, logReward }) => [object, figure(Math.exp(logReward))]);
    return table('Sampled lately', ['Object', 'Reward'], rows);
  }
  const learnt = knownRuns.flatMap((knownRun) => (knownRun.learnt ? [knownRun.learnt] : []));
  const heads = learnt.length === 1 ? ['Learnt'] : knownRuns.map(({ config }) => spelledShort(config.objective));
  const rows = topNumbers(first.learnt, topCount).map((object) => [
    objectText(environment, object),
    percent(objects.target[object]),
    ...learnt.map((probability) => percent(probability[object])),
  ]);
  return table('Likeliest objects now', ['Object', 'Target', ...heads], rows);
}

function table(title: string, heads: readonly string[], rows: readonly (readonly string[])[]): Node[] {
  const head = heads.map((text) => make('th', { scope: 'col' }, text));
  const body = rows.map((cells) =>
    make('tr', {}, ...cells.map((text, i) => make('td', { className: i === 0 ? 'object' : '' }, text))),
  );
  return [make('caption', {}, title), make('thead', {}, make('tr', {}, ...head)), make('tbody', {}, ...body)];
}
