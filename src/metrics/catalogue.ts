import { type TrainingFigures, trainingFigures } from './training-figures.ts';

/** The definition of a metric, for everything that computes, writes or shows it. */
export interface MetricDefinition {
  /** Title in a list of metrics. */
  readonly title: string;
  /** Short title for column heads and axes; by default the title. */
  readonly short?: string;
  readonly unit?: 'nats' | 'actions' | 'objects' | 'molecules';
  /** Whether more or less is better; absent if neither is. */
  readonly better?: 'lower' | 'higher';
  /**
   * The sign with which it is a distance from the target: at least 0, and 0 for a perfect sampler. Lists, tables and axes
   * show it so, and axes are logarithmic.
   */
  readonly distance?: 1 | -1;
  /** When an evaluation has it. */
  readonly given:
    | 'enumerable'
    | 'sampled'
    | 'held-out'
    | 'scored'
    | 'molecules'
    | 'recent'
    | 'log Z'
    | 'always'
    | 'graphs'
    | 'sequences'
    | 'asked'
    | 'training';
}

const nats = { unit: 'nats' } as const;
const enumerable = { given: 'enumerable' } as const;
const sampled = { given: 'sampled' } as const;
const heldOut = { given: 'held-out' } as const;
const molecules = { given: 'molecules' } as const;
const recent = { given: 'recent' } as const;
const graphs = { given: 'graphs' } as const;
const sequences = { given: 'sequences' } as const;
const variance = { given: 'asked', better: 'lower' } as const;

/**
 * Every metric, in display order, under its name in files, `Metrics` and `--json`. An evaluation has those that apply:
 * `enumerable` if all objects can be enumerated (`logPartitionExact` also where a formula gives it), otherwise
 * `sampled`; `held-out` if the problem has held-out objects;
 * `scored` if its reward has scores; `molecules` if its objects are molecules and there is a chemistry package;
 * `recent` if recent samples are kept; `log Z` if the learner estimates it; `graphs` if objects are causal graphs;
 * `sequences` if they are peptides; `asked` with `gradientVarianceBatches`, and in `eval
 * --gradient-variance`. A problem may add metrics under other names.
 */
