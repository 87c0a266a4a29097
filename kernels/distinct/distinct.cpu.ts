import type { CpuKernel } from '../../src/plan/kernel.ts';
import { rowWidth } from '../rows.cpu.ts';

/** Also runs without rows, to write a count of 0. */
export const distinctRows: CpuKernel<'distinctRows'> = ({ inputs: [x, after], outputs }, context) => {
  const [px, pafter] = [context.pointer(x), context.pointer(after)];
  const [index, first, window, total] = outputs.map((operand) => context.pointer(operand));
  const width = rowWidth(x);
  const scratch = context.reserve(context.wasm.distinctRowsScratch(x.rows?.max ?? x.shape[0]));
  const run = context.wasm.distinctRows;
  return () => {
    const begin = context.firstRow(x);
    run(begin, begin + context.rowCount(x), width, px, pafter, index, first, window, total, scratch);
  };
};
