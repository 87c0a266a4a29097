import type { NamedArray } from '../checkpoint/safetensors.ts';
import type { Device } from '../device/device.ts';
import type { AnyProblem } from '../environment/environment.ts';
import type { Metrics } from '../metrics/catalogue.ts';
import type { OptimizerOptions, OptimizerRecipe } from '../nn/index.ts';
import type { Architecture, Objective } from '../objective/index.ts';
import { checkExploration, type Exploration, onPolicy } from '../rollout/index.ts';
import type { ReplayOptions } from './replay.ts';

/** What is trained, on what, and for how long. */
export interface TrainingOptions {
  readonly device: Device;
  readonly problem: AnyProblem;
  readonly objective: Objective;
  /** Iterations; each samples a batch and learns from it. */
  readonly steps: number;
  /** Trajectories of an iteration. */
  readonly batch: number;
  readonly seed?: number;
  /** Iterations between evaluations; also before the first and after the last. 0 for none. */
  readonly evaluateEvery?: number;
  /** Iterations between reports. Absent: as many as take about a twentieth of a second. */
  readonly reportEvery?: number;
  readonly architecture?: Architecture;
  /** How all networks are updated: options, or a chain of transformations for a learning rate. Adam unless given. */
  readonly optimizer?: OptimizerOptions | OptimizerRecipe;
  /** The same for the value network alone, and for log Z, where they are updated otherwise. */
  readonly valueOptimizer?: OptimizerOptions | OptimizerRecipe;
  readonly logPartitionOptimizer?: OptimizerOptions | OptimizerRecipe;
  /** The share of the learning rates that is left in the last iteration; they fall linearly. 1, as by default: constant. */
  readonly learningRateEnd?: number;
  /** Iterations over which they fall; afterwards they stay. All of them unless said. */
  readonly learningRateSteps?: number;
  /** How sampling departs from the policy; for objectives that learn from other policies' trajectories too. */
  readonly exploration?: Exploration;
  /** Further updates on objects sampled before; for objectives of the same kind. Absent: none. */
  readonly replay?: ReplayOptions;
  /** Of how many objects, those sampled last, evaluations give metrics too (see `recentSamples`). 0, as by default: none. */
  readonly recentSamples?: number;
  /** Trajectories sampled for an evaluation where objects cannot be enumerated; 256 unless said. */
  readonly evaluationTrajectories?: number;
  /** How many of the best distinct objects the run keeps (see `bestObjects`). 0, as by default: none. */
  readonly keepBest?: number;
  /** Iterations between checkpoints: there is a report at each multiple, for `snapshot` to be called at. Absent: none. */
  readonly checkpointEvery?: number;
  /** Where to go on from, instead of from new networks. */
  readonly from?: Snapshot;
  /** Looks at every number of every operation, and stops at the first that is not finite. Slow. */
  readonly debug?: boolean;
}

/** All that a run needs to continue as if it had never stopped. */
export interface Snapshot {
  /** Iterations done. */
  readonly step: number;
  readonly arrays: readonly NamedArray[];
  /** Metrics of the last evaluation that was due; absent before the first. */
  readonly metrics?: Metrics;
}

/** @throws on settings that are out of range */
export function checkTrainingOptions(options: TrainingOptions): void {
  const {
    steps,
    batch,
    seed = 0,
    evaluateEvery = 0,
    reportEvery = 1,
    checkpointEvery = 1,
    exploration = onPolicy,
    from,
  } = options;
  checkExploration(exploration);
  const { learningRateEnd = 1, learningRateSteps = steps } = options;
  if (!(learningRateEnd > 0 && learningRateEnd <= 1)) {
    throw new Error(`training: learningRateEnd must be above 0 and at most 1, not ${learningRateEnd}.`);
  }
  const check = (name: string, value: number, min: number) => {
    if (!Number.isSafeInteger(value) || value < min) {
      throw new Error(`training: ${name} must be an integer of at least ${min}, not ${value}.`);
    }
  };
  check('steps', steps, 1);
  check('learningRateSteps', learningRateSteps, 1);
  check('batch', batch, 1);
  check('seed', seed, 0);
  check('evaluateEvery', evaluateEvery, 0);
  check('reportEvery', reportEvery, 1);
  check('checkpointEvery', checkpointEvery, 1);
  if (seed >= 2 ** 32) throw new Error(`training: the seed must be below 2^32, not ${seed}.`);
  if (from && from.step > steps) {
    throw new Error(`training: the snapshot has ${from.step} iterations behind it, more than the ${steps} asked for.`);
  }
}
