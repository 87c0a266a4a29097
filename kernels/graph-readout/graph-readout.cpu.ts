import type { CpuKernel } from '../../src/plan/kernel.ts';
import { overRows } from '../rows.cpu.ts';

export const graphReadout: CpuKernel<'graphReadout'> = ({ inputs: [x, offsets], outputs: [y] }, context) => {
  const C = x.shape[1];
  const [px, poffsets, py] = [x, offsets, y].map((operand) => context.pointer(operand));
  const run = context.wasm.graphReadout;
  return overRows(y, context, (begin, end) => run(begin, end, C, px, poffsets, py));
};

export const graphReadoutGradient: CpuKernel<'graphReadoutGradient'> = (
  { inputs: [dy, offsets], outputs: [dx] },
  context,
) => {
  const C = dx.shape[1];
  const graphs = offsets.shape[0] - 1;
  const [pdy, poffsets, pdx] = [dy, offsets, dx].map((operand) => context.pointer(operand));
  const run = context.wasm.graphReadoutGradient;
  return () => run(0, graphs, C, pdy, poffsets, pdx);
};
