import type { AttributesOf, ElementwiseName, OperationName } from '../ops/index.ts';
import type { DType, Shape, Variable } from '../tape/index.ts';

/** The location of an operand's numbers: in the plan's arena, or in a variable's own memory. Offsets are in bytes. */
export type Address =
  | { readonly space: 'arena'; readonly byteOffset: number }
  | { readonly space: 'variable'; readonly variable: Variable; readonly byteOffset: number };

/** A tensor with its place in memory. Row-major, without gaps. */
export interface Operand {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly address: Address;
  /**
   * Set if the first dimension's rows are counted on the device: `window` is the address of two i32, [start, count].
   * Only rows start .. start + count - 1 hold numbers, at most `max` of them; `shape[0]` rows are allocated.
   */
  readonly rows?: { readonly max: number; readonly window: Address };
}

/** Operations without kernels: they only name memory, or are fused. */
type Dissolved = 'elementwise' | 'reshape' | 'stopGradient' | 'withPullback' | 'pack';

/** The kernels that every device must have. */
export type KernelName = Exclude<OperationName, Dissolved> | 'fused';

export type KernelAttributes<Name extends KernelName> = Name extends 'fused'
  ? FusedProgram
  : Name extends OperationName
    ? AttributesOf<Name>
    : never;

/** One operation of a plan, ready to become launches. Inputs, outputs and writes are in the order of its definition in src/ops. */
export interface KernelStep<Name extends KernelName = KernelName> {
  readonly kernel: Name;
  readonly attributes: KernelAttributes<Name>;
  readonly inputs: readonly Operand[];
  readonly outputs: readonly Operand[];
  readonly writes: readonly Operand[];
  /** The rows of its outputs or writes, if they are counted on the device. */
  readonly rows?: Operand['rows'];
}

/** Elementwise operations fused into one launch: element by element over `shape`, instruction after instruction. */
export interface FusedProgram {
  /** The iteration shape, of at most four dimensions, rows first. Every output has it. */
  readonly shape: Shape;
  /** The strides of an input along each dimension of `shape`, in elements; 0 if it is broadcast. */
  readonly inputs: readonly { readonly dtype: DType; readonly strides: readonly number[] }[];
  readonly instructions: readonly FusedInstruction[];
  /** For each output, the instruction whose value it stores. */
  readonly outputs: readonly number[];
}

export interface FusedInstruction {
  readonly function: ElementwiseName;
  /** The type of its generic operands. */
  readonly takes: DType;
  /** The type of its value. */
  readonly gives: DType;
  readonly operands: readonly FusedOperand[];
}

export type FusedOperand =
  | { readonly kind: 'input'; readonly input: number }
  | { readonly kind: 'value'; readonly instruction: number }
  | { readonly kind: 'literal'; readonly value: number };
