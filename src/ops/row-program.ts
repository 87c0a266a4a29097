import type { BufferDeclaration, Program } from '../rows/program.ts';
import { packTables } from '../rows/tables.ts';
import type { LoopHint, Operation, Rows, Tape, Tensor, TensorType, Write } from '../tape/index.ts';
import { describeType, elementCount } from '../tape/index.ts';

/** A buffer that a row program reads or writes, row by row. */
export interface RowBuffer {
  /** Its name in the WGSL text. */
  readonly name: string;
}

/** The buffers of a row program on the host: inputs, then outputs, then writes. Index n * width for row n's numbers. */
export type HostBuffer = Float32Array | Int32Array | Float64Array;

/** Runs rows start .. start + count - 1 of a program on the host, over its buffers. */
export type HostFunction = (buffers: readonly HostBuffer[], start: number, count: number) => void;

/** Work for every row that is not tensor arithmetic: an environment's step, a reward. */
export type RowProgram = RecordedRowProgram | HostRowProgram;

/** A row program recorded once (`record`) and written out for each device; see `recordedRowProgram`. */
export interface RecordedRowProgram {
  /** Names the launch in messages and profiles. */
  readonly name: string;
  /** The buffers, in the order inputs, outputs, writes. */
  readonly buffers: readonly BufferDeclaration[];
  readonly program: Program;
}

/**
 * A row program given as functions: one over the host's memory for the cpu and reference devices, which runs on the
 * calling thread only, and text for GPUs.
 */
export interface HostRowProgram {
  /** Names the launch in messages and profiles. */
  readonly name: string;
  /** The buffers, in the order inputs, outputs, writes. */
  readonly buffers: readonly RowBuffer[];
  readonly host: HostFunction;
  /**
   * WGSL text that defines `fn row(n: i32)`, called once for each row n. The buffers are in scope under their names as
   * `array<f32>` or `array<i32>`; `row_start() -> u32` is the first row. Absent for programs that can only run on the host.
   */
  readonly wgsl?: string;
  /** WGSL text that precedes `wgsl`. Programs in one launch share equal texts. */
  readonly library?: string;
  readonly program?: undefined;
}

/** Marks a loop as a rollout, and names its environment's row programs. Recorded with `tape.loop`. */
export interface RolloutHint extends LoopHint {
  readonly kind: 'rollout';
  /** Inputs: trajectory, state of all trajectories. Outputs: observation, mask. */
  readonly observe: RowProgram;
  /** Inputs: trajectory, action. Outputs: log P_B of the step, log R at the end. Writes: state, whether active. */
  readonly advance: RowProgram;
}

/**
 * Makes a recorded program a row program. Its signature names inputs, then outputs, then what it writes.
 * @throws if it has a result or parameters: on a device everything is in buffers
 */
export function recordedRowProgram(program: Program): RecordedRowProgram {
  const name = `${program.owner}: ${program.name}`;
  if (program.result || program.parameters.length > 0) {
    throw new Error(`rowProgram ${name}: it has a result or parameters. On a device everything is in buffers.`);
  }
  return { name, buffers: program.buffers, program };
}

/** A row program, and the rows to run it for. */
export interface RowProgramAttributes {
  readonly program: RowProgram;
  readonly outputs: readonly TensorType[];
  /** Rows to run if no output implies them: fixed, or counted on the device. */
  readonly rowCount: number;
  /** A kernel of the cpu device that does the same. */
  readonly byHand?: ByHand | undefined;
}

/** A kernel written for the cpu device: `kernel(begin, end, ...numbers, ...buffers, scratch)`. */
export interface ByHand {
  readonly kernel: 'sequenceAttention' | 'sequenceAttentionGradient';
  readonly numbers: readonly number[];
  /** Bytes of scratch space that a thread needs. */
  readonly scratch: number;
  /** The cost of a row, in the unit of `Cut`. */
  readonly work: number;
}

/** Runs a row program; see `RowProgram`. It has no derivative: `defineOperation` gives one. */
export const rowProgramOperation: Operation<RowProgramAttributes> & { readonly name: 'rowProgram' } = {
  name: 'rowProgram',
  infer(inputs, { program, outputs }) {
    const given = inputs.length + outputs.length - (hasTables(program) ? 1 : 0);
    if (program.buffers.length < given) {
      throw new Error(
        `rowProgram ${program.name}: ${program.buffers.length} buffers are named for ${inputs.length} inputs and ${outputs.length} outputs.`,
      );
    }
    return outputs;
  },
  derivative: 'none',
};

/** Whether the last of a program's inputs is its tables, packed. */
export const hasTables = ({ program }: RowProgram): boolean => program !== undefined && program.tables.length > 0;

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
  const attributes = { program, outputs: types, rowCount };
  const given = withTables(tape, program, inputs);
  const recorded = tape.record(rowProgramOperation, given, attributes, { writes, ...counted });
  checkBuffers(program, [...inputs, ...outputs, ...writes.map(({ type }) => type)]);
  return recorded;
}

/** A program's inputs followed by its tables, if it has any. */
export function withTables(tape: Tape, { program }: RowProgram, inputs: readonly Tensor[]): readonly Tensor[] {
  const words = program && packTables(program.tables);
  return words ? [...inputs, tape.constant('i32', [words.length], words)] : inputs;
}

/** @throws if an operand differs in type or width from the recording */
export function checkBuffers({ name, buffers, program }: RowProgram, operands: readonly TensorType[]): void {
  if (!program) return;
  operands.forEach((operand, i) => {
    const buffer = (buffers as readonly BufferDeclaration[])[i];
    const count = elementCount(operand.shape);
    if (buffer && operand.dtype === buffer.dtype && count % buffer.width === 0) return;
    throw new Error(
      buffer
        ? `rowProgram ${name}: ${buffer.name} was recorded as rows of ${buffer.width} ${buffer.dtype}, and is given ` +
            `${describeType(operand)}.`
        : `rowProgram ${name}: it was recorded with ${buffers.length} buffers, and is given ${operands.length}.`,
    );
  });
}
