import type { CpuContext } from '../src/plan/kernel.ts';
import type { Operand } from '../src/plan/step.ts';

/**
 * Makes the function that runs a kernel over the rows of `operand` in use: `run` receives the first row and the end,
 * and is not called if there are no rows.
 */
export function overRows(operand: Operand, context: CpuContext, run: (begin: number, end: number) => void): () => void {
  if (!operand.rows) {
    const count = operand.shape.length === 0 ? 1 : operand.shape[0];
    return count === 0 ? () => {} : () => run(0, count);
  }
  return () => {
    const begin = context.firstRow(operand);
    const count = context.rowCount(operand);
    if (count > 0) run(begin, begin + count);
  };
}

/** The maximum number of rows that an operand can have in use. */
export function maxRows({ rows, shape }: Operand): number {
  return rows?.max ?? shape[0] ?? 1;
}

/** The number of elements in one row of the operand. */
export function rowWidth({ shape }: Operand): number {
  return shape.slice(1).reduce((product, size) => product * size, 1);
}

/** The address of an absent operand. */
export const absent = -1;

/**
 * Numbers per cache line: outputs of one number a row are split at its multiples, so that no two threads share a line.
 */
export const cacheLine = 16;

/** Work for a number that is read from memory and written to it, in the unit of `Cut`. */
export const movedNumber = 8;

/** Extra work for a row of few numbers, in the unit of `Cut`: a call, or a mispredicted jump. */
export const rowWork = 128;
