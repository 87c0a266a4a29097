import type { ComparedMeasure } from '../../plot/seed-band.ts';
import { type ComparedMethod, type ComparedRun, type Comparison, isVariant, timedPart } from './comparison.ts';
import {
  isLowerBetter,
  mainMeasure,
  meanOf,
  momentsOf,
  type Order,
  type Orders,
  orderOf,
  valuesAt,
} from './standing.ts';

/** The method with the best mean, of those with enough seeds. */
export interface Leaders {
  readonly best: MethodAt;
  /** The methods that it is not ahead of, best first. */
  readonly undecided: readonly MethodAt[];
  /** The methods with too few seeds to say. */
  readonly unknown: readonly MethodAt[];
}

/** A method with its mean over seeds. */
export interface MethodAt {
  readonly method: ComparedMethod;
  readonly mean: number;
}

/** A method with its values, one for each seed, and its order against others. */
interface Candidate {
  readonly method: ComparedMethod;
  readonly values: readonly number[];
  order(other: ComparedMethod): Order | undefined;
}

/**
 * The leaders of some methods at a moment of their comparison, by its number. Undefined if no two of them have enough
 * seeds.
 */
export function leadersAt(
  comparison: Comparison,
  orders: Orders,
  place: number,
  methods: readonly ComparedMethod[] = comparison.methods,
): Leaders | undefined {
  const measure = mainMeasure(comparison);
  if (measure === undefined) return undefined;
  const moment = momentsOf(comparison)[place];
  return leadersOf(
    measure,
    methods.map((method) => ({
      method,
      values: valuesAt(method, measure, moment),
      order: (other) => orders.get(method)?.get(other)?.[place],
    })),
  );
}

/** Variants of objectives beside a method, best first. */
export interface BetterVariants {
  readonly ahead: readonly MethodAt[];
  /** Those that are not ahead of it, though their means are better. */
  readonly undecided: readonly MethodAt[];
}

/** Variants of objectives that are ahead of a method at a moment, and others whose mean is better, best first. */
export function betterVariants(comparison: Comparison, orders: Orders, place: number, best: MethodAt): BetterVariants {
  const measure = mainMeasure(comparison);
  if (measure === undefined) return { ahead: [], undecided: [] };
  const moment = momentsOf(comparison)[place];
  const found = comparison.methods
    .filter(isVariant)
    .map((method) => ({ method, order: orders.get(method)?.get(best.method)?.[place] }))
    // Others have no mean there, or too few seeds.
    .filter(({ order }) => order === 'ahead' || order === 'undecided')
    .map(({ method, order }) => ({ method, order, mean: meanOf(valuesAt(method, measure, moment)) }))
    .sort((a, b) => worthOf(measure, a.mean) - worthOf(measure, b.mean));
  return {
    ahead: found.filter(({ order }) => order === 'ahead'),
    undecided: found.filter(({ order, mean }) => {
      return order === 'undecided' && worthOf(measure, mean) < worthOf(measure, best.mean);
    }),
  };
}

/** The comparison without variants of objectives. */
export function objectivesOf(comparison: Comparison): Comparison {
  return { ...comparison, methods: comparison.methods.filter((method) => !isVariant(method)) };
}

/** Leaders after equally many seconds. */
export interface LeadersInTime {
  readonly seconds: number;
  readonly leaders: Leaders | undefined;
}

/** Shares of the time that all methods took. */
const timeShares = [1 / 16, 1 / 4, 1] as const;

/**
 * The leaders after equally many seconds, of the runs that had their machine to themselves, up to the end of the run that
 * was done first. Each run counts with its last evaluation before. Empty if fewer than two methods have such runs.
 */
export function leadersInTime(comparison: Comparison): LeadersInTime[] {
  const measure = mainMeasure(comparison);
  const { methods } = timedPart(comparison);
  if (measure === undefined || methods.length < 2) return [];
  const end = Math.min(...methods.flatMap(({ runs }) => runs.map(({ curve }) => curve.at(-1)?.seconds ?? 0)));
  return timeShares.map((share) => {
    const seconds = share * end;
    const found = new Map(
      methods.map((method) => [method, method.runs.flatMap((run) => valueAtTime(run, measure, seconds) ?? [])]),
    );
    const candidates = [...found].map(([method, values]): Candidate => {
      return { method, values, order: (other) => orderOf(measure, values, found.get(other) ?? []) };
    });
    return { seconds, leaders: leadersOf(measure, candidates) };
  });
}

function valueAtTime({ curve }: ComparedRun, { field, sign }: ComparedMeasure, until: number): number | undefined {
  const point = curve.findLast(({ seconds = Number.POSITIVE_INFINITY, ...each }) => {
    return seconds <= until && each.trajectories > 0 && each[field] !== undefined;
  });
  const value = point?.[field];
  return value === undefined ? undefined : sign * value;
}

function leadersOf(measure: ComparedMeasure, candidates: readonly Candidate[]): Leaders | undefined {
  const isDecided = (order: Order | undefined) => order !== undefined && order !== 'too few seeds';
  const judged = candidates.filter(({ method, order }) =>
    candidates.some((other) => other.method !== method && isDecided(order(other.method))),
  );
  const ranked = judged
    .map(({ method, values, order }) => ({ method, mean: meanOf(values), order }))
    .sort((a, b) => worthOf(measure, a.mean) - worthOf(measure, b.mean));
  const [best] = ranked;
  if (best === undefined) return undefined;
  return {
    best,
    undecided: ranked.filter((each) => each !== best && best.order(each.method) === 'undecided'),
    unknown: candidates
      .filter((each) => each.values.length > 0 && !judged.includes(each))
      .map(({ method, values }) => ({ method, mean: meanOf(values) })),
  };
}

/** Smaller for a better value. */
function worthOf(measure: ComparedMeasure, value: number): number {
  return isLowerBetter(measure) ? value : -value;
}
