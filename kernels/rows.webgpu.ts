import type { Operand } from '../src/plan/step.ts';

/** The number of rows that a launch over this operand has to cover; a scalar is one row. */
export function maxRows({ rows, shape: [capacity = 1] }: Operand): number {
  return rows ? Math.min(rows.max, capacity) : capacity;
}

/** The numbers in one row. */
export function rowWidth({ shape }: Operand): number {
  return shape.slice(1).reduce((product, size) => product * size, 1);
}
