import type { GpuLimits } from '../host-types.ts';
import type { KernelName, KernelStep, Operand } from './step.ts';

/** The memory and exports that the cpu device gives its kernels when a plan is prepared. */
export interface CpuContext {
  /** The WebAssembly kernels, kernels/cpu.assembly.ts. */
  readonly wasm: CpuExports;
  /** The operand's byte address in the WebAssembly memory. It stays the same for the life of the plan. */
  pointer(operand: Operand): number;
  /** The first row in use, now: 0 unless the rows are counted on the device. */
  firstRow(operand: Operand): number;
  /** The number of rows in use, now: shape[0] unless they are counted on the device (1 for a scalar). */
  rowCount(operand: Operand): number;
  /** Reserves bytes for as long as the plan lives: encoded programs, scratch space. Zeroed, aligned to 64. */
  reserve(bytes: number): number;
  /** The name by which `parallel` knows a step's recorded program. */
  compiled(step: KernelStep<'rowProgram'>): string;
  /** Runs kernels over ranges, on as many threads as the work is worth. */
  readonly parallel: CpuParallel;
  /** The memory as numbers, now. Views die when the memory grows: never keep one. */
  f32(): Float32Array;
  i32(): Int32Array;
}

export type CpuExports = Readonly<Record<string, (...numbers: number[]) => number>>;

/**
 * Makes the function that runs a kernel: `kernel(begin, end, ...numbers, scratch)`, or, where the places of the range
 * are each computed from rows, `kernel(begin, end, first, last, ...numbers, scratch)`. The range may be cut: the kernel
 * is then called for parts of it, from several threads at once, each with scratch space of its own.
 */
export type CpuParallel = (
  kernel: string,
  numbers: readonly number[],
  cut: Cut,
) => (begin: number, end: number, first?: number, last?: number) => void;

/** How a kernel's range may be cut. */
export interface Cut {
  /**
   * What a place of the range costs, in multiplications and additions as a product makes them, 64 in a nanosecond:
   * a number that goes through memory once is worth about 8. Where each place is computed from rows, the cost of one
   * row. It only decides on how many threads the kernel runs.
   */
  readonly work: number;
  /** The range is cut at multiples of this many places, counted from where it begins: 1 by default. */
  readonly multiple?: number;
  /** Bytes of scratch space that a call needs. */
  readonly scratch?: number;
}

/** Makes of a step the function that runs it, with everything that doesn't change looked up beforehand. */
export type CpuKernel<Name extends KernelName> = (step: KernelStep<Name>, context: CpuContext) => () => void;

export type CpuKernels = { readonly [Name in KernelName]: CpuKernel<Name> };

/** What the WebGPU device tells its kernels when they choose their launches. */
export interface WebgpuContext {
  readonly limits: GpuLimits;
  /**
   * Whether the adapter is a program on the CPU. There reading memory costs as much as five to six multiply-adds,
   * workgroup memory included, and a barrier suspends every invocation: kernels that wait for none are much faster.
   */
  readonly emulated: boolean;
  /** The fewest invocations of a subgroup; 0 where kernels may not use subgroups. */
  readonly subgroupSize: number;
  /** Whether loops that can be launched as a whole are. */
  readonly wholeRollouts: boolean;
}

/** One dispatch. Binding i of group 0 is `bindings[i]`, declared `var<storage, read_write>` (see webgpu device). */
export interface Launch {
  readonly label: string;
  /** Whose text the source holds, where it is a user's: for the message where it does not compile. */
  readonly origin?: string;
  /** A whole WGSL module with the entry point `main`, but for what `rows` and `subgroups` add to it. */
  readonly source: string;
  /** Whether the source uses subgroup functions. */
  readonly subgroups?: boolean;
  /** Values of the module's `override` constants. */
  readonly constants?: Readonly<Record<string, number>>;
  readonly bindings: readonly Operand[];
  /**
   * The operand whose rows the launch runs over. The device puts in front of the source
   * `fn row_start() -> u32` and `fn row_count() -> u32`: constants for fixed rows; for rows counted on the device it
   * binds their window behind `bindings` and reads it. Absent: the source uses neither.
   */
  readonly rows?: Operand;
  readonly workgroups: readonly [number, number, number];
}

export type WebgpuKernel<Name extends KernelName> = (
  step: KernelStep<Name>,
  context: WebgpuContext,
) => readonly Launch[];

export type WebgpuKernels = { readonly [Name in KernelName]: WebgpuKernel<Name> };

/** Where each kernel is loaded from when a plan first has a step of it, so that nobody downloads what is not used. */
export type WebgpuKernelOrigins = {
  readonly [Name in KernelName]: (context: WebgpuContext) => Promise<Pick<WebgpuKernels, Name>>;
};

/**
 * The reference device's memory: every operand is a Float64Array over its whole capacity, integers included.
 * Arrays of the same address are the same array.
 */
export interface ReferenceContext {
  array(operand: Operand): Float64Array;
  firstRow(operand: Operand): number;
  rowCount(operand: Operand): number;
}

export type ReferenceKernel<Name extends KernelName> = (step: KernelStep<Name>, context: ReferenceContext) => void;

export type ReferenceKernels = { readonly [Name in KernelName]: ReferenceKernel<Name> };
