import {
  choice,
  flag,
  type GivenOptions,
  group,
  integer,
  integers,
  number,
  type OptionsOf,
  optional,
  type Schema,
  share,
} from '../options/index.ts';
import { maxReplayCapacity } from '../replay/buffer.ts';

/** Training options that all objectives share. An absent option is off. */

const clipNorm = optional(
  number(10, {
    aboveMin: 0,
    max: 1e9,
    help: 'largest Euclidean norm of the gradient over all parameters; longer ones are scaled down',
  }),
);

const adaptive = { kind: ['adam', 'adamw'] };

const optimizer = {
  kind: choice('adam', ['adam', 'adamw', 'sgd'], 'adam, adamw with decoupled weight decay, or plain gradient descent'),
  momentum: optional(
    number(0.9, {
      ...{ min: 0, belowMax: 1, onlyIf: { kind: ['sgd'] } },
      help: "share of the last step's direction that the next keeps",
    }),
  ),
  beta1: number(0.9, { min: 0, belowMax: 1, onlyIf: adaptive, help: "decay of Adam's mean of gradients" }),
  beta2: number(0.999, { min: 0, belowMax: 1, onlyIf: adaptive, help: "decay of Adam's mean of their squares" }),
  epsilon: number(1e-8, { aboveMin: 0, max: 1, onlyIf: adaptive, help: "added to the root of Adam's mean of squares" }),
  weightDecay: share(0, "factor of the parameters added to their gradients (L2), or with adamw to Adam's step"),
  clipNorm,
  clipParameterNorm: optional(
    number(10, { aboveMin: 0, max: 1e9, help: "the same for each parameter tensor's gradient" }),
  ),
  halfLife: optional(
    number(20_000, {
      aboveMin: 0,
      max: 1e9,
      help: 'updates after which the learning rate halves, again and again',
    }),
  ),
} satisfies Schema;

const iterations = { min: 1 };

/** The length of a run. */
export const runLengthOptions = {
  seed: integer(0, { max: 2 ** 32 - 1, help: 'the same seed gives the same run on the same device' }),
  steps: integer(5000, { ...iterations, help: 'iterations; each learns from a batch that it samples' }),
  batch: integer(32, { min: 1, help: 'trajectories in an iteration' }),
  evaluateEvery: optional(
    integer(250, {
      ...iterations,
      help: 'iterations between evaluations; there is one before the first and after the last, too',
    }),
  ),
} satisfies Schema;

