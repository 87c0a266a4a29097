import type { MetricDefinition } from './catalogue.ts';

const training = { given: 'training' } as const;

/**
 * What a run's files say of its last iteration beside each evaluation, under its name there, for objectives that have
 * it: of one batch, while all metrics are of the policy. Where an objective makes K updates from a batch, they are of
 * the last one, before the parameters change: the ratios compare the policy that K - 1 updates have made with that which
 * sampled the batch. So with K = 1 `clipFraction` is 0, and all ratios are 1 up to rounding.
 */
export const trainingFigures = {
  loss: { ...training, title: 'loss' },
  gradientNorm: { ...training, title: "norm of the policy's gradient, before it is clipped", short: 'gradient norm' },
  clipFraction: {
    ...training,
    ...{ title: 'share of steps outside of the clip range, last of K updates', short: 'clip share' },
  },
  meanRatio: { ...training, title: 'mean ratio π new / π old, last of K updates', short: 'mean ratio' },
  maxRatio: { ...training, title: 'largest ratio π new / π old, last of K updates', short: 'largest ratio' },
  meanDivergence: {
    ...training,
    ...{
      title: 'KL(π new ‖ π old) of a step, on average, last of K updates',
      short: 'KL(π new ‖ π old)',
      unit: 'nats',
    },
  },
  trajectoryDivergence: {
    ...training,
    ...{ title: 'KL(π old ‖ π new) of a trajectory, on average', short: 'KL(π old ‖ π new)', unit: 'nats' },
  },
  stepShare: { ...training, title: 'share of the full step that was taken', short: 'step taken' },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export type TrainingFigures = { readonly [name in keyof typeof trainingFigures]?: number | undefined };

/** Those of these figures that are there. */
export function trainingFiguresOf(figures: Readonly<Record<string, unknown>>): TrainingFigures {
  const found = Object.keys(trainingFigures).filter((name) => typeof figures[name] === 'number');
  return Object.fromEntries(found.map((name) => [name, figures[name]]));
}
