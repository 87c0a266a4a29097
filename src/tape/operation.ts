import type { Tape } from './tape.ts';
import type { Tensor, TensorType } from './tensor.ts';
import type { Variable } from './variable.ts';

/**
 * A kind of node: its shape rule and its derivative. Each device's table has its kernels under its name. An operation
 * without a derivative says `none`, since omitting it does not compile.
 */
export interface Operation<Attributes = unknown> {
  readonly name: string;
  /** The outputs' types. Throws an Error that names the operation, the shapes and the rule they break. */
  infer(inputs: readonly Tensor[], attributes: Attributes): readonly TensorType[];
  readonly derivative: Derivative<Attributes> | 'none';
  /** Whether its output is its input's memory under another name, so that nothing has to run. */
  readonly isAlias?: true;
  /** The name of its kernel in each device's table, if that differs from its own. */
  readonly kernel?: string;
}

/** Records, on the same tape, the product of the cotangents with the Jacobian (vector-Jacobian product). */
export type Derivative<Attributes> = (place: DerivativePlace<Attributes>) => readonly (Tensor | undefined)[];

/** The context of a rule for a node's derivative. */
export interface DerivativePlace<Attributes> {
  readonly tape: Tape;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly attributes: Attributes;
  /** The derivative of the scalar with respect to each output; undefined if it does not depend on it. */
  readonly cotangents: readonly (Tensor | undefined)[];
  /** Whether input i needs a derivative, so that a rule can skip the rest. */
  needs(input: number): boolean;
}

/** A part of a variable that a node writes in place. */
export interface Write {
  readonly variable: Variable;
  readonly offset: number;
  readonly type: TensorType;
}

/** An operation with its inputs, as recorded. */
export interface Node<Attributes = unknown> {
  readonly index: number;
  readonly operation: Operation<Attributes>;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly attributes: Attributes;
  /** Variables changed in place. A node that writes any is kept even if nothing reads its outputs. */
  readonly writes: readonly Write[];
  /** The rows of its outputs or writes, if they are counted on the device. */
  readonly rows?: TensorType['rows'];
  /** The loop whose body this node belongs to. */
  readonly loop?: Loop;
}

/** A bounded loop: its body runs until the window has no rows, at most `max` times. */
export interface Loop {
  readonly label: string;
  readonly max: number;
  readonly window: Tensor;
  readonly hint?: LoopHint | undefined;
}

/** Describes a loop to devices that launch such loops as a whole. */
export interface LoopHint {
  readonly kind: string;
}
