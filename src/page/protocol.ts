import type { DevicePreference } from '../device/index.ts';
import type { RunConfig } from '../run/run-config.ts';
import type { Metrics, Progress as TrainingProgress } from '../train/index.ts';
import type { GivenTraining } from '../train/options.ts';

/**
 * Messages between the page and its training workers. Each worker has one run. Everything is structured-cloneable; large
 * arrays are transferred.
 */

/**
 * A requested run: problem and objective by the command line's names for them. Omitted options have their defaults.
 */
export type AskedConfig = Pick<RunConfig, 'problem' | 'objective' | 'seed' | 'steps' | 'batch' | 'device'> &
  Partial<Omit<RunConfig, 'trainingOptions'>> & {
    readonly trainingOptions?: Omit<GivenTraining, 'seed' | 'steps' | 'batch' | 'evaluateEvery'> | undefined;
  };

/** Commands from the page to a worker. Those with a `request` are answered by an `answer` or a `refusal` of that number. */
export type Command =
  /**
   * The first command: opens a device and prepares the run. `checkpoint` is the bytes of a checkpoint file to continue
   * from; its configuration is then used, except for `steps` and `device`, which are taken from here.
   */
  | { readonly kind: 'open'; readonly config: AskedConfig; readonly checkpoint?: Uint8Array; readonly paused: boolean }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  /** One iteration of a paused run. */
  | { readonly kind: 'step' }
  /**
   * Other settings for the run under way. It keeps its networks if the new configuration has the same ones (learning
   * rates, K, clip range, lambda, exploration, reward...), and restarts otherwise (grid, seed, objective). Another `opened`
   * says which. An invalid configuration is answered by a `refusal` without a request, and the run is unchanged.
   */
  | { readonly kind: 'change'; readonly config: AskedConfig }
  /** Requests the policy's view of a state, given as its row. Answered by a `StateView`. */
  | { readonly kind: 'inspect'; readonly request: number; readonly state: readonly number[] }
  /** The run as a checkpoint file. Answered by a Uint8Array, the bytes that Node would write. */
  | { readonly kind: 'save'; readonly request: number }
  /**
   * Gradient checks and device parity, on a device of its own; needs no run. Reports `check` on the way; answered by a
   * `SelfCheckReport`.
   */
  | { readonly kind: 'self-check'; readonly request: number; readonly device: DevicePreference }
  /**
   * What a device of its own does in a second, and what an iteration of these objectives asks of it; needs no run.
   * Answered by a `DeviceSpeed`.
   */
  | {
      readonly kind: 'speed';
      readonly request: number;
      readonly device: DevicePreference;
      readonly objectives: readonly string[];
    }
  /** Whether the page is visible: `distribution` and `walks` are left out while it is hidden. */
  | { readonly kind: 'visible'; readonly visible: boolean };

/** Messages from a worker to the page, unrequested or in answer. */
export type Message =
  /** In answer to `open`, and to each `change`. */
  | { readonly kind: 'opened'; readonly run: OpenedRun }
  | { readonly kind: 'status'; readonly status: RunStatus }
  | { readonly kind: 'progress'; readonly progress: Progress }
  /**
   * Exact metrics of the policy at `step`, which may be slightly behind the latest `progress`: at intervals of time, and
   * whenever the run evaluates. They come at most once for a `step`, in ascending order.
   */
  | {
      readonly kind: 'metrics';
      readonly step: number;
      readonly trajectories: number;
      /** As of `Progress`. */
      readonly secondsElapsed: number;
      /** `totalVariation`, `elboGap`, ...: see `evaluateExactly`. */
      readonly metrics: Metrics;
    }
  | { readonly kind: 'distribution'; readonly step: number; readonly learnt: Float32Array }
  | { readonly kind: 'walks'; readonly step: number; readonly walks: readonly Walk[] }
  | { readonly kind: 'check'; readonly done: number; readonly of: number; readonly name: string }
  | {
      readonly kind: 'answer';
      readonly request: number;
      readonly value: StateView | Uint8Array | SelfCheckReport | DeviceSpeed;
    }
  /** The request cannot be fulfilled; the run is unchanged. */
  | { readonly kind: 'refusal'; readonly request?: number; readonly problem: string }
  /**
   * The run has failed. `checkpoint` is the last good state, if there is one; the worker cannot be used again.
   */
  | {
      readonly kind: 'failure';
      readonly problem: string;
      readonly reason: FailureReason;
      readonly checkpoint?: Uint8Array;
    };

