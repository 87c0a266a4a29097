import type { CpuKernel } from '../../src/plan/kernel.ts';
import { maxRows, movedNumber, overRows, rowWork } from '../rows.cpu.ts';

/** Work for a number's exponential and its share, in the unit of `Cut`. */
const exponentialWork = 64;

export const segmentReduce: CpuKernel<'segmentReduce'> = (
  { attributes: { kind }, inputs: [x, offsets], outputs: [y] },
  context,
) => {
  const [S, C] = y.shape;
  const [px, poffsets, py] = [x, offsets, y].map((operand) => context.pointer(operand));
  const cut = { work: rowWork + (movedNumber * C * maxRows(x)) / S };
  const run = context.parallel(kind === 'sum' ? 'segmentSum' : 'segmentMaximum', [C, px, poffsets, py], cut);
  return () => run(0, S);
};

/** A gather of the segments' rows: every row has a segment. */
export const segmentExpand: CpuKernel<'segmentExpand'> = ({ inputs: [x, , ids], outputs: [y] }, context) => {
  const C = y.shape[1];
  const [px, pids, py] = [x, ids, y].map((operand) => context.pointer(operand));
  const cut = { work: movedNumber * C + rowWork };
  return overRows(y, context, context.parallel('gatherRows', [C, px, pids, py, 0], cut));
};

export const segmentSoftmax: CpuKernel<'segmentSoftmax'> = ({ inputs: [x, offsets], outputs: [y] }, context) => {
  const S = offsets.shape[0] - 1;
  const C = x.shape[1];
  const [px, poffsets, py] = [x, offsets, y].map((operand) => context.pointer(operand));
  const cut = { work: rowWork + (exponentialWork * C * maxRows(x)) / S };
  const run = context.parallel('segmentSoftmax', [C, px, poffsets, py], cut);
  return () => run(0, S);
};
