import { bootstrapDifference, type Interval } from '../../metrics/bootstrap.ts';
import { type MetricDefinition, metricCatalogue } from '../../metrics/catalogue.ts';
import { welchDifference } from '../../metrics/welch.ts';
import { type ComparedMeasure, comparedMeasures } from '../../plot/seed-band.ts';
import { formatFigure } from '../text.ts';
import type { ComparedMethod, ComparedRun, Comparison } from './comparison.ts';

/** How one method compares with another. */
export type Order = 'ahead' | 'behind' | 'undecided' | 'too few seeds';

const marks: Readonly<Record<Order, string>> = { ahead: '+', behind: '−', undecided: '·', 'too few seeds': '?' };

/** "++·−": a mark for each order, or for none. */
export function marksOf(orders: readonly (Order | undefined)[]): string {
  return orders.map((order) => marks[order ?? 'too few seeds']).join('');
}

/** One order out of those against several methods: ahead of all, or behind one of them. */
export function orderOfAll(orders: readonly (Order | undefined)[]): Order | undefined {
  if (orders.includes('behind')) return 'behind';
  if (orders.every((order) => order === 'ahead')) return 'ahead';
  return orders.every((order) => order === 'ahead' || order === 'undecided') ? 'undecided' : 'too few seeds';
}

/** Two methods compared after the same number of trajectories. */
export interface Standing {
  readonly order: Order;
  /** How many runs of each got that far. */
  readonly seeds: readonly [number, number];
}

/** With fewer runs an interval says nothing: for two it just spans both. */
const minSeeds = 3;

/** Shares of a run at which methods are compared: early, where data efficiency shows, and at the end. */
const shares = [1 / 64, 1 / 16, 1 / 4, 1] as const;

/** A figure is averaged over this last share of the trajectories, since single evaluations fluctuate. */
const lastShare = 0.1;

/** The measure that methods are ranked by: distance from the target, or the ELBO if the target is unknown. */
export function mainMeasure({ methods }: Pick<Comparison, 'methods'>): ComparedMeasure | undefined {
  const points = methods.flatMap(({ runs }) => runs.flatMap(({ curve }) => curve));
  const present = comparedMeasures.filter(({ field }) => points.some((point) => point[field] !== undefined));
  return present.find(({ field }) => field === 'totalVariation' || field === 'elbo') ?? present[0];
}

/**
 * The numbers of trajectories at which methods are compared. At each, several runs were evaluated, and most of those that
 * got that far, if there is any such number: a run that was stopped has an evaluation where others have none.
 */
export function momentsOf({ iterations, batch, methods }: Comparison): number[] {
  const curves = methods.flatMap(({ runs }) => runs.map(({ curve }) => curve));
  const counts = new Map<number, number>();
  for (const { trajectories } of curves.flat()) counts.set(trajectories, (counts.get(trajectories) ?? 0) + 1);
  counts.delete(0);
  const ends = curves.map((curve) => curve.at(-1)?.trajectories ?? 0);
  const usual = [...counts].flatMap(([moment, count]) =>
    count >= Math.min(2, curves.length) && 2 * count > ends.filter((last) => last >= moment).length ? [moment] : [],
  );
  const evaluated = usual.length === 0 ? [...counts.keys()] : usual;
  if (evaluated.length === 0) return [];
  const moments = shares.map((share) => {
    const wished = share * iterations * batch;
    return evaluated.reduce((best, each) => (Math.abs(each - wished) < Math.abs(best - wished) ? each : best));
  });
  return [...new Set(moments)];
}

/** The measure of each run of a method that got that far. */
export function valuesAt({ runs }: Pick<ComparedMethod, 'runs'>, measure: ComparedMeasure, moment: number): number[] {
  return runs.flatMap((run) => valueAt(run, measure, moment) ?? []);
}

/** A run's mean of a measure in the last tenth of its trajectories up to a moment; undefined if it did not get there. */
export function valueAt({ curve }: ComparedRun, { field, sign }: ComparedMeasure, moment: number): number | undefined {
  if ((curve.at(-1)?.trajectories ?? 0) < moment) return undefined;
  const values = curve
    .filter(({ trajectories }) => trajectories <= moment && trajectories >= (1 - lastShare) * moment)
    .flatMap((point) => point[field] ?? []);
  return values.length === 0 ? undefined : sign * meanOf(values);
}

/** Compares two methods, see `orderOf`. */
export function standingAt(
  measure: ComparedMeasure,
  [first, second]: readonly [ComparedMethod, ComparedMethod],
  trajectories: number,
): Standing | undefined {
  const [a, b] = [valuesAt(first, measure, trajectories), valuesAt(second, measure, trajectories)];
  if (a.length === 0 || b.length === 0) return undefined;
  return { order: orderOf(measure, a, b), seeds: [a.length, b.length] };
}

/**
 * The order of two sets of values, one for each seed. One is ahead if two 95 percent intervals of the difference of means
 * exclude 0: the bootstrap's, which the bands are of, and Welch's. With three seeds each, the first alone would put one
 * of two equal methods ahead in about one comparison of six.
 */
export function orderOf(measure: ComparedMeasure, a: readonly number[], b: readonly number[]): Order {
  if (Math.min(a.length, b.length) < minSeeds) return 'too few seeds';
  // The bootstrap has to sort thousands of means, so Welch's interval is asked first.
  const side = sideOf(welchDifference(a, b));
  if (side === 0 || sideOf(bootstrapDifference(a, b)) !== side) return 'undecided';
  return isLowerBetter(measure) === side < 0 ? 'ahead' : 'behind';
}

/**
 * The order of two sets of positive values that were measured on the same runs, a pair for each seed: of their ratios,
 * since seeds differ by factors that a pair shares.
 */
export function orderOfRatios(measure: ComparedMeasure, a: readonly number[], b: readonly number[]): Order {
  if (Math.min(a.length, b.length) < minSeeds) return 'too few seeds';
  const ratios = a.map((value, i) => Math.log(value / b[i]));
  if (!ratios.every(Number.isFinite)) return 'undecided';
  return orderOf(
    measure,
    ratios,
    ratios.map(() => 0),
  );
}

/** The sign of all of an interval, or 0 if it contains 0. */
function sideOf({ low, high }: Interval): number {
  if (low <= 0 && high >= 0) return 0;
  return Math.sign(low);
}

/** The order of two methods at each of a comparison's moments; undefined where no run of one got there. */
export type Orders = ReadonlyMap<ComparedMethod, ReadonlyMap<ComparedMethod, readonly (Order | undefined)[]>>;

/** The orders of all pairs of methods. */
export function ordersOf(comparison: Comparison): Orders {
  const { methods } = comparison;
  const measure = mainMeasure(comparison);
  const moments = momentsOf(comparison);
  const opposite = (order: Order | undefined) => (order === 'ahead' ? 'behind' : order === 'behind' ? 'ahead' : order);
  const orders = new Map(methods.map((method) => [method, new Map<ComparedMethod, (Order | undefined)[]>()]));
  methods.forEach((first, i) => {
    for (const second of methods.slice(i + 1)) {
      const found = moments.map((moment) => measure && standingAt(measure, [first, second], moment)?.order);
      orders.get(first)?.set(second, found);
      orders.get(second)?.set(first, found.map(opposite));
    }
  });
  return orders;
}

export function isLowerBetter({ field, isDistance }: ComparedMeasure): boolean {
  const { better }: MetricDefinition = metricCatalogue[field];
  return isDistance || better === 'lower';
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Three digits: seeds differ in the second. */
export function shortFigure(value: number): string {
  return formatFigure(Number(value.toPrecision(3)));
}