/** The status of a run. */
export type RunStatus = 'opening' | 'running' | 'paused' | 'finished';

/** Why a run failed, as far as a page can do something about it. */
export type FailureReason =
  /** The configuration or checkpoint can't be used. */
  | 'refused'
  /** The GPU was taken away, as by a driver that was restarted. */
  | 'device-lost'
  /** A loss or gradient is not finite. */
  | 'not-finite'
  | 'other';

/** A run that is ready. */
export interface OpenedRun {
  /** Complete, with every default filled in; `device` is as requested. */
  readonly config: RunConfig;
  readonly device: {
    readonly kind: 'webgpu' | 'cpu';
    readonly description: string;
    /** The end of a sentence: "because ...". */
    readonly why: string;
  };
  /** Trainable numbers in all networks. */
  readonly parameters: number;
  /** Bytes reserved on the device. */
  readonly bytes: number;
  readonly reward: string;
  /** Absent if the objects cannot be enumerated. */
  readonly objects?: EnumeratedObjects;
  /** Iterations already done. */
  readonly step: number;
}

/** Enumerable objects: their number, and the grid they form, if any. */
export interface EnumeratedObjects {
  readonly count: number;
  /** Of a grid: its sides, the first coordinate first. Objects are numbered with the last coordinate fastest. */
  readonly shape?: readonly number[];
  /** The target distribution, by object number. Adds up to 1. */
  readonly target: Float32Array;
  /** log Z of the reward, in nats. */
  readonly logPartition: number;
}

/**
 * Progress of training; `diagnostics` are the objective's, such as `loss`. `trajectoriesPerSecond` includes the time for
 * drawings and evaluations. Evaluations come as `metrics`.
 */
export type Progress = Omit<TrainingProgress, 'metrics'>;

/** A trajectory: its states' rows, from the initial state to the object, and the object as text. */
export interface Walk {
  readonly states: readonly (readonly number[])[];
  readonly object: string;
  readonly logReward: number;
}

/** The policy's view of a state. */
export interface StateView {
  readonly state: readonly number[];
  readonly text: string;
  /** Iteration of the policy. */
  readonly step: number;
  /** log R, if the state is an object or the trajectory can stop at it. */
  readonly logReward?: number;
  /** log of the flow through the state, log F(s) = log Z + log of the probability that a trajectory visits it. */
  readonly logFlow: number;
  readonly forward: readonly EdgeView[];
  readonly backward: readonly EdgeView[];
}

/** An edge of the state graph, from or to the state. */
export interface EdgeView {
  /** A description of the action, such as "+1 along axis 0" or "stop". */
  readonly action: string;
  /** The state at the other end; absent for the action that ends the trajectory. */
  readonly state?: readonly number[];
  readonly text: string;
  /** P_F of the edge. */
  readonly forwardProbability: number;
  /** P_B of the edge. */
  readonly backwardProbability: number;
  /**
   * log F(s) + log P_F(s'|s) - log F(s') - log P_B(s|s'), in nats, where the flow into an object is its reward: 0 for
   * every edge of a perfect sampler.
   */
  readonly residual: number;
}

/** What a device does in a second, and what iterations ask of it. */
export interface DeviceSpeed {
  readonly device: 'webgpu' | 'cpu' | 'reference';
  readonly description: string;
  /** Floating-point operations of dense layers a second, in thousand millions, and the rows and columns of those. */
  readonly gigaflops: number;
  readonly size: number;
  /** Means of a few iterations, by the device's own count. */
  readonly iterations: readonly { readonly objective: string; readonly launches: number; readonly submits: number }[];
}

/** The results of the self-check, and where it ran. */
export interface SelfCheckReport {
  readonly device: string;
  readonly browser: string;
  readonly version: string;
  readonly checks: readonly SelfCheck[];
}

/** One check of the self-check, with its result. */
export interface SelfCheck {
  /** Such as "dense, gradient" or "categorical, webgpu against reference". */
  readonly name: string;
  readonly passed: boolean;
  /** The largest difference found, and the tolerance. */
  readonly error: number;
  readonly tolerance: number;
  /** The reason, if it did not pass. */
  readonly problem?: string;
}
