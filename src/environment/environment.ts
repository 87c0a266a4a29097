import type { Molecule } from '../chemistry/molecule.ts';
import type { Device } from '../device/device.ts';
import type { Observation } from './observation.ts';
import type { EnvironmentRowFunctions, RewardRowFunctions } from './row-functions.ts';

/**
 * The dynamics of a sampler's environment: a directed acyclic graph of states, walked from one initial state
 * to terminal states by actions. A state is a row of int32 of fixed size; every function below works on one row.
 *
 * An environment knows nothing of rewards (see `Reward`), of batches or of devices. Written in TypeScript it works
 * on every device; with `shader` given too, its rollouts run wholly on a GPU. `assertShaderConformance` holds both together.
 */
export interface Environment {
  /** The name on the command line and in files, such as `hypergrid`. */
  readonly name: string;
  /** The options that make this environment again, written into configurations and checkpoints. */
  readonly options: Readonly<Record<string, number | string>>;
  /** Numbers in a state row. */
  readonly stateSize: number;
  /** Forward actions: 0 .. actionCount - 1. */
  readonly actionCount: number;
  /** Backward actions: 0 .. backwardActionCount - 1. They are structural: which part of a state to undo. */
  readonly backwardActionCount: number;
  /** The most actions a trajectory can take from the initial to a terminal state. */
  readonly maxSteps: number;
  /**
   * Steps that the value loss is a mean over, for each trajectory; at least `maxSteps`, and that by default. The paper's
   * implementation allocates more for some environments, which only scales that loss.
   */
  readonly horizon: number;
  /** What a policy network sees of a state. */
  readonly observation: Observation;
  /** The shape of perceptrons that suits it, where that is not two hidden layers of 256. */
  readonly perceptron?: { readonly hidden: readonly number[]; readonly projection?: number } | undefined;
  /**
   * The action that ends a walk where it is, where there is one and every state that is not terminal allows it: each state
   * visited is then an object too. Modified detailed balance needs it, and forward-looking objectives can use it.
   */
  readonly stopAction?: number | undefined;
  /** What is drawn anew for each trajectory, where policy and reward depend on such a number. */
  readonly condition?: Condition;
  /**
   * True where a state stands for all that are like it up to the order of its parts, as a graph's row does. Where parts can
   * be exchanged, several actions lead to the same child, and several backward actions to the same parent, and they need not
   * be equally many: from one node two like ones are made in one way, and either of them can be taken away. Each is an
   * action of its own all the same, in sampling, in probabilities and in counts. `backwardAction` and `forwardAction` then
   * name one of those that lead there.
   */
  readonly upToSymmetry?: boolean;

  /** Writes the initial state; where there is a condition, of its highest level. */
  initial(state: Int32Array): void;
  /** Whether a walk ends at this state. */
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
  /** A state in readable form; where there is `parse`, it reads that back. */
  text(state: Int32Array): string;
  /** Writes the state that `text` stands for, and throws on text of none. Absent where text does not tell states apart. */
  readonly parse?: ((text: string, state: Int32Array) => void) | undefined;

  /** All states by number, where they can be enumerated; else the reason why not, as a sentence. */
  readonly enumeration: Enumeration | { readonly reason: string };
  /**
   * The same dynamics in the row language, of which rollouts' programs are recorded: they run on all threads of the cpu
   * device, and on GPUs. Without it rollouts on the cpu device step on the calling thread.
   */
  readonly rows?: EnvironmentRowFunctions | undefined;
  /** The same dynamics in WGSL. Without it and `rows`, rollouts for a GPU are stepped on the host. */
  readonly shader?: EnvironmentShader;
}

/**
 * A number that each trajectory is given at its start, and that policy and reward depend on, such as an inverse
 * temperature. It is part of the state, at `index` of its row, as a level drawn uniformly from 0 .. levels - 1; level k
 * stands for `low` + k (`high` - `low`) / (`levels` - 1).
 */
