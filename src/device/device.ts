import type { Plan } from '../plan/index.ts';
import type { Variable } from '../tape/index.ts';

/** Numbers read from a device. */
export type Numbers = Float32Array | Int32Array | Float64Array;

/**
 * Something that runs plans: `webgpu`, `cpu` (WebAssembly) or `reference` (float64 loops, for checks). Each device
 * keeps its own numbers for every variable, beginning with the variable's start values, so runs on different devices, or on
 * two devices of the same kind, never disturb each other. A program is the same on all of them.
 *
 * A device can be lost. All pending calls then end with a DeviceLostError, and every later call throws it.
 */
export interface Device {
  readonly kind: 'webgpu' | 'cpu' | 'reference';
  /** The adapter or engine, in readable form. */
  readonly description: string;
  /** Whether products of matrices round once for a multiplication and an addition: see `CpuDeviceOptions`. */
  readonly fusedMultiplyAdd?: boolean | undefined;
  /**
   * Prepares a plan: reserves its arena, compiles and binds everything.
   * @throws DeviceLimitError if the plan needs more than the device allows, before anything is reserved
   * @throws DeviceMemoryError if there is no room for it beside what is in use; nothing stays reserved
   * @throws ShaderError if the GPU's compiler refuses a kernel, such as one of your row programs
   */
  prepare<Outputs extends string>(plan: Plan<Outputs>): Promise<Executable<Outputs>>;
  /** Overwrites a variable's numbers, after all runs begun so far. @throws if the number of elements differs */
  write(variable: Variable, data: ArrayLike<number>): void;
  /** A variable's numbers, after all runs begun so far. */
  read(variable: Variable): Promise<Numbers>;
  /** Whether the device holds a variable: whether it was read, written or part of a plan here. */
  holds(variable: Variable): boolean;
  /**
   * Frees a variable's numbers, after all runs begun so far. Executables that use it are unusable afterwards; plans
   * prepared later start with its start values.
   */
  forget(variable: Variable): void;
  /** Settles once everything begun so far has run. @throws what went wrong on the device, if anything did */
  finish(): Promise<void>;
  /**
   * Devices for `count` programs that run the same plans on this one, such as the runs of several seeds: a launch then
   * computes for all of them. Present on webgpu alone.
   * @throws Error (rejects) unless `count` is a whole number from 1 to 256
   */
  replicas?(count: number): Promise<Replicas>;
  /** Statistics since the device was opened. */
  readonly counts: DeviceCounts;
  /** Frees everything. The device, its executables and pending reads then throw a DeviceLostError of reason `destroyed`. */
  destroy(): void;
}

/**
 * A device's replicas: devices with variables of their own, one for each of several programs. Where plans are equal, with
 * variables of the same names and shapes in the same order, they share one prepared plan, and their runs become one: its
 * launches, submits and copies of numbers read are those of one program. Each replica's numbers have the bits that they
 * have on the device alone.
 *
 * A run waits for those of the other replicas, until they have left. So programs must go on side by side, not one after
 * another, and each has to leave when it has no more to run for now.
 */
export interface Replicas {
  readonly count: number;
  /** Opens one of them, from 0, or opens it anew after its `destroy`, which frees its numbers and leaves. */
  open(replica: number): Device;
  /** Others wait no longer for this one. It can still be used, then alone. */
  leave(replica: number): void;
}

/** A plan on a device. */
export interface Executable<Outputs extends string = string> {
  readonly plan: Plan<Outputs>;
  /** The cost of one run. On webgpu a loop counts all launches encoded for it. */
  readonly launches: number;
  /**
   * Runs the plan `times` times (default 1), one after another. On webgpu this only submits, all of it at once;
   * on the other devices it has finished on return.
   */
  run(times?: number): void;
  /** An output of the last run. */
  read(output: Outputs): Promise<Numbers>;
  /**
   * Runs the plan once, checking every number that each operation computes.
   * @throws naming the first operation that made a number that is not finite
   */
  runChecked(): Promise<void>;
  /** Frees the plan's memory. Variables stay. */
  release(): void;
}

/** Counts of a device's work and memory so far, for tests of costs. */
export interface DeviceCounts {
  readonly launches: number;
  readonly submits: number;
  readonly bindGroups: number;
  readonly buffers: number;
  readonly pipelines: number;
  /** Bytes now reserved, arenas and variables together. */
  readonly bytes: number;
}
