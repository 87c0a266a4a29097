import type { Plan } from '../plan/index.ts';
import type { Variable } from '../tape/index.ts';

/** Numbers read from a device. */
export type Numbers = Float32Array | Int32Array | Float64Array;

/**
 * Something that runs plans: `webgpu`, `cpu` (WebAssembly) or `reference` (float64 loops, for checks). Each device
 * keeps its own numbers for every variable, from the variable's start values on, so that runs on different devices,
 * or on two devices of the same kind, never disturb each other. A program is the same on all of them.
 *
 * A device can be lost. Everything that waits for it then ends with a DeviceLostError, and every later call throws it.
 */
export interface Device {
  readonly kind: 'webgpu' | 'cpu' | 'reference';
  /** Which adapter or engine, for people. */
  readonly description: string;
  /**
   * Makes a plan ready to run: reserves its arena, compiles and binds everything.
   * @throws DeviceLimitError if the plan needs more than the device allows, before anything is reserved
   * @throws DeviceMemoryError if there is no room for it beside what is in use; nothing stays reserved
   * @throws ShaderError if the GPU's compiler refuses a kernel, such as a program of the user's own
   */
  prepare<Outputs extends string>(plan: Plan<Outputs>): Promise<Executable<Outputs>>;
  /** Overwrites a variable's numbers, behind all runs begun so far. @throws if the number of elements differs */
  write(variable: Variable, data: ArrayLike<number>): void;
  /** A variable's numbers, behind all runs begun so far. */
  read(variable: Variable): Promise<Numbers>;
  /** Whether the device has numbers of a variable: whether it was read, written or part of a plan here. */
  holds(variable: Variable): boolean;
  /**
   * Frees a variable's numbers, behind all runs begun so far. Executables of plans that use it are of no use afterwards;
   * to plans prepared later it is new, with its start values.
   */
  forget(variable: Variable): void;
  /** Settles once everything begun so far has run. @throws what went wrong on the device, if anything did */
  finish(): Promise<void>;
  /** What the device has done since it was opened. */
  readonly counts: DeviceCounts;
  /** Frees everything. The device, its executables and pending reads then throw a DeviceLostError of reason `destroyed`. */
  destroy(): void;
}

/** A plan on a device. */
export interface Executable<Outputs extends string = string> {
  readonly plan: Plan<Outputs>;
  /** What one run costs. On webgpu a loop counts with all the launches that are encoded for it. */
  readonly launches: number;
  /**
   * Runs the plan `times` times (1 unless said), one after another. On webgpu this only submits, all of it at once;
   * on the other devices it has run on return.
   */
  run(times?: number): void;
  /** An output of the last run. */
  read(output: Outputs): Promise<Numbers>;
  /**
   * Runs the plan once, looking at every number each operation makes.
   * @throws naming the first operation that made a number that is not finite
   */
  runChecked(): Promise<void>;
  /** Gives the plan's memory back. Variables stay. */
  release(): void;
}

/** What a device has done and holds, so far: for tests of what a run costs. */
export interface DeviceCounts {
  readonly launches: number;
  readonly submits: number;
  readonly bindGroups: number;
  readonly buffers: number;
  readonly pipelines: number;
  /** Bytes now reserved, arenas and variables together. */
  readonly bytes: number;
}