export interface Condition {
  /** What it is, as in `inverse temperature`. */
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

/** An environment by what its states are like: an `Environment` itself, or its name, options and size. */
export type RatedEnvironment = Pick<Environment, 'name' | 'options' | 'stateSize'>;

/** The reward of terminal states, as its natural logarithm. Never called on other states. */
export interface Reward {
  readonly name: string;
  /** The environment whose states it rates: one with other options or states of another size is refused. Absent: any. */
  readonly of?: RatedEnvironment | undefined;
  /** log R(x), finite. */
  logReward(state: Int32Array): number;
  /**
   * What of log R is known of a state on the way, finite: 0 at the initial state, and best close to log R of the objects
   * beyond. Forward-looking objectives learn the rest. Where it is absent and the environment has a stop action, they take
   * log R of the state stopped.
   */
  logPotential?(state: Int32Array): number;
  /**
   * The same in WGSL: `fn log_reward(state: ptr<function, State>) -> f32`, over the environment's declarations.
   * It may read `reward_table: array<f32>`, where `table` is given.
   */
  readonly shader?: { readonly code: string };
  /** The same in the row language, for environments that are. */
  readonly rows?: RewardRowFunctions | undefined;
  /** Numbers the shader's code reads as `reward_table[i]`. */
  readonly table?: Float32Array;
}

/**
 * A reward that is no formula over one state row: a network's prediction, another program's answer, anything slow. It
 * is asked for many objects at once, and while it is awaited the device goes on with what does not need it.
 * Environments with such a reward are stepped on the host.
 */
export interface DeferredReward {
  readonly name: string;
  /** See `Reward`. */
  readonly of?: RatedEnvironment | undefined;
  /** Makes ready to rate objects, on a device where the reward is computed on one. */
  prepare(device: Device): Promise<ObjectRating>;
}

/**
 * Rates terminal states, packed row behind row, in their order.
 * @throws (rejects) on an object that cannot be rated, with the object in the message; that ends the run, saved
 */
export type ObjectRating = (objects: Int32Array) => Promise<Ratings>;

/** What objects are worth, one number for each. */
export interface Ratings {
  /** log R(x), finite. */
  readonly logRewards: ArrayLike<number>;
  /**
   * The property that R is made of, in units of its own, for reports: a proxy's prediction, a drug-likeness. NaN for an
   * object that is no proper one, such as a molecule that cannot be.
   */
  readonly scores?: ArrayLike<number>;
}

/** What a sampler is trained on: where it walks, and what it is rewarded for. */
export interface Problem {
  readonly environment: Environment;
  readonly reward: Reward;
  /** log Z, where a formula gives it at any size: evaluations by sampling tell it beside their bounds. */
  readonly logPartition?: number | undefined;
  /** The molecule that an object is, where objects are molecules: what reports draw and distances are taken of. */
  readonly moleculeOf?: (object: Int32Array) => Molecule;
  /** An object in words, for people, where its text is a code and it is no molecule. */
  readonly nameOf?: ((object: Int32Array) => string) | undefined;
  /** The sides of the grid that objects form, numbered with the last coordinate fastest: what pictures are drawn of. */
  readonly gridShape?: readonly number[] | undefined;
  /** What an action is, for people. @param child the state that it leads to */
  readonly actionText?: ((action: number, child: Int32Array) => string) | undefined;
  /** Whether an action ends the trajectory where it is, so that state and object are one to look at. */
  readonly endsInPlace?: ((action: number) => boolean) | undefined;
  /** Scores from which an object may count as a mode, where a problem names no modes. */
  readonly modeScores?: readonly number[];
  /** Objects that evaluations look at beside those sampled, packed row behind row: a published set, a test split. */
  readonly heldOut?: Int32Array;
  /** Further figures of objects sampled, by name, such as their chemical diversity. The best come first. */
  readonly metricsOf?: (objects: RatedObjects) => Promise<Readonly<Record<string, number>>>;
  /** Further figures where all objects can be enumerated, by name, such as the probabilities of edges. */
  readonly exactMetricsOf?: (exact: ExactObjects) => Readonly<Record<string, number>>;
  /** What a report draws of objects, beside the distribution. */
  readonly picturesOf?: ObjectPictures | undefined;
}

/** All objects by number, as state rows packed one behind the other, and how probable each is learnt to be and should be. */
export interface ExactObjects {
  readonly states: Int32Array;
  readonly learnt: Float64Array;
  readonly target: Float64Array;
}

/** Draws objects: all of them where they can be enumerated, else the best ones, best first, where those are kept. */
export type ObjectPictures = (found: {
  readonly exact?: ExactObjects | undefined;
  readonly best?: RatedObjects | undefined;
}) => readonly ObjectPicture[];

/** A picture as a report has it. */
export interface ObjectPicture {
  /** Of its file, in lower case. */
  readonly name: string;
  /** Over it. */
  readonly title: string;
  /** Below it, in sentences. */
  readonly caption: string;
  /** As the text of an SVG file. */
  readonly svg: string;
}

/** Terminal states, packed row behind row, and what each is worth. */
export interface RatedObjects {
  readonly states: Int32Array;
  readonly logRewards: Float64Array;
  /** See `Ratings`; NaN also where the reward has no scores. */
  readonly scores: Float64Array;
}

/** A problem whose reward is not known at once. */
export interface DeferredProblem extends Omit<Problem, 'reward'> {
  readonly reward: DeferredReward;
}

/** A problem, whether its reward is known at once or not. */
export type AnyProblem = Problem | DeferredProblem;

/** Whether a problem's reward is not known at once. */
export function isDeferred(problem: AnyProblem): problem is DeferredProblem {
  return 'prepare' in problem.reward;
}

/**
 * A problem whose reward is known at once.
 * @param needed what it is needed for, as the start of a sentence
 * @throws Error where the reward is not known at once
 */
export function rewardedAtOnce(problem: AnyProblem, needed: string): Problem {
  if (!isDeferred(problem)) return problem;
  throw new Error(`${needed} needs a reward that is known at once; ${problem.reward.name} is not.`);
}
