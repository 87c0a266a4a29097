import type { Bool, Float, Int, IntLike, Row } from '../rows/index.ts';
import type { Environment, Reward } from './environment.ts';

/** A state in a program of the row language: its numbers, read and written by index. */
export type StateRow = Row<Int>;

/** Reports whether an action is allowed. */
export type MarkAction = (action: IntLike, allowed: Bool) => void;

/**
 * An environment's functions in the row language: the same as `Environment` in TypeScript, written once for the host,
 * all threads and GPUs. Each is called while a program is recorded, possibly for several states of one program.
 */
export interface EnvironmentRowFunctions {
  isTerminal(state: StateRow): Bool;
  /** Calls `mark` once for each forward action, in any order. */
  forwardMask(state: StateRow, mark: MarkAction): void;
  step(state: StateRow, action: Int): void;
  backwardAction(state: StateRow, action: Int): Int;
  /**
   * Calls `visit` once for each allowed backward action, in any order, with the action that leads back. During a visit
   * the state is the parent; at the end it is restored.
   */
  parents(state: StateRow, visit: (backwardAction: Int, action: Int) => void): void;
  /** Calls `put` once for each number of the observation: Ints for tokens and graphs, Floats for features. */
  encode(state: StateRow, put: (position: IntLike, number: Int | Float) => void): void;
  /**
   * The environment's own functions with the same meaning. A derived environment that replaces any of them has other
   * dynamics, and is stepped on the host.
   */
  readonly host?: Partial<Environment> | undefined;
  /**
   * Functions of the host that throw on an index outside its row, which is clamped elsewhere. The error names
   * environment, function, expression and value.
   */
  checked?(): Pick<Environment, 'isTerminal' | 'step' | 'observation'>;
  /**
   * Called before programs are made from the functions. @throws if one no longer does what it did when the environment
   * was made, because something that it uses has changed
   */
  confirm?(): void;
}

/** A reward in the row language. */
export interface RewardRowFunctions {
  /** log R of a terminal state; never called for others. */
  logReward(state: StateRow): Float;
  /** The reward's own function with the same meaning; see `EnvironmentRowFunctions`. */
  readonly host?: Reward['logReward'] | undefined;
  /** A version that throws on an index outside its row; see `EnvironmentRowFunctions`. */
  checked?(): Reward['logReward'];
  /** See `EnvironmentRowFunctions`. */
  confirm?(): void;
  /** `Reward.logPotential` in the row language. */
  readonly logPotential?: ((state: StateRow) => Float) | undefined;
  /** The reward's own function with the same meaning as `logPotential`. */
  readonly hostPotential?: Reward['logPotential'] | undefined;
}

/** An environment's functions in the row language, if it has them and they still describe it. */
export function rowFunctionsOf(environment: Environment): EnvironmentRowFunctions | undefined {
  const { rows } = environment;
  const said = Object.entries(rows?.host ?? {}) as [keyof Environment, unknown][];
  return said.every(([name, value]) => environment[name] === value) ? rows : undefined;
}

/** A reward's function in the row language, likewise. */
export function rewardRowsOf({ rows, logReward }: Reward): RewardRowFunctions | undefined {
  return rows?.host === undefined || rows.host === logReward ? rows : undefined;
}
