import type { Molecule } from '../chemistry/molecule.ts';
import type { Device } from '../device/device.ts';
import type { Observation } from './observation.ts';
import type { EnvironmentRowFunctions, RewardRowFunctions } from './row-functions.ts';

/**
 * The dynamics of a sampler's environment: a directed acyclic graph of states, walked from one initial state
 * to terminal states by actions. A state is a row of int32 of fixed size; every function below works on one row.
 *
 * An environment is independent of rewards (see `Reward`), batches and devices. TypeScript alone works on every device;
 * with `shader` too, whole rollouts run on a GPU. `assertShaderConformance` checks that the two agree.
 */
export interface Environment {
  /** The name on the command line and in files, such as `hypergrid`. */
  readonly name: string;
  /** The options that recreate this environment, written into configurations and checkpoints. */
  readonly options: Readonly<Record<string, number | string>>;
  /** Numbers in a state row. */
  readonly stateSize: number;
  /** Forward actions: 0 .. actionCount - 1. */
  readonly actionCount: number;
  /** Backward actions: 0 .. backwardActionCount - 1. They are structural: which part of a state to undo. */
  readonly backwardActionCount: number;
  /** The maximum number of actions from the initial state to a terminal one. */
  readonly maxSteps: number;
  /**
   * The number of steps per trajectory over which the value loss is averaged; at least `maxSteps`, the default. The
   * paper's implementation allocates more for some environments, which only scales that loss.
   */
  readonly horizon: number;
  /** How a policy network sees a state. */
  readonly observation: Observation;
  /** The default shape of perceptrons for this environment; two hidden layers of 256 if absent. */
  readonly perceptron?: { readonly hidden: readonly number[]; readonly projection?: number } | undefined;
  /**
   * The action that ends a trajectory at its current state, if there is one and every non-terminal state allows it: each
   * state visited is then an object too. Modified detailed balance needs it, and forward-looking objectives can use it.
   */
  readonly stopAction?: number | undefined;
  /** A number drawn for each trajectory that policy and reward depend on, if any. */
  readonly condition?: Condition;
  /**
   * True if a state is an equivalence class, such as a graph up to isomorphism. Then several forward or backward actions may
   * connect the same two states, in different numbers: a second node of the same kind is added in one way, but either of
   * the two can be removed. Sampling, probabilities and counts treat each as an action of its own. `backwardAction` and
   * `forwardAction` then return one of them.
   */
  readonly upToSymmetry?: boolean;

  /** Writes the initial state; with a condition, at its highest level. */
  initial(state: Int32Array): void;
  /** Whether a trajectory ends at this state. */
  isTerminal(state: Int32Array): boolean;
  /** Writes 1 for each action allowed at `state`, 0 for the others. Terminal states allow none. */
  forwardMask(state: Int32Array, mask: Int32Array): void;
  /** Takes an allowed action: changes `state` into the child. */
  step(state: Int32Array, action: number): void;
  /** Writes 1 for each backward action allowed at `state`, 0 for the others. The initial state allows none. */
  backwardMask(state: Int32Array, mask: Int32Array): void;
  /** Takes an allowed backward action: changes `state` into the parent. */
  backwardStep(state: Int32Array, backwardAction: number): void;
  /** The backward action that, at the child, undoes `action` taken at `state`. */
  backwardAction(state: Int32Array, action: number): number;
  /** The action that, at the parent, redoes what `backwardAction` undoes at `state`. */
  forwardAction(state: Int32Array, backwardAction: number): number;
  /** A state in readable form, which `parse`, if present, reads back. */
  text(state: Int32Array): string;
  /** Writes the state that `text` describes; throws on any other text. Absent if text does not identify states. */
  readonly parse?: ((text: string, state: Int32Array) => void) | undefined;

  /** All states by number, or the reason why they cannot be enumerated, as a sentence. */
  readonly enumeration: Enumeration | { readonly reason: string };
  /**
   * The same dynamics in the row language, from which rollouts' programs are recorded. They run on all threads of the cpu
   * device, and on GPUs. Without it, the cpu device steps the environment on the calling thread.
   */
  readonly rows?: EnvironmentRowFunctions | undefined;
  /** The same dynamics in WGSL. Without it and `rows`, a GPU's rollouts are stepped on the host. */
  readonly shader?: EnvironmentShader;
}

/**
 * A number drawn for each trajectory at its start that policy and reward depend on, such as an inverse temperature. It is
 * part of the state, at `index` of its row, as a level drawn uniformly from 0 .. levels - 1; level k means `low` + k (`high` - `low`) / (`levels` - 1).
 */