export const metricCatalogue = {
  totalVariation: {
    ...enumerable,
    ...{ title: 'exact total variation', short: 'total variation', better: 'lower', distance: 1 },
  },
  klTargetLearnt: {
    ...{ ...enumerable, ...nats },
    ...{ title: 'KL(target ‖ learnt)', better: 'lower', distance: 1 },
  },
  klPaper: {
    ...{ ...enumerable, ...nats },
    ...{ title: "the paper's KL(target ‖ learnt + 1e-9)", better: 'lower' },
  },
  jensenShannon: {
    ...{ ...enumerable, ...nats },
    ...{ title: 'Jensen-Shannon divergence', short: 'Jensen-Shannon', better: 'lower', distance: 1 },
  },
  elboGap: {
    ...{ ...enumerable, ...nats },
    ...{ title: 'exact log-partition minus ELBO', short: 'log Z − ELBO', better: 'higher', distance: -1 },
  },
  euboGap: {
    ...{ ...enumerable, ...nats },
    ...{ title: 'EUBO minus exact log-partition', short: 'EUBO − log Z', better: 'lower', distance: 1 },
  },
  elbo: { ...sampled, ...nats, title: 'ELBO', better: 'higher' },
  elboError: { ...sampled, ...nats, title: 'standard error of the ELBO' },
  heldOutEubo: { ...heldOut, ...nats, title: 'EUBO, held-out objects', short: 'EUBO, held-out', better: 'lower' },
  heldOutWeightedEubo: { ...heldOut, ...nats, title: 'EUBO weighted by reward, held-out', better: 'lower' },
  heldOutCorrelation: { ...heldOut, title: 'correlation with log-reward, held-out', better: 'higher' },
  logRewardCorrelation: { ...sampled, title: 'correlation with log-reward', short: 'correlation', better: 'higher' },
  logPartition: { ...nats, title: 'log-partition, estimated', given: 'log Z' },
  logPartitionExact: { ...enumerable, ...nats, title: 'log-partition, exact' },
  meanScore: { title: 'mean score', better: 'higher', given: 'scored' },
  topMeanScore: { title: 'mean score of the best tenth', short: 'best tenth', better: 'higher', given: 'scored' },
  topDistinctScore: {
    ...molecules,
    ...{ title: 'mean score of the best molecules', short: 'best molecules', better: 'higher' },
  },
  topDistinctReward: {
    ...sequences,
    ...{ title: 'mean reward of the best peptides', short: 'best peptides', better: 'higher' },
  },
  // Of molecules and of peptides.
  topDistinctCount: {
    ...molecules,
    title: 'how many those are, at most 100',
    short: 'number of those',
    better: 'higher',
  },
  topDiversity: {
    ...molecules,
    ...{ title: 'Tanimoto diversity of the best 100', short: 'their diversity', better: 'higher' },
  },
  topEditDistance: {
    ...sequences,
    ...{ title: 'edit distance among the best 100', short: 'their edit distance', better: 'higher' },
  },
  invalidShare: {
    ...{ title: 'share of invalid objects', short: 'share of invalid', better: 'lower', given: 'scored' },
  },
  distinctShare: {
    ...sampled,
    title: 'distinct objects, share of all samples',
    short: 'share of distinct objects',
    better: 'higher',
  },
  distinctMoleculeShare: {
    ...molecules,
    ...{ title: 'distinct valid molecules, share of all samples', short: 'share of distinct molecules' },
    better: 'higher',
  },
  meanLogReward: { ...sampled, ...nats, title: 'mean log-reward' },
  meanReward: { ...enumerable, title: 'mean reward' },
  expectedReward: { ...enumerable, title: 'mean reward of the target' },
  rewardError: {
    ...enumerable,
    ...{
      title: "relative difference of mean reward and the target's",
      short: 'error of mean reward',
      better: 'lower',
      distance: 1,
    },
  },
  meanLength: { unit: 'actions', title: 'mean length', given: 'always' },
  expectedEdges: { ...graphs, title: 'edges of a graph, on average', short: 'edges' },
  expectedShd: {
    ...graphs,
    ...{ title: 'structural Hamming distance from the true graph', short: 'Hamming distance', better: 'lower' },
  },
  edgeAuroc: { ...graphs, title: 'ROC area of the true edges', short: 'ROC area', better: 'higher' },
  edgeMarginalError: { ...graphs, title: "largest error of an edge's probability", better: 'lower' },
  recentTotalVariation: { ...recent, title: 'total variation, last samples', better: 'lower' },
  recentKlPaper: {
    ...recent,
    ...nats,
    title: "the paper's KL(target ‖ sampled + 1e-9), last samples",
    better: 'lower',
  },
  recentJensenShannon: { ...recent, ...nats, title: 'Jensen-Shannon, last samples', better: 'lower' },
  recentMeanReward: { ...recent, title: 'mean reward, last samples' },
  recentRewardError: {
    ...recent,
    title: "relative difference of mean reward and the target's, last samples",
    better: 'lower',
  },
  recentSampleCount: { ...recent, unit: 'objects', title: 'last samples' },
  'gradientVariance/totalReturn': { ...variance, title: 'gradient variance, total return' },
  'gradientVariance/rewardToGo': { ...variance, title: 'gradient variance, reward-to-go' },
  'gradientVariance/valueBaseline': { ...variance, title: 'gradient variance, value baseline' },
  'gradientVariance/generalizedAdvantage': { ...variance, title: 'gradient variance, generalised' },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export type MetricName = keyof typeof metricCatalogue;

/** Modes found among molecules with at least this score, such as `modesFrom7`; a problem chooses the scores. */
export type ModesName = `modesFrom${number}`;

/** The metrics of an evaluation. Which ones are present depends on the problem; see `metricCatalogue`. */
export type Metrics = { readonly [name in MetricName | ModesName]?: number | undefined };

type Given<Kind> = {
  [name in MetricName]: (typeof metricCatalogue)[name]['given'] extends Kind ? name : never;
}[MetricName];

/** The metrics of every exact evaluation. */
export type ExactMetrics = { readonly [name in Given<'enumerable' | 'always'>]: number };

/**
 * The definition of a metric or a figure of training by its name; metrics outside the catalogue get their plain name,
 * and modes one with their score.
 */
export function metricDefinition(name: string): MetricDefinition {
  if (Object.hasOwn(metricCatalogue, name)) return metricCatalogue[name as MetricName];
  if (Object.hasOwn(trainingFigures, name)) return trainingFigures[name as keyof TrainingFigures];
  const score = /^modesFrom(.+)$/.exec(name)?.[1];
  if (score === undefined) return { title: name, given: 'sampled' };
  return { ...molecules, title: `modes of score ${score} or more`, short: `modes from ${score}`, better: 'higher' };
}

/**
 * The names of metrics in the order of the catalogue, with modes after the other metrics of molecules, and unknown
 * names last.
 */
export function orderedMetrics(metrics: Metrics): string[] {
  const known: readonly string[] = Object.keys(metricCatalogue);
  const modesPlace = known.indexOf('topDiversity') + 0.5;
  const place = (name: string) => {
    const found = known.indexOf(name);
    return found >= 0 ? found : /^modesFrom/.test(name) ? modesPlace : known.length;
  };
  return Object.keys(metrics).sort((a, b) => place(a) - place(b));
}

/** A metric's short name. */
export function shortTitle(name: MetricName): string {
  const { short, title }: MetricDefinition = metricCatalogue[name];
  return short ?? title;
}

/** The short name with its unit, for an axis: "log Z − ELBO (nats)". */
export function axisTitle(name: MetricName): string {
  const { unit }: MetricDefinition = metricCatalogue[name];
  return unit === undefined ? shortTitle(name) : `${shortTitle(name)} (${unit})`;
}

/** The sign with which lists, tables and axes show a metric. */
export function shownSign(name: MetricName): 1 | -1 {
  const { distance = 1 }: MetricDefinition = metricCatalogue[name];
  return distance;
}
