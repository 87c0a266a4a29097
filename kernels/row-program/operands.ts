import { hasTables, type RowProgram } from '../../src/ops/row-program.ts';
import type { KernelStep, Operand } from '../../src/plan/step.ts';
import { elementCount } from '../../src/tape/index.ts';

/** The operands of a row program's step. */
export interface RowOperands {
  /** The program's buffers, in its order. */
  readonly buffers: readonly Operand[];
  /** The program's tables, packed. */
  readonly tables: Operand | undefined;
  /** The operand whose rows are counted. */
  readonly counted: Operand;
}

export function rowOperands({ attributes, inputs, outputs, writes, rows }: KernelStep<'rowProgram'>): RowOperands {
  const tables = hasTables(attributes.program) ? inputs[inputs.length - 1] : undefined;
  const given = tables ? inputs.slice(0, -1) : inputs;
  return {
    buffers: [...given, ...outputs, ...writes],
    tables,
    counted: {
      dtype: 'i32',
      shape: [attributes.rowCount],
      address: rows?.window ?? { space: 'arena', byteOffset: 0 },
      ...(rows ? { rows } : {}),
    },
  };
}

/** The number of rows of each buffer of a recorded program. */
export function rowCounts({ buffers }: RowProgram, operands: readonly Operand[]): number[] {
  return operands.map(({ shape }, i) => {
    const { width = 1 } = buffers[i] as { width?: number };
    return elementCount(shape) / width;
  });
}
