import type { BoolLike, Int } from '../../rows/expression.ts';
import type { Change } from './changes.ts';
import type { Fields } from './fields.ts';
import type { StateOf } from './state.ts';

/**
 * Actions of one kind: `count` of them, or as many as the product of `counts`, numbered with the last count fastest, and
 * one where neither is said. The functions are given a number for each count.
 */
export interface ActionGroup<State> {
  readonly count?: number | undefined;
  readonly counts?: readonly number[] | undefined;
  /** Whether it may be taken at a state that is not terminal; always by default. */
  allowed?(state: State, ...parameters: Int[]): BoolLike;
  /** What it changes, first to last; see `set`, `move`, `insertFront` and `insertBack`. Backward actions follow from it. */
  changes?(state: State, ...parameters: Int[]): readonly Change[];
  /** What it does, where no list of changes says it; then `undo` is given too. */
  step?(state: State, ...parameters: Int[]): void;
  /** Undoes `step`. At a state where there is nothing to undo it may do anything. */
  undo?(state: State, ...parameters: Int[]): void;
  /**
   * Whether `undo` leads to a state at which the action leads back. Unless said, that is tried out: the action has to be
   * allowed there and to lead to the same row.
   */
  undoable?(state: State, ...parameters: Int[]): BoolLike;
  /**
   * The name of a group whose numbers its backward actions have too, from the first on. At no state may both be undone by
   * the same number.
   */
  readonly sharesBackward?: string | undefined;
}

/** The groups of an environment, by name. */
export type ActionGroups<F extends Fields> = Readonly<Record<string, ActionGroup<StateOf<F>>>>;

/** A group with its numbers. */
export interface PlacedGroup {
  readonly name: string;
  readonly group: ActionGroup<StateOf<Fields>>;
  /** How many of each parameter there are; none for a single action. */
  readonly counts: readonly number[];
  /** The first of its actions, and how many there are. */
  readonly first: number;
  readonly size: number;
  /** The parameters that `allowed` depends on are among the first so many. */
  readonly allowedBy: number;
  /** How its changes are undone; of a group with `step` there are none. */
  readonly changes: readonly PlacedChange[];
  /** The parameters that a backward action is numbered by, in their order. */
  readonly undoneBy: readonly number[];
  /** The first of its backward actions, and how many there are. */
  readonly firstBack: number;
  readonly backSize: number;
  /** Whether another group has some of the same backward actions. */
  readonly isShared: boolean;
}

export interface PlacedChange {
  /** Which parameter is known from what it wrote. */
  readonly recovers: number | undefined;
}

export const product = (counts: readonly number[]): number => counts.reduce((result, count) => result * count, 1);