export interface Condition {
  /** Its name, such as `inverse temperature`. */
  readonly name: string;
  readonly index: number;
  readonly levels: number;
  readonly low: number;
  readonly high: number;
}

/**
 * All states by number. Non-terminal states are numbered in a topological order: every parent before its children,
 * the initial state being 0. Terminal states, the objects to be sampled, have numbers of their own.
 */
export interface Enumeration {
  readonly stateCount: number;
  readonly objectCount: number;
  /** Writes the non-terminal state with this number. */
  stateAt(index: number, state: Int32Array): void;
  /** The number of a non-terminal state. */
  indexOf(state: Int32Array): number;
  /** Writes the terminal state with this number. */
  objectAt(index: number, state: Int32Array): void;
  /** The number of a terminal state. */
  objectIndexOf(state: Int32Array): number;
}

/**
 * WGSL text that defines, over `State` (an alias of `array<i32, STATE_SIZE>` that the library declares):
 *
 *   fn initial(state: ptr<function, State>)
 *   fn is_terminal(state: ptr<function, State>) -> bool
 *   fn forward_allowed(state: ptr<function, State>, action: i32) -> bool
 *   fn step(state: ptr<function, State>, action: i32)
 *   fn backward_allowed(state: ptr<function, State>, action: i32) -> bool
 *   fn backward_step(state: ptr<function, State>, action: i32)
 *   fn backward_action(state: ptr<function, State>, action: i32) -> i32
 *   fn forward_action(state: ptr<function, State>, action: i32) -> i32
 *   fn token(state: ptr<function, State>, position: i32) -> i32      for observations of kind `tokens` and `graph`
 *   fn feature(state: ptr<function, State>, position: i32) -> f32    for observations of kind `features`
 *
 * The library also declares STATE_SIZE, ACTION_COUNT, BACKWARD_ACTION_COUNT and OBSERVATION_WIDTH as i32 constants.
 * Sizes of this environment (a grid's side) are written into the text by the function that makes it.
 */
export interface EnvironmentShader {
  readonly code: string;
}

/** Identifies the states of an environment: an `Environment` itself, or its name, options and size. */
export type RatedEnvironment = Pick<Environment, 'name' | 'options' | 'stateSize'>;

/** The reward of terminal states, as its natural logarithm. Never called on other states. */
export interface Reward {
  readonly name: string;
  /** The environment whose states it rates; others are refused. Any if absent. */
  readonly of?: RatedEnvironment | undefined;
  /** log R(x), finite. */
  logReward(state: Int32Array): number;
  /**
   * The part of log R known at an intermediate state, finite: 0 at the initial state, and ideally close to log R of the
   * objects reachable from the state. Forward-looking objectives learn the rest. If it is absent and the environment has a
   * stop action, they use log R of the state stopped.
   */
  logPotential?(state: Int32Array): number;
  /**
   * The same in WGSL: `fn log_reward(state: ptr<function, State>) -> f32`, over the environment's declarations.
   * It may read `reward_table: array<f32>` if `table` is given.
   */
  readonly shader?: { readonly code: string };
  /** The same in the row language, for environments written in it. */
  readonly rows?: RewardRowFunctions | undefined;
  /** Numbers the shader's code reads as `reward_table[i]`. */
  readonly table?: Float32Array;
}

/**
 * A reward that is not a formula over one state row: a network's prediction, another program's answer, anything slow. It
 * rates many objects at once, while the device continues with work that does not depend on it. Environments with such a
 * reward are stepped on the host.
 */
export interface DeferredReward {
  readonly name: string;
  /** See `Reward`. */
  readonly of?: RatedEnvironment | undefined;
  /** Prepares to rate objects, on `device` if the reward is computed on a device. */
  prepare(device: Device): Promise<ObjectRating>;
}

/**
 * Rates terminal states, packed row by row, in their order.
 * @throws (rejects) if an object cannot be rated, with the object in the message; the run is saved and ends
 */
export type ObjectRating = (objects: Int32Array) => Promise<Ratings>;

/** Log-rewards and scores of objects, one number each. */
export interface Ratings {
  /** log R(x), finite. */
  readonly logRewards: ArrayLike<number>;
  /**
   * The property that R is computed from, in its own unit, for reports: a proxy's prediction, a drug-likeness. NaN for
   * invalid objects, such as impossible molecules.
   */
  readonly scores?: ArrayLike<number>;
}

/**
 * A reward whose parameters a run learns from data while it trains the sampler, as energy-based GFlowNets do. The
 * problem's `logReward` reads them, and they are part of the run's state.
 */
