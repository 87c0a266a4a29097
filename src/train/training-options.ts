import type { RunState } from '../checkpoint/run-state.ts';
import type { Device } from '../device/device.ts';
import type { AnyProblem } from '../environment/environment.ts';
import type { Metrics } from '../metrics/catalogue.ts';
import type { OptimizerRecipe } from '../nn/index.ts';
import type { Objective, PriorPolicy } from '../objective/index.ts';
import { completeUnknown, integer, optional, type Schema } from '../options/index.ts';
import { shown } from '../text/shown.ts';
import { type GivenTraining, type TrainingSettings, trainingOptions } from './options.ts';

/** Options of the optimiser, or a function from a learning rate to a chain of transformations. */
type OptimizerKey = 'optimizer' | 'valueOptimizer' | 'logPartitionOptimizer';

/**
 * Device, problem, objective and all training settings. `trainingOptions` lists the settings with their defaults and
 * bounds. Optimisers may also be functions from a learning rate to a chain of transformations.
 */
export type TrainingOptions = Omit<GivenTraining, OptimizerKey> & {
  readonly [Key in OptimizerKey]?: GivenTraining[Key] | OptimizerRecipe;
} & {
  readonly device: Device;
  readonly problem: AnyProblem;
  readonly objective: Objective;
  /** Iterations between reports; by default as many as take about a twentieth of a second. */
  readonly reportEvery?: number | undefined;
  /** Iterations between checkpoints: there is a report at each multiple, at which to call `snapshot`. Absent: none. */
  readonly checkpointEvery?: number | undefined;
  /** The state to continue from, instead of new networks. */
  readonly from?: Snapshot | undefined;
  /**
   * A state to continue from with other settings than its own. Learning rates and exploration are then what these
   * settings give at that iteration; networks, optimisers and seed must be the same.
   */
  readonly adopt?: Snapshot | undefined;
  /**
   * The prior of `rtb` and `trust-pcl`: a sampler from `loadSampler`, or the uniform policy. Its parameters are copied now,
   * never trained, and saved with the run, so a resumed run needs none.
   */
  readonly prior?: { readonly policy: PriorPolicy } | 'uniform' | undefined;
  /**
   * For `replay` of kind `offline`: the objects of a data set, packed row by row, at most as many as its capacity. They are
   * saved with the run, so a resumed run needs none.
   */
  readonly offline?: Int32Array | undefined;
  /** Checks every number of every operation, and stops at the first that is not finite. Slow. */
  readonly debug?: boolean | undefined;
};

/** Checked training options, with every default filled in. */
export type CompleteTraining = Omit<TrainingSettings, OptimizerKey> &
  Pick<TrainingOptions, 'device' | 'problem' | 'objective' | 'from' | 'adopt' | 'prior' | 'offline' | 'debug'> & {
    readonly [Key in OptimizerKey]?: TrainingSettings[Key] | OptimizerRecipe;
  } & {
    readonly reportEvery?: number | undefined;
    readonly checkpointEvery?: number | undefined;
  };

/** The complete state of a run, from which it continues as if it had never stopped. */
export interface Snapshot extends RunState {
  /** Metrics of the last scheduled evaluation; absent before the first. */
  readonly metrics?: Metrics | undefined;
  /** Whether the run was continued with other settings (`adopt`), so that its update counts do not follow from them. */
  readonly adopted?: boolean | undefined;
}

const schema = {
  ...trainingOptions,
  reportEvery: optional(integer(1, { min: 1, help: 'iterations between reports' })),
  checkpointEvery: optional(integer(1, { min: 1, help: 'iterations between checkpoints' })),
} satisfies Schema;

/** @throws Error naming options that are unknown or out of range */
export function completeTraining(options: TrainingOptions): CompleteTraining {
  const { device, problem, objective, from, adopt, prior, offline, debug, ...settable } = options;
  if (debug !== undefined && typeof debug !== 'boolean') {
    throw new Error(`train: debug must be true or false, not ${shown(debug)}.`);
  }
  const { optimizer, valueOptimizer, logPartitionOptimizer, ...rest } = settable;
  const recipes = Object.entries({ optimizer, valueOptimizer, logPartitionOptimizer });
  const given = recipes.filter(([, value]) => typeof value !== 'function');
  const settings = completeUnknown('train', schema, { ...rest, ...Object.fromEntries(given) });
  const { step = 0 } = from ?? adopt ?? {};
  if (step > settings.steps) {
    throw new Error(`train: the snapshot has ${step} iterations behind it, more than the requested ${settings.steps}.`);
  }
  const chains = Object.fromEntries(recipes.filter(([, value]) => typeof value === 'function'));
  return { ...settings, ...chains, device, problem, objective, from, adopt, prior, offline, debug };
}
