import type { CpuKernel } from '../../src/plan/kernel.ts';
import { maxRows, movedNumber, overRows, rowWork } from '../rows.cpu.ts';

export const graphReadout: CpuKernel<'graphReadout'> = ({ inputs: [x, offsets], outputs: [y] }, context) => {
  const C = x.shape[1];
  const [px, poffsets, py] = [x, offsets, y].map((operand) => context.pointer(operand));
  const cut = { work: rowWork + (movedNumber * C * maxRows(x)) / maxRows(y) };
  return overRows(y, context, context.parallel('graphReadout', [C, px, poffsets, py], cut));
};

export const graphReadoutGradient: CpuKernel<'graphReadoutGradient'> = (
  { inputs: [dy, offsets], outputs: [dx] },
  context,
) => {
  const C = dx.shape[1];
  const graphs = offsets.shape[0] - 1;
  const [pdy, poffsets, pdx] = [dy, offsets, dx].map((operand) => context.pointer(operand));
  const cut = { work: rowWork + (movedNumber * C * maxRows(dx)) / graphs };
  const run = context.parallel('graphReadoutGradient', [C, pdy, poffsets, pdx], cut);
  return () => run(0, graphs);
};
