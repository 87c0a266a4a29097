import {
  choice,
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

/** How often, how long and how networks are updated, whatever the objective. What is absent is off. */

const clipNorm = optional(
  number(10, { aboveMin: 0, max: 1e9, help: 'Euclidean norm that gradients are scaled down to, over all parameters' }),
);

const optimizer = {
  kind: choice('adam', ['adam', 'adamw', 'sgd'], 'adam, adamw with decoupled weight decay, or plain gradient descent'),
  momentum: optional(
    number(0.9, { min: 0, belowMax: 1, help: "share of the last step's direction that the next one keeps, for sgd" }),
  ),
  beta1: number(0.9, { min: 0, belowMax: 1, help: "decay of Adam's mean of gradients" }),
  beta2: number(0.999, { min: 0, belowMax: 1, help: "decay of Adam's mean of their squares" }),
  epsilon: number(1e-8, { aboveMin: 0, max: 1, help: "added to the root of Adam's mean of squares" }),
  weightDecay: share(0, "times the parameters, added to their gradients (L2); with adamw beside Adam's step instead"),
  clipNorm,
  clipParameterNorm: optional(
    number(10, { aboveMin: 0, max: 1e9, help: "the same for each parameter's gradient by itself" }),
  ),
  halfLife: optional(
    number(20_000, { aboveMin: 0, max: 1e9, help: 'updates in which the learning rate halves, again and again' }),
  ),
} satisfies Schema;

const iterations = { min: 1 };

/** How long a run is. */
export const runLengthOptions = {
  seed: integer(0, { max: 2 ** 32 - 1, help: 'the same seed gives the same run on the same device' }),
  steps: integer(5000, { ...iterations, help: 'iterations; each samples a batch and learns from it' }),
  batch: integer(32, { min: 1, help: 'trajectories of an iteration' }),
  evaluateEvery: optional(
    integer(250, { ...iterations, help: 'iterations between evaluations; also before the first and after the last' }),
  ),
} satisfies Schema;

/** What training has in all objectives alike. */
export const sharedTrainingOptions = {
  evaluationTrajectories: integer(256, {
    ...{ min: 2, max: 1_000_000 },
    help: 'trajectories sampled for an evaluation, where objects cannot be enumerated',
  }),
  keepBest: optional(
    integer(100, { min: 1, max: 1_000_000, help: 'how many of the best distinct objects of the run are kept' }),
  ),
  recentSamples: optional(
    integer(200_000, { min: 1, max: 10_000_000, help: 'objects sampled last that evaluations give figures of too' }),
  ),
  learningRate: group(
    {
      end: number(1, {
        ...{ aboveMin: 0, max: 1 },
        help: 'share of the learning rates that is left at the end; they fall linearly',
      }),
      steps: optional(
        integer(5000, {
          ...iterations,
          help: 'iterations over which they fall, to stay there; absent: all of the run',
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
          help: 'evaluate averaged parameters, of which each update leaves this share',
        }),
      ),
    },
    'how the parameters of networks are updated',
  ),
  valueOptimizer: optional(group(optimizer, "how the value network's are, where otherwise", { like: 'optimizer' })),
  logPartitionOptimizer: optional(group(optimizer, "how log Z's are, where otherwise", { like: 'optimizer' })),
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
        integer(256, { min: 1, max: 16_384, help: "width of a linear layer behind a perceptron's hidden ones" }),
      ),
      width: optional(integer(128, { min: 1, max: 1024, help: "channels of a transformer's nodes or letters" })),
      layers: optional(integer(4, { min: 1, max: 64, help: 'layers of a transformer, over graphs or sequences' })),
      heads: optional(integer(2, { min: 1, max: 64, help: 'attention heads of a transformer' })),
      attention: optional(
        choice('bidirectional', ['bidirectional', 'causal'], {
          help: 'make the networks of sequences transformers, in which letters attend to all others, or to those before',
        }),
      ),
    },
    "the networks' shape, where it is not the problem's own",
  ),
  exploration: optional(
    group(
      {
        start: share(0, 'share of actions drawn uniformly at the start'),
        end: share(0, 'share of actions drawn uniformly once it has changed'),
        iterations: integer(1000, { ...iterations, help: 'iterations over which it changes, linearly' }),
        temperature: number(1, { aboveMin: 0, max: 1000, help: 'what logits are divided by before sampling' }),
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
          'which objects are kept: the latest, drawn alike or (residual) by the size of their residual, those of the best rewards, or those of a data set and no others',
        ),
        unit: choice('objects', ['objects', 'transitions'], {
          help: 'what is kept and drawn: objects, with a new walk to each, or single steps of walks to them (for objectives of steps: db, fl-db, mdb, soft-dqn)',
        }),
        capacity: integer(1000, { min: 1, max: maxReplayCapacity, help: 'objects or transitions kept' }),
        every: integer(1, { ...iterations, help: 'iterations from one update on replayed objects to the next' }),
        start: integer(0, { help: 'iterations before replay begins' }),
        exponent: number(1, {
          min: 0,
          max: 100,
          help: 'power of R(x), or of the residual, that prioritised and residual replay draw in proportion to',
        }),
      },
      'learning from objects sampled before (for balance objectives)',
    ),
  ),
  localSearch: optional(
    group(
      {
        rounds: integer(4, { min: 1, max: 1000, help: 'rounds behind each iteration, with an update on each' }),
        share: number(0.5, { aboveMin: 0, max: 1, help: 'the most of a trajectory that a round undoes' }),
        accept: choice(
          'metropolis-hastings',
          ['metropolis-hastings', 'greedy'],
          'which changed objects the next round starts from: by a rule that keeps the target, or those no worse',
        ),
      },
      'learning from objects close to those sampled: walked back in part, and forward again (for balance objectives)',
    ),
  ),
} satisfies Schema;

/** Every training option. */
export const trainingOptions = { ...runLengthOptions, ...sharedTrainingOptions } satisfies Schema;

/** Complete training options. */
export type TrainingSettings = OptionsOf<typeof trainingOptions>;

/** Training options as they are given, all of which may be left out. */
export type GivenTraining = GivenOptions<typeof trainingOptions>;
