import type { ComparedMeasure } from '../../plot/seed-band.ts';
import { paperExperiments } from '../../problems/paper-experiments.ts';
import { objectiveOf } from '../methods.ts';
import { counted, formatCount } from '../text.ts';
import type { ComparedMethod, Comparison } from './comparison.ts';
import { sharedDifferences } from './settings.ts';
import {
  mainMeasure,
  marksOf,
  meanOf,
  momentsOf,
  type Order,
  orderOfAll,
  orderOfRatios,
  shortFigure,
  standingAt,
  valuesAt,
} from './standing.ts';
import { varianceMeasures, variancesIn } from './variances.ts';

/** What runs say about a claim. `mixed`: it holds at some moments, and the opposite at others. */
export type Verdict = 'shown' | 'mixed' | 'not shown' | 'contradicted';

/** Being ahead early and being ahead at the end are different things. */
export interface Verdicts {
  /** At all moments but the last; undefined if there are none. */
  readonly early: Verdict | undefined;
  readonly end: Verdict;
}

/** What the runs of one comparison say about a claim. */
export interface Judgement {
  readonly comparison: Comparison;
  readonly verdicts: Verdicts;
  /** `marksOf` the moments: against all methods that the claim is about and that ran. */
  readonly marks: string;
  /** The methods that the claim is about and that did not run. */
  readonly missing: readonly string[];
  /** Whether methods differ in settings beside those that the claim is about. */
  readonly isConfounded: boolean;
  /** The figures behind the verdict. */
  readonly figure: string;
}

/** A statement about methods, and how to judge it from runs. */
export interface Claim {
  readonly text: string;
  /** Where the paper's claim is made, see `sources`; `ours` for a question that its experiments raise. */
  readonly source: keyof typeof sources;
  /** The problems about which it is made. */
  readonly problems: readonly string[];
  /** Undefined if the comparison lacks the runs that the claim is about. */
  judge(comparison: Comparison): Judgement | undefined;
}

/** Where claims of "Proximal Policy Optimization for Amortized Discrete Sampling" (arXiv 2606.15793) are made. */
export const sources = {
  abstract: 'the paper’s abstract',
  notes: 'the notes of an independent implementation',
  ours: 'a question of our own that the paper’s methods raise',
} as const;

const { grids, sequences, molecules } = paperExperiments;
const synthetic: readonly string[] = [...grids, ...sequences];
const all: readonly string[] = [...synthetic, ...molecules];
const balance = ['tb', 'db', 'subtb'];

/** The paper's claims, as far as they are known, and further questions. */
export const claims: readonly Claim[] = [
  claim(
    'gradient variance: total return > reward-to-go > value baseline > generalised advantages',
    'notes',
    synthetic,
    variancesFall('gae', 4),
  ),
  // With a Sub-EB critic the estimators that read a critic are others than the claim's.
  claim(
    'the same at the policies of the Sub-EB critic: total return > reward-to-go',
    'ours',
    synthetic,
    variancesFall('gae-subeb', 2),
  ),
  claim('the policy gradient with GAE is ahead of TB, DB and SubTB', 'notes', synthetic, isAhead('gae', balance)),
  claim('Ent-PPO is ahead of TB, DB and SubTB', 'abstract', all, isAhead('ent-ppo', balance)),
  claim('Ent-PPO is ahead of TB, DB and SubTB that make as many updates a batch', 'ours', all, isAheadAtItsUpdates(4)),
  claim('Ent-PPO is ahead of the policy gradient with GAE', 'ours', synthetic, isAhead('ent-ppo', ['gae'])),
  claim(
    'generalised advantages are ahead of the other estimators',
    'notes',
    synthetic,
    isAhead('gae', ['total-return', 'reward-to-go', 'value-baseline']),
  ),
  claim(
    'the Sub-EB critic does worse than that of GAE (slightly, it is said)',
    'notes',
    synthetic,
    isAhead('gae', ['gae-subeb']),
  ),
  claim('Ent-PPO is ahead of trust regions', 'ours', synthetic, isAhead('ent-ppo', ['ent-trpo'])),
  claim('several policy updates a batch are better than one', 'notes', synthetic, isAhead('ent-ppo', ['ent-ppo-k1'])),
  claim('more updates than the paper’s are better still', 'ours', synthetic, isAhead('ent-ppo-k8', ['ent-ppo'])),
  claim(
    'leaving the KL term out of the loss hurts',
    'notes',
    synthetic,
    isAhead('ent-ppo', ['ent-ppo-without-divergence']),
  ),
  claim('leaving the ratio unclipped hurts', 'notes', synthetic, isAhead('ent-ppo', ['ent-ppo-without-clipping'])),
  claim('a backward policy trained by likelihood helps', 'notes', grids, isAhead('ent-ppo-tlm', ['ent-ppo'])),
];

function claim(text: string, source: Claim['source'], problems: Claim['problems'], judge: Judge): Claim {
  return { text, source, problems, judge };
}

type Judge = Claim['judge'];

