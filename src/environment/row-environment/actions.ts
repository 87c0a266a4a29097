import type { BoolLike, Int } from '../../rows/expression.ts';
import type { Change } from './changes.ts';
import type { Fields } from './fields.ts';
import type { StateOf } from './state.ts';

/**
 * Actions of one kind: `count` of them, or the product of `counts`, numbered with the last count fastest; one if
 * neither is given. The functions receive a number for each count.
 */
export interface ActionGroup<State> {
  readonly count?: number | undefined;
  readonly counts?: readonly number[] | undefined;
  /** Whether it may be taken at a non-terminal state; always by default. */
  allowed?(state: State, ...parameters: Int[]): BoolLike;
  /**
   * What it changes, first to last; see `set`, `move`, `insertFront` and `insertBack`. Backward actions are derived
   * from it.
   */
  changes?(state: State, ...parameters: Int[]): readonly Change[];
  /** What it does, if that cannot be said by a list of changes; then `undo` is required too. */
  step?(state: State, ...parameters: Int[]): void;
  /** Undoes `step`. At a state where there is nothing to undo it may do anything. */
  undo?(state: State, ...parameters: Int[]): void;
  /**
   * Whether `undo` leads to a state from which the action leads back. By default this is tried: the action has to be
   * allowed there and lead to the same row.
   */
  undoable?(state: State, ...parameters: Int[]): BoolLike;
  /**
   * A group whose backward actions have the same numbers, from the first on. No state may allow both to be undone by
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
  /** The range of each parameter; empty for a single action. */
  readonly counts: readonly number[];
  /** Its first action, and the number of them. */
  readonly first: number;
  readonly size: number;
  /** `allowed` depends only on this many of the first parameters. */
  readonly allowedBy: number;
  /** How its changes are undone; empty for a group with `step`. */
  readonly changes: readonly PlacedChange[];
  /** The parameters by which backward actions are numbered, in order. */
  readonly undoneBy: readonly number[];
  /** Its first backward action, and the number of them. */
  readonly firstBack: number;
  readonly backSize: number;
  /** Whether another group has some of the same backward actions. */
  readonly isShared: boolean;
}

export interface PlacedChange {
  /** The parameter that can be read back from what the change wrote. */
  readonly recovers: number | undefined;
}

export const product = (counts: readonly number[]): number => counts.reduce((result, count) => result * count, 1);
