import type { Program, Statement } from './program.ts';

/** Bytes of scratch space that a call of the program's WebAssembly needs. */
export function scratchBytes({ cells }: Program): number {
  return 4 * cells.reduce((sum, { length }) => sum + length, 0);
}

/** The cost of a statement, in the unit of a kernel's `Cut`: about half a nanosecond. */
const statementWork = 32;

/** The cost of a row, in the unit of a kernel's `Cut`: with loops at their maximum, and both branches of conditions. */
export function workOf({ body }: Program): number {
  return statementWork * countOf(body);
}

function countOf(statements: readonly Statement[]): number {
  return statements.reduce((sum, statement) => {
    if (statement.kind === 'when') return sum + 1 + countOf(statement.body) + countOf(statement.otherwise);
    if (statement.kind === 'repeat') return sum + statement.count.range.max * (1 + countOf(statement.body));
    return sum + 1;
  }, 0);
}
