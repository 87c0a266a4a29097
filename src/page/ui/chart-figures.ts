import { type MetricDefinition, metricDefinition, orderedMetrics } from '../../metrics/catalogue.ts';
import type { CurvePoint } from './known-run.ts';
import { wordsOf } from './option-field.ts';
import { capitalised } from './words.ts';

/** A metric of runs that can be charted. */
export interface ChartFigure {
  readonly name: string;
  readonly title: string;
  readonly note: string;
  /** Distances are sizes on a logarithmic scale. */
  readonly isLog: boolean;
  /** Values are never above it. */
  readonly highest?: number | undefined;
}

/** The most important metrics, in display order, with their meanings. */
const known: Readonly<Record<string, Omit<ChartFigure, 'name'>>> = {
  totalVariation: {
    title: 'Total variation',
    note: 'share of the probability in the wrong place; exact',
    isLog: true,
    highest: 1,
  },
  elboGap: {
    title: 'log Z − ELBO',
    note: 'log Z less the evidence lower bound, in nats; exact',
    isLog: true,
  },
  loss: { title: 'Loss', note: 'what it minimises, of its last batch', isLog: false },
  gradientNorm: { title: 'Gradient norm', note: 'of the policy’s last update, before it is clipped', isLog: true },
  logPartition: { title: 'log Z', note: 'what it thinks the reward adds up to; dashed: exact', isLog: false },
  entropy: { title: 'Entropy', note: 'of what it makes, in nats; dashed: of the target', isLog: false },
  modes: { title: 'Modes found', note: 'with half of their due or more; dashed: all', isLog: false },
  clipFraction: {
    title: 'Clip share',
    note: 'steps outside of the clip range, of the last update; 0 if only one',
    isLog: false,
  },
  meanEntropy: { title: 'Entropy of choices', note: 'mean over steps, in nats', isLog: false },
  meanDivergence: {
    title: 'Divergence of an update',
    note: 'KL(new || old) of a step, in nats, of the last update; 0 if only one',
    isLog: false,
  },
};

/** Metrics that are constant during a run, or that belong beside another. */
const left = new Set(['logPartitionExact', 'expectedReward', 'klPaper']);

export function chartFigure(name: string): ChartFigure {
  if (Object.hasOwn(known, name)) return { name, ...known[name] };
  const definition: MetricDefinition = metricDefinition(name);
  const isMetric = definition.title !== name;
  const { title, short = title, unit } = definition;
  return {
    name,
    // The page's font lacks the double bar.
    title: isMetric ? capitalised(short).replace('‖', '||') : wordsOf(name),
    note: [isMetric && short !== title ? title : 'as its objective reports it', unit].filter(Boolean).join(', '),
    isLog: definition.distance !== undefined,
  };
}

/** The metrics of any of these curves, the most important ones first. */
export function figuresOf(curves: readonly (readonly CurvePoint[])[]): readonly string[] {
  const found = new Set(curves.flatMap((curve) => Object.keys(curve[curve.length - 1]?.values ?? {})));
  const first = Object.keys(known).filter((name) => found.has(name));
  const values = Object.fromEntries([...found].map((name) => [name, 0]));
  return [...first, ...orderedMetrics(values).filter((name) => !Object.hasOwn(known, name) && !left.has(name))];
}

/** The default charts: the two metrics that say most about such a run. */
export function firstFigures(names: readonly string[]): readonly string[] {
  const wanted = ['totalVariation', 'elboGap', 'meanReward', 'elbo', 'logRewardCorrelation', 'loss'];
  const exact = wanted.slice(0, 2).filter((name) => names.includes(name));
  return exact.length === 2 ? exact : wanted.filter((name) => names.includes(name)).slice(0, 2);
}
