import type { Tape } from './tape.ts';
import type { Tensor, TensorType } from './tensor.ts';
import type { Variable } from './variable.ts';

/**
 * One kind of node: what it makes of its inputs' types, and its derivative. Its kernels are found by its name in each
 * device's table. An operation without a derivative says `none`: forgetting one does not compile.
 */
export interface Operation<Attributes = unknown> {
  readonly name: string;
  /** The outputs' types. Throws an Error that names the operation, the shapes and the rule they break. */
  infer(inputs: readonly Tensor[], attributes: Attributes): readonly TensorType[];
  readonly derivative: Derivative<Attributes> | 'none';
  /** Whether its output is its input's memory under another name, so that nothing has to run for it. */
  readonly isAlias?: true;
  /** The name in each device's table of the kernel that runs it, where that is not its own. */
  readonly kernel?: string;
}

/** Records, on the same tape, the product of the cotangents with the Jacobian (vector-Jacobian product). */
export type Derivative<Attributes> = (place: DerivativePlace<Attributes>) => readonly (Tensor | undefined)[];

/** A node, as the rule for its derivative sees it. */
export interface DerivativePlace<Attributes> {
  readonly tape: Tape;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly attributes: Attributes;
  /** The derivative of the scalar with respect to each output; undefined where it does not depend on it. */
  readonly cotangents: readonly (Tensor | undefined)[];
  /** Whether input i needs a derivative, so that a rule can leave out work nobody asked for. */
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
  /** Variables changed in place. A node that writes any is kept even when nothing reads its outputs. */
  readonly writes: readonly Write[];
  /** The rows of its outputs or writes, where they are counted on the device. */
  readonly rows?: TensorType['rows'];
  /** The loop whose body this node belongs to. */
  readonly loop?: Loop;
}

/** A bounded loop: its body is run until the window holds no rows, at most `max` times. */
export interface Loop {
  readonly label: string;
  readonly max: number;
  readonly window: Tensor;
  readonly hint?: LoopHint | undefined;
}

/** The kind of a loop, given when it is recorded, for devices that launch such loops as a whole. */
export interface LoopHint {
  readonly kind: string;
}
