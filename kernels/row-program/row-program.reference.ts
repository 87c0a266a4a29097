import type { ReferenceKernel } from '../../src/plan/kernel.ts';
import type { Program } from '../../src/rows/program.ts';
import { type HostProgram, writeClosures } from '../../src/rows/write-closures.ts';
import { rowOperands } from './operands.ts';

/** Recorded programs made runnable, once each. */
const runnable = new WeakMap<Program, HostProgram>();

/** Runs a recorded program in float64, or calls the program's own function, with the arrays of its buffers. */
export const rowProgram: ReferenceKernel<'rowProgram'> = (step, context) => {
  const { program } = step.attributes;
  const { buffers, counted } = rowOperands(step);
  const arrays = buffers.map((operand) => context.array(operand));
  const [start, count] = [context.firstRow(counted), context.rowCount(counted)];
  if (!program.program) {
    program.host(arrays, start, count);
    return;
  }
  const run = runnable.get(program.program) ?? writeClosures(program.program);
  runnable.set(program.program, run);
  for (let n = start; n < start + count; n++) run(arrays, n);
};
