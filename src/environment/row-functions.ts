import type { Bool, Float, Int, IntLike, Row } from '../rows/index.ts';

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
  /** Calls `mark` once for each backward action, in any order. */
  backwardMask(state: StateRow, mark: MarkAction): void;
  backwardStep(state: StateRow, backwardAction: Int): void;
  backwardAction(state: StateRow, action: Int): Int;
  forwardAction(state: StateRow, backwardAction: Int): Int;
  /** Calls `put` once for each number of the observation: Ints for tokens and graphs, Floats for features. */
  encode(state: StateRow, put: (position: IntLike, number: Int | Float) => void): void;
}

/** A reward in the row language. */
export interface RewardRowFunctions {
  /** log R of a terminal state; it is called for no other. */
  logReward(state: StateRow): Float;
}
