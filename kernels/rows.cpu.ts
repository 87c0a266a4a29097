import type { CpuContext } from '../src/plan/kernel.ts';
import type { Operand } from '../src/plan/step.ts';

/**
 * Makes the function that runs a kernel over the rows of `operand` in use: `run` is given the first row and the row
 * behind the last, and is not called when there are none.
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

/** The most rows that an operand can have in use. */
export function maxRows({ rows, shape }: Operand): number {
  return rows?.max ?? shape[0] ?? 1;
}

/** How many numbers one row of the operand has. */
export function rowWidth({ shape }: Operand): number {
  return shape.slice(1).reduce((product, size) => product * size, 1);
}

/** Stands for the address of an operand that is not there. */
export const absent = -1;

/** Numbers of a cache line: outputs of one number a row are cut at its multiples, so that no two threads share one. */
export const cacheLine = 16;

/** Work of a number that is read from memory and written to it, in the unit of `Cut`. */
export const movedNumber = 8;

/** Work of a row that is a few numbers, beside that of its numbers: a call or a jump that no one foresaw. */
export const rowWork = 128;
