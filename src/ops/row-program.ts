import type { Operation, Rows, Tape, Tensor, TensorType, Write } from '../tape/index.ts';

/** One row's view of a buffer that a row program reads or writes. */
export interface RowBuffer {
  /** The name that the WGSL text calls it by. */
  readonly name: string;
}

/** The buffers of a row program on the host: inputs, then outputs, then writes. Index n * width for row n's numbers. */
export type HostBuffer = Float32Array | Int32Array | Float64Array;

/**
 * Work done for every row alike that is no arithmetic of tensors: an environment's step, a reward. It is given twice,
 * as a function over the host's memory (used by the cpu and reference devices) and as WGSL (used by GPUs).
 */
export interface RowProgram {
  /** Names the launch in messages and profiles. */
  readonly name: string;
  /** The buffers, in the order inputs, outputs, writes. */
  readonly buffers: readonly RowBuffer[];
  /** Runs rows start .. start + count - 1. */
  readonly host: (buffers: readonly HostBuffer[], start: number, count: number) => void;
  /**
   * WGSL text that defines `fn row(n: i32)`, called once for each row n. The buffers are in scope under their names as
   * `array<f32>` or `array<i32>`; `row_start() -> u32` is the first row. Absent for programs that can only run on the host.
   */
  readonly wgsl?: string;
  /** WGSL text in front of `wgsl`, the same for programs that a launch may run together: then it stands there once. */
  readonly library?: string;
}

/** A row program, and what it is recorded for. */
export interface RowProgramAttributes {
  readonly program: RowProgram;
  readonly outputs: readonly TensorType[];
  /** Rows to run where no output tells: fixed, or counted on the device. */
  readonly rowCount: number;
}

/** Runs a row program; see `RowProgram`. It has no derivative: `defineOperation` gives one. */
export const rowProgramOperation: Operation<RowProgramAttributes> & { readonly name: 'rowProgram' } = {
  name: 'rowProgram',
  infer(inputs, { program, outputs }) {
    if (program.buffers.length < inputs.length + outputs.length) {
      throw new Error(
        `rowProgram ${program.name}: ${program.buffers.length} buffers are named for ${inputs.length} inputs and ${outputs.length} outputs.`,
      );
    }
    return outputs;
  },
  derivative: 'none',
};

/** Records a row program over `rows`: a fixed number, or rows counted on the device. */
export function rowProgram(
  tape: Tape,
  program: RowProgram,
  rows: number | Rows,
  inputs: readonly Tensor[],
  outputs: readonly TensorType[],
  writes: readonly Write[] = [],
): Tensor[] {
  const rowCount = typeof rows === 'number' ? rows : rows.capacity;
  const counted = typeof rows === 'number' ? {} : { rows };
  const types = outputs.map((type) => ({ ...type, ...counted }));
  return tape.record(rowProgramOperation, inputs, { program, outputs: types, rowCount }, { writes, ...counted });
}
