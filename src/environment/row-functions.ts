import type { Bool, Float, Int, IntLike, Row } from '../rows/index.ts';
import type { Environment, Reward } from './environment.ts';

/** A state in a program of the row language: its numbers, read and written by index. */
export type StateRow = Row<Int>;

/** Tells of an action whether it is allowed. */
export type MarkAction = (action: IntLike, allowed: Bool) => void;

/**
 * An environment's functions in the row language: what `Environment` says in TypeScript, said once for the host, for all
 * threads and for GPUs. Each is called while a program is recorded, and may be called for several states of one program.
 */
export interface EnvironmentRowFunctions {
  isTerminal(state: StateRow): Bool;
  /** Calls `mark` once for each forward action, in any order. */
  forwardMask(state: StateRow, mark: MarkAction): void;
  step(state: StateRow, action: Int): void;
  backwardAction(state: StateRow, action: Int): Int;
  /**
   * Calls `visit` where a backward action is allowed, once for each, in any order, with the action that leads back. At each
   * visit the state is the parent that it leads to; at the end it is what it was.
   */
  parents(state: StateRow, visit: (backwardAction: Int, action: Int) => void): void;
  /** Calls `put` once for each number of the observation: Ints for tokens and graphs, Floats for features. */
  encode(state: StateRow, put: (position: IntLike, number: Int | Float) => void): void;
  /**
   * The environment's own functions that say the same. An environment made of this one in which any of them is another has
   * other dynamics, and is stepped on the host.
   */
  readonly host?: Partial<Environment> | undefined;
  /**
   * Functions of the host once more, which throw where an index is outside of its row: elsewhere it is held inside. The error
   * names environment, function, expression and value.
   */
  checked?(): Pick<Environment, 'isTerminal' | 'step' | 'observation'>;
  /**
   * Is called before programs are made of the functions. @throws where one no longer does what it did when the environment
   * was made, since something that it uses was changed
   */
  confirm?(): void;
}

/** A reward in the row language. */
export interface RewardRowFunctions {
  /** log R of a terminal state; it is called for no other. */
  logReward(state: StateRow): Float;
  /** The reward's own function that says the same; see `EnvironmentRowFunctions`. */
  readonly host?: Reward['logReward'] | undefined;
  /** The same once more, which throws where an index is outside; see `EnvironmentRowFunctions`. */
  checked?(): Reward['logReward'];
  /** See `EnvironmentRowFunctions`. */
  confirm?(): void;
  /** `Reward.logPotential` in the row language. */
  readonly logPotential?: ((state: StateRow) => Float) | undefined;
  /** The reward's own function that says the same as `logPotential`. */
  readonly hostPotential?: Reward['logPotential'] | undefined;
}

/** An environment's functions in the row language, where it has them and they are still what it does. */
export function rowFunctionsOf(environment: Environment): EnvironmentRowFunctions | undefined {
  const { rows } = environment;
  const said = Object.entries(rows?.host ?? {}) as [keyof Environment, unknown][];
  return said.every(([name, value]) => environment[name] === value) ? rows : undefined;
}

/** A reward's function in the row language, likewise. */
export function rewardRowsOf({ rows, logReward }: Reward): RewardRowFunctions | undefined {
  return rows?.host === undefined || rows.host === logReward ? rows : undefined;
}
