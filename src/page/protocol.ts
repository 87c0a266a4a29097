import type { RunConfig } from '../run/run-config.ts';
import type { Metrics, Progress as TrainingProgress } from '../train/index.ts';
import type { GivenTraining } from '../train/options.ts';

/**
 * What the page and its training workers say to each other. One worker has one run: two runs side by side are two
 * workers. Everything is structured-cloneable; large arrays are transferred.
 */

/**
 * A run as it is asked for: a problem and an objective by the names that the command line has for them. Options that are
 * left out have their defaults.
 */
export type AskedConfig = Pick<RunConfig, 'problem' | 'objective' | 'seed' | 'steps' | 'batch' | 'device'> &
  Partial<Omit<RunConfig, 'trainingOptions'>> & {
    readonly trainingOptions?: Omit<GivenTraining, 'seed' | 'steps' | 'batch' | 'evaluateEvery'> | undefined;
  };

/** What the page asks of a worker. Those with a `request` are answered by an `answer` or a `refusal` of that number. */
export type Command =
  /**
   * The first command: opens a device and makes the run ready. `checkpoint` (the bytes of a checkpoint file) is where to
   * go on from; its own configuration is then the run's, but for `steps` and `device`, which are those given here.
   */
  | { readonly kind: 'open'; readonly config: AskedConfig; readonly checkpoint?: Uint8Array; readonly paused: boolean }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  /** One iteration of a paused run. */
  | { readonly kind: 'step' }
  /**
   * Other settings for the run under way. It goes on from its networks where the new configuration has the same ones
   * (learning rates, K, clip range, lambda, exploration, reward...), and begins anew where not (grid, seed, objective).
   * Another `opened` says which; where the configuration can't be used, a `refusal` without a request, and the run is as
   * it was.
   */
  | { readonly kind: 'change'; readonly config: AskedConfig }
  /** A state's row, asked what the policy thinks of it. Answered by a `StateView`. */
  | { readonly kind: 'inspect'; readonly request: number; readonly state: readonly number[] }
  /** The run as a checkpoint file. Answered by a Uint8Array, the bytes that Node would write. */
  | { readonly kind: 'save'; readonly request: number }
  /** Gradient checks and device parity on the device here. Reports `check` on the way; answered by a `SelfCheckReport`. */
  | { readonly kind: 'self-check'; readonly request: number }
  /** What a page that cannot be seen does not need: `distribution` and `walks` are left out until it is seen again. */
  | { readonly kind: 'visible'; readonly visible: boolean };

/** What a worker tells the page, unasked or in answer. */
export type Message =
  /** In answer to `open`, and to each `change`. */
  | { readonly kind: 'opened'; readonly run: OpenedRun }
  | { readonly kind: 'status'; readonly status: RunStatus }
  | { readonly kind: 'progress'; readonly progress: Progress }
  /**
   * Exact metrics of the policy as it was at `step`, which may lie a little behind the latest `progress`: every so often
   * by time, and where the run itself evaluates. They do not come twice for a `step`, nor for an earlier one.
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
  | { readonly kind: 'answer'; readonly request: number; readonly value: StateView | Uint8Array | SelfCheckReport }
  /** What was asked for cannot be had; the run is as it was. */
  | { readonly kind: 'refusal'; readonly request?: number; readonly problem: string }
  /**
   * The run has ended where it should not have. `checkpoint` is the last good state, where there is one; the worker is of
   * no more use.
   */
  | {
      readonly kind: 'failure';
      readonly problem: string;
      readonly reason: FailureReason;
      readonly checkpoint?: Uint8Array;
    };

/** Where a run stands. */
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
  /** Complete, with every default filled in; `device` is as it was asked for. */
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
  /** Absent where the objects cannot be enumerated. */
  readonly objects?: EnumeratedObjects;
  /** Iterations that it has behind it already. */
  readonly step: number;
}

/** Objects that can all be listed: how many, and the grid that they form, where they form one. */
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
 * How far training is; `diagnostics` are those of the objective, such as `loss`. `trajectoriesPerSecond` is what the visitor
 * has of it, time for drawings and evaluations included. Evaluations come as `metrics`.
 */
export type Progress = Omit<TrainingProgress, 'metrics'>;

/** A trajectory to be shown: its states' rows, from the initial state to the object, and the object as text. */
export interface Walk {
  readonly states: readonly (readonly number[])[];
  readonly object: string;
  readonly logReward: number;
}

/** What the policy thinks of a state. */
export interface StateView {
  readonly state: readonly number[];
  readonly text: string;
  /** Iteration at which it was asked. */
  readonly step: number;
  /** log R, where the state is an object or the trajectory can stop at it. */
  readonly logReward?: number;
  /** log of the flow through the state, log F(s) = log Z + log of the probability that a trajectory comes by. */
  readonly logFlow: number;
  readonly forward: readonly EdgeView[];
  readonly backward: readonly EdgeView[];
}

/** An edge of the state graph, from or to the state. */
export interface EdgeView {
  /** What the action is, such as "+1 along axis 0" or "stop". */
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

/** What the self-check found, and on what. */
export interface SelfCheckReport {
  readonly device: string;
  readonly browser: string;
  readonly version: string;
  readonly checks: readonly SelfCheck[];
}

/** One check of the self-check, and how it ended. */
export interface SelfCheck {
  /** Such as "dense, gradient" or "categorical, webgpu against reference". */
  readonly name: string;
  readonly passed: boolean;
  /** The largest difference found, and what it may be. */
  readonly error: number;
  readonly tolerance: number;
  /** What went wrong, where it did not pass. */
  readonly problem?: string;
}