/** Judges whether one method is ahead of others after equally many trajectories. */
function isAhead(method: string, others: readonly string[]): Judge {
  return (comparison) => {
    const measure = mainMeasure(comparison);
    const first = methodIn(comparison, method);
    if (measure === undefined || first === undefined) return undefined;
    const moments = momentsOf(comparison);
    const told = others.flatMap((other) => {
      const second = methodIn(comparison, other);
      if (second === undefined) return [];
      const orders = moments.map((moment) => standingAt(measure, [first, second], moment)?.order);
      return orders.every((order) => order === undefined) ? [] : [{ method: second, orders }];
    });
    if (told.length === 0) return undefined;
    // A method whose runs have come to no moment yet tells nothing either.
    const missing = others.filter((other) => !told.some((each) => each.method.method === other));
    return {
      comparison,
      verdicts: verdictsOf(
        told.map(({ orders }) => orders),
        { isWhole: missing.length === 0 },
      ),
      marks: marksOf(moments.map((_, place) => orderOfAll(told.map(({ orders }) => orders[place])))),
      missing,
      // A variant differs from its objective in what it is about.
      isConfounded: told.some(({ method: second }) => {
        return objectiveOf(second.method) !== objectiveOf(method) && otherSettings(first, second) !== '';
      }),
      figure: [
        `${measure.title} at ${moments.map(formatCount).join(', ')} trajectories: ${figuresOf(measure, first, moments)}`,
        ...told.map(({ method: second, orders }) => {
          const found = orders.filter((order) => order !== undefined);
          const kinds = new Set(found);
          const order = [...(kinds.size === 1 ? kinds : found)].join(', ');
          return `against ${figuresOf(measure, second, moments)}: ${order}${otherSettings(first, second)}`;
        }),
        ...(missing.length === 0 ? [] : [`no runs of ${missing.join(', ')}`]),
      ].join('; '),
    };
  };
}

/** Judges Ent-PPO with so many policy updates a batch beside balance objectives that make as many. */
function isAheadAtItsUpdates(updates: number): Judge {
  const judge = isAhead(
    'ent-ppo',
    balance.map((name) => `${name}-k${updates}`),
  );
  return (comparison) => {
    const own = methodIn(comparison, 'ent-ppo')?.settings ?? [];
    return new Map(own).get('--policy-updates') === String(updates) ? judge(comparison) : undefined;
  };
}

function methodIn({ methods }: Comparison, name: string): ComparedMethod | undefined {
  return methods.find(({ method }) => method === name);
}

/**
 * The verdicts on a claim about several methods, from the orders against each at every moment. It holds if it holds for
 * each, and is contradicted if one contradicts it, or else mixed if one is. Runs of some of the methods do not settle a claim
 * about all.
 */
function verdictsOf(orders: readonly AtMoments[], { isWhole }: { isWhole: boolean }): Verdicts {
  const verdict = (part: (each: AtMoments) => AtMoments) => {
    const found = orders.map((each) => verdictOf(part(each)));
    if (found.includes('contradicted')) return 'contradicted';
    if (found.includes('mixed')) return 'mixed';
    return isWhole && found.every((each) => each === 'shown') ? 'shown' : 'not shown';
  };
  return {
    early: orders.some(({ length }) => length > 1) ? verdict((each) => each.slice(0, -1)) : undefined,
    end: verdict((each) => each.slice(-1)),
  };
}

type AtMoments = readonly (Order | undefined)[];

function verdictOf(orders: AtMoments): Verdict {
  const [isAheadOnce, isBehindOnce] = [orders.includes('ahead'), orders.includes('behind')];
  if (isAheadOnce && !isBehindOnce) return 'shown';
  if (isBehindOnce && !isAheadOnce) return 'contradicted';
  return isAheadOnce ? 'mixed' : 'not shown';
}

/** " (settings: lambda 0.7 and 0.9)": where settings that both methods have differ; "" if they do not. */
function otherSettings({ settings: first }: ComparedMethod, { settings: second }: ComparedMethod): string {
  const told = sharedDifferences(first, second).map(([flag, ...values]) => {
    return `${flag.replace(/^--/, '')} ${values.join(' and ')}`;
  });
  return told.length === 0 ? '' : ` (settings: ${told.join(', ')})`;
}

/** "tb (3 seeds) 0.9, 0.5, 0.2": a method's means at some moments. */
function figuresOf(measure: ComparedMeasure, method: ComparedMethod, moments: readonly number[]): string {
  const values = moments.map((moment) => valuesAt(method, measure, moment));
  const means = values.map((each) => (each.length === 0 ? '–' : shortFigure(meanOf(each))));
  return `${method.method} (${seedsOf(values)}) ${means.join(', ')}`;
}

/** "3 seeds", or "2 to 3 seeds" if some runs did not get to all moments. */
function seedsOf(values: readonly (readonly number[])[]): string {
  const counts = values.map(({ length }) => length);
  const [min, max] = [Math.min(...counts), Math.max(...counts)];
  return min === max ? counted(max, 'seed') : `${min} to ${counted(max, 'seed')}`;
}

/**
 * Judges whether at a method's policies each estimator's variance is below that of the one before.
 * @param count the number of `varianceMeasures` that it is about
 */
function variancesFall(method: string, count: number): Judge {
  return (comparison) => {
    const moments = variancesIn(comparison).filter((each) => each.method === method);
    if (moments.length === 0) return undefined;
    const [first] = varianceMeasures;
    const steps = varianceMeasures
      .slice(1, count)
      .map((_, i) => moments.map(({ values }) => orderOfRatios(first, values[i + 1], values[i])));
    const told = moments.map(({ trajectories, values }) => {
      const means = values.slice(0, count).map((each) => shortFigure(meanOf(each)));
      return `${means.join(', ')} at ${formatCount(trajectories)} of ${method} (${counted(values[0].length, 'seed')})`;
    });
    return {
      comparison,
      verdicts: verdictsOf(steps, { isWhole: true }),
      marks: marksOf(moments.map((_, i) => orderOfAll(steps.map((each) => each[i])))),
      ...{ missing: [], isConfounded: false },
      figure: told.join('; '),
    };
  };
}
