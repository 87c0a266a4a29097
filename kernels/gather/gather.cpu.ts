import type { CpuKernel } from '../../src/plan/kernel.ts';
import { maxRows, movedNumber, overRows, rowWidth, rowWork } from '../rows.cpu.ts';
import { scatterBlock } from './scatter-block.ts';

export const gatherRows: CpuKernel<'gatherRows'> = (
  { attributes: { fill }, inputs: [x, index], outputs: [y] },
  context,
) => {
  const width = rowWidth(y);
  const [px, pindex, py] = [x, index, y].map((operand) => context.pointer(operand));
  const bits = x.dtype === 'i32' ? fill | 0 : new Int32Array(Float32Array.of(fill).buffer)[0];
  const cut = { work: movedNumber * width + rowWork };
  return overRows(y, context, context.parallel('gatherRows', [width, px, pindex, py, bits], cut));
};

export const scatterAddRows: CpuKernel<'scatterAddRows'> = ({ inputs: [x, index], outputs: [y] }, context) => {
  const width = rowWidth(y);
  const [px, pindex, py] = [x, index, y].map((operand) => context.pointer(operand));
  const counted = x.rows ? x : index;
  // With several blocks there are separate sums, whose rows are at most a quarter of the rows added up.
  const most = maxRows(counted);
  const summed = most <= scatterBlock(0) ? 0 : Math.min(maxRows(y), Math.ceil(most / 4));
  const sums = summed === 0 ? py : context.reserve(4 * width * summed);
  const window = y.rows ? context.pointer({ dtype: 'i32', shape: [2], address: y.rows.window }) : 0;
  // Each thread reads all indices and adds the rows in its range.
  const work = (movedNumber * width) / Math.max(1, y.shape[0]);
  const numbers = [width, px, pindex, py, sums, window, y.shape[0]];
  const run = context.parallel('scatterAddRows', numbers, { work });
  return overRows(y, context, (begin, end) => {
    const first = context.firstRow(counted);
    run(begin, end, first, first + context.rowCount(counted));
  });
};