export interface LearntReward {
  /** The data: terminal states, packed row by row. */
  readonly data: Int32Array;
  /** The parameters and whatever their optimiser keeps, by name. `learn` changes these numbers; a run starts them at 0. */
  readonly arrays: readonly { readonly name: string; readonly values: Float32Array }[];
  /** Makes one step towards a higher likelihood of the data. */
  learn(contrast: RewardContrast): void;
  /** Takes it for one run, until the returned function is called. @throws Error if another run has it */
  take(): () => void;
}

/** What a learnt reward learns from: where the sampler's objects differ from the data. */
export interface RewardContrast {
  /** The sampler's objects that were accepted, packed row by row: their log-rewards are to fall. */
  readonly sampled: Int32Array;
  /** The data in whose place they were accepted: their log-rewards are to rise. */
  readonly replaced: Int32Array;
  /** The number of objects compared, of which these are a part. */
  readonly batch: number;
}

/** A problem to train a sampler on: an environment with a reward. */
export interface Problem {
  readonly environment: Environment;
  readonly reward: Reward;
  /** Present if the reward is learnt during the run. */
  readonly learntReward?: LearntReward | undefined;
  /** log Z, if a formula gives it at any size: sampled evaluations show it beside their bounds. */
  readonly logPartition?: number | undefined;
  /** The molecule of an object, if objects are molecules: reports draw it, and distances are between these. */
  readonly moleculeOf?: (object: Int32Array) => Molecule;
  /** A readable name of an object, if its text is a code and it is not a molecule. */
  readonly nameOf?: ((object: Int32Array) => string) | undefined;
  /** The sides of the grid that objects form, for pictures; objects are numbered with the last coordinate fastest. */
  readonly gridShape?: readonly number[] | undefined;
  /** Describes an action. @param child the state it leads to */
  readonly actionText?: ((action: number, child: Int32Array) => string) | undefined;
  /** Whether an action ends the trajectory at its current state, so that state and object look the same. */
  readonly endsInPlace?: ((action: number) => boolean) | undefined;
  /** Thresholds of the score at which an object may count as a mode, for problems without known modes. */
  readonly modeScores?: readonly number[];
  /** Further objects for evaluations, such as a published set or a test split, packed row by row. */
  readonly heldOut?: Int32Array;
  /** Further metrics of sampled objects, by name, such as their chemical diversity. Objects come best first. */
  readonly metricsOf?: (objects: RatedObjects) => Promise<Readonly<Record<string, number>>>;
  /** Further metrics if all objects can be enumerated, by name, such as the probabilities of edges. */
  readonly exactMetricsOf?: (exact: ExactObjects) => Readonly<Record<string, number>>;
  /** Pictures of objects for the report, beside the distribution. */
  readonly picturesOf?: ObjectPictures | undefined;
}

/** All objects by number, as state rows packed one after the other, with their learnt and target probabilities. */
export interface ExactObjects {
  readonly states: Int32Array;
  readonly learnt: Float64Array;
  readonly target: Float64Array;
}

/** Draws objects: all of them if they can be enumerated, else samples; and the best ones, best first, if those are kept. */
export type ObjectPictures = (found: {
  readonly exact?: ExactObjects | undefined;
  readonly best?: RatedObjects | undefined;
  /** Objects drawn from the policy, as state rows packed one behind the other, if they cannot be enumerated. */
  readonly samples?: Int32Array | undefined;
}) => readonly ObjectPicture[];

/** A picture in a report. */
export interface ObjectPicture {
  /** The file's name, in lower case. */
  readonly name: string;
  /** Shown above it. */
  readonly title: string;
  /** Shown below it, in sentences. */
  readonly caption: string;
  /** The text of an SVG file. */
  readonly svg: string;
}

/** Terminal states, packed row by row, with their log-rewards and scores. */
export interface RatedObjects {
  readonly states: Int32Array;
  readonly logRewards: Float64Array;
  /** See `Ratings`; NaN if the reward has no scores. */
  readonly scores: Float64Array;
}

/** A problem with a deferred reward. */
export interface DeferredProblem extends Omit<Problem, 'reward'> {
  readonly reward: DeferredReward;
}

/** A problem, with a deferred reward or not. */
export type AnyProblem = Problem | DeferredProblem;

/** Whether a problem's reward is deferred. */
export function isDeferred(problem: AnyProblem): problem is DeferredProblem {
  return 'prepare' in problem.reward;
}

/**
 * Narrows a problem to one whose reward is not deferred.
 * @param needed what needs such a reward, as the start of a sentence
 * @throws Error if the reward is deferred
 */
export function rewardedAtOnce(problem: AnyProblem, needed: string): Problem {
  if (!isDeferred(problem)) return problem;
  throw new Error(`${needed} needs a reward that is known at once; ${problem.reward.name} is not.`);
}