/** Options that all objectives share, except the length of the run. */
export const sharedTrainingOptions = {
  evaluationTrajectories: integer(256, {
    ...{ min: 2, max: 1_000_000 },
    help: 'trajectories of an evaluation if objects cannot be enumerated',
  }),
  gradientVarianceBatches: optional(
    integer(100, {
      ...{ min: 2, max: 1_000_000 },
      help: 'batches from which evaluations estimate the variance of the policy gradient with each advantage estimator (for objectives with a value network and a uniform backward policy)',
    }),
  ),
  keepBest: optional(integer(100, { min: 1, max: 1_000_000, help: 'best distinct objects to keep' })),
  recentSamples: optional(
    integer(200_000, {
      min: 1,
      max: 10_000_000,
      help: 'latest objects that evaluations also give metrics for',
    }),
  ),
  gradientNorm: flag(
    false,
    'also report the norm of the gradient where clipping does not need it; takes three launches an iteration',
  ),
  learningRate: group(
    {
      end: number(1, {
        ...{ aboveMin: 0, max: 1 },
        help: 'share of the learning rates left at the end; they fall linearly',
      }),
      steps: optional(
        integer(5000, {
          ...iterations,
          help: 'iterations over which they fall, constant afterwards',
          absent: 'the whole run',
        }),
      ),
    },
    'how the learning rates of all networks fall',
  ),
  optimizer: group(
    {
      ...optimizer,
      averageDecay: optional(
        number(0.95, {
          ...{ min: 0, belowMax: 1 },
          help: 'evaluate with averaged parameters: each update keeps this share of the average',
        }),
      ),
    },
    'how networks are updated',
  ),
  valueOptimizer: optional(group(optimizer, 'how the value network is updated, if differently', { like: 'optimizer' })),
  logPartitionOptimizer: optional(group(optimizer, 'how log Z is updated, if differently', { like: 'optimizer' })),
  network: group(
    {
      hidden: optional(
        integers([256, 256], {
          min: 1,
          max: 16_384,
          maxLength: 32,
          help: 'widths of the hidden layers of a perceptron',
        }),
      ),
      projection: optional(
        integer(256, { min: 1, max: 16_384, help: "width of a linear layer after a perceptron's hidden layers" }),
      ),
      width: optional(
        integer(128, {
          min: 1,
          max: 1024,
          help: 'channels of each node or letter, for networks over graphs, relations (causal graphs) and sequences',
        }),
      ),
      layers: optional(integer(4, { min: 1, max: 64, help: 'layers of attention, over graphs or sequences' })),
      heads: optional(integer(2, { min: 1, max: 64, help: 'attention heads' })),
      attention: optional(
        choice('bidirectional', ['bidirectional', 'causal'], {
          help: 'use transformers for sequences: letters attend to all others, or only to those before',
        }),
      ),
    },
    "shape of the networks, instead of the problem's default",
  ),
  exploration: optional(
    group(
      {
        start: share(0, 'share of actions drawn uniformly at the start'),
        end: share(0, 'the same at the end of the change'),
        iterations: integer(1000, { ...iterations, help: 'iterations over which the share changes linearly' }),
        temperature: number(1, { aboveMin: 0, max: 1000, help: 'divisor of logits before sampling' }),
      },
      'sampling that departs from the policy (for balance objectives)',
    ),
  ),
  replay: optional(
    group(
      {
        kind: choice(
          'fifo',
          ['fifo', 'prioritised', 'residual', 'offline'],
          'objects kept: the latest (fifo, or residual: drawn by the size of their residual), the best-rewarded (prioritised), or a data set (offline)',
        ),
        unit: choice('objects', ['objects', 'transitions'], {
          help: 'replay objects, with a new walk to each, or single steps of such walks (for objectives of steps: db, fl-db, mdb, soft-dqn)',
        }),
        capacity: integer(1000, { min: 1, max: maxReplayCapacity, help: 'objects or transitions kept' }),
        every: integer(1, { ...iterations, help: 'iterations between replays' }),
        start: integer(0, { help: 'iterations before replays' }),
        exponent: number(1, {
          ...{ min: 0, max: 100, onlyIf: { kind: ['prioritised', 'residual'] } },
          help: 'power of R(x) (prioritised) or of the residual in proportion to which replay draws',
        }),
      },
      'learning from objects sampled before (for balance objectives)',
    ),
  ),
  localSearch: optional(
    group(
      {
        rounds: integer(4, { min: 1, max: 1000, help: 'rounds after each iteration, each with an update' }),
        share: number(0.5, { aboveMin: 0, max: 1, help: 'largest share of a trajectory that a round undoes' }),
        accept: choice(
          'metropolis-hastings',
          ['metropolis-hastings', 'greedy'],
          'which changed objects start the next round: by a rule that preserves the target, or those that are no worse',
        ),
      },
      'learning from neighbours of sampled objects, part of the way back and forward again (for balance objectives)',
    ),
  ),
} satisfies Schema;

/** Every training option. */
export const trainingOptions = { ...runLengthOptions, ...sharedTrainingOptions } satisfies Schema;

/** Complete training options. */
export type TrainingSettings = OptionsOf<typeof trainingOptions>;

/** Training options as users give them; all are optional. */
export type GivenTraining = GivenOptions<typeof trainingOptions>;
