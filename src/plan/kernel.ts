import type { GpuLimits } from '../host-types.ts';
import type { KernelName, KernelStep, Operand } from './step.ts';

/** The memory and exports that the cpu device gives its kernels when a plan is prepared. */
export interface CpuContext {
  /** The WebAssembly kernels, kernels/cpu.assembly.ts. */
  readonly wasm: CpuExports;
  /** The operand's byte address in the WebAssembly memory. It stays the same for the life of the plan. */
  pointer(operand: Operand): number;
  /** The first row currently in use: 0 unless rows are counted on the device. */
  firstRow(operand: Operand): number;
  /** The number of rows currently in use: shape[0] unless rows are counted on the device (1 for a scalar). */
  rowCount(operand: Operand): number;
  /** Reserves bytes for the plan's life: encoded programs, scratch space. Zeroed, aligned to 64. */
  reserve(bytes: number): number;
  /** The name of a step's recorded program for `parallel`. */
  compiled(step: KernelStep<'rowProgram'>): string;
  /** Runs kernels over ranges, on as many threads as the amount of work justifies. */
  readonly parallel: CpuParallel;
  /** The memory as numbers. Views die when the memory grows: never keep one. */
  f32(): Float32Array;
  i32(): Int32Array;
}

export type CpuExports = Readonly<Record<string, (...numbers: number[]) => number>>;

/**
 * Makes the function that runs a kernel: `kernel(begin, end, ...numbers, scratch)`, or, if each element of the range is
 * computed from rows, `kernel(begin, end, first, last, ...numbers, scratch)`. The range may be split: the kernel is
 * then called for parts of it, on several threads at once, each with its own scratch space.
 */
export type CpuParallel = (
  kernel: string,
  numbers: readonly number[],
  cut: Cut,
) => (begin: number, end: number, first?: number, last?: number) => void;

/** How a kernel's range may be split. */
export interface Cut {
  /**
   * The cost of an element of the range, in multiplications and additions of a matrix product, of which 64 take a
   * nanosecond; a number that passes through memory once costs about 8. If each element is computed from rows, the cost
   * of one row. It only affects how many threads the kernel runs on.
   */
  readonly work: number;
  /** The range is split at multiples of this many elements, counted from its begin: 1 by default. */
  readonly multiple?: number;
  /** Bytes of scratch space that a call needs. */
  readonly scratch?: number;
}

/** Turns a step into the function that runs it, with everything constant looked up beforehand. */
export type CpuKernel<Name extends KernelName> = (step: KernelStep<Name>, context: CpuContext) => () => void;

export type CpuKernels = { readonly [Name in KernelName]: CpuKernel<Name> };

/** The properties of a WebGPU device by which kernels choose their launches. */
export interface WebgpuContext {
  readonly limits: GpuLimits;
  /**
   * Whether the adapter is emulated on the CPU. There reading memory, workgroup memory included, costs as much as five
   * to six multiply-adds, and a barrier suspends every invocation, so kernels without barriers are much faster.
   */
  readonly emulated: boolean;
  /** The smallest subgroup size; 0 if kernels may not use subgroups. */
  readonly subgroupSize: number;
  /** Whether to launch loops as a whole if possible. */
  readonly wholeRollouts: boolean;
}

/** One dispatch. Binding i of group 0 is `bindings[i]`, declared `var<storage, read_write>` (see webgpu device). */
export interface Launch {
  readonly label: string;
  /** The name of the user's program in the source, for messages if it does not compile. */
  readonly origin?: string;
  /** A complete WGSL module with the entry point `main`, except for what `rows` and `subgroups` add. */
  readonly source: string;
  /** Whether the source uses subgroup functions. */
  readonly subgroups?: boolean;
  /** Values of the module's `override` constants. */
  readonly constants?: Readonly<Record<string, number>>;
  readonly bindings: readonly Operand[];
  /**
   * The operand whose rows the launch covers. The device prepends `fn row_start() -> u32` and `fn row_count() -> u32`
   * to the source: constants for fixed rows; for rows counted on the device it binds their window after `bindings` and
   * reads it. Absent: the source uses neither.
   */
  readonly rows?: Operand;
  readonly workgroups: readonly [number, number, number];
}

export type WebgpuKernel<Name extends KernelName> = (
  step: KernelStep<Name>,
  context: WebgpuContext,
) => readonly Launch[];

export type WebgpuKernels = { readonly [Name in KernelName]: WebgpuKernel<Name> };

/** The module of each kernel, loaded when a plan first has a step of it, so that nobody downloads unused kernels. */
export type WebgpuKernelOrigins = {
  readonly [Name in KernelName]: (context: WebgpuContext) => Promise<Pick<WebgpuKernels, Name>>;
};

/**
 * The reference device's memory: every operand is a Float64Array over its whole capacity, integers included. Equal
 * addresses share one array.
 */
export interface ReferenceContext {
  array(operand: Operand): Float64Array;
  firstRow(operand: Operand): number;
  rowCount(operand: Operand): number;
}

export type ReferenceKernel<Name extends KernelName> = (step: KernelStep<Name>, context: ReferenceContext) => void;

export type ReferenceKernels = { readonly [Name in KernelName]: ReferenceKernel<Name> };
