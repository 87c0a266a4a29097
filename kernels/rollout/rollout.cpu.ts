import type { CpuKernel } from '../../src/plan/kernel.ts';

export const beginRows: CpuKernel<'beginRows'> = ({ attributes: { batch, steps }, writes }, context) => {
  const [window, total, time, trajectory, gridIndex, rowOfGrid] = writes.map((operand) => context.pointer(operand));
  const run = context.wasm.beginRows;
  return () => run(batch, steps, window, total, time, trajectory, gridIndex, rowOfGrid);
};

export const nextRows: CpuKernel<'nextRows'> = (
  { attributes: { batch, steps }, inputs: [active], writes },
  context,
) => {
  const pactive = context.pointer(active);
  const [window, total, time, trajectory, gridIndex, rowOfGrid] = writes.map((operand) => context.pointer(operand));
  const run = context.wasm.nextRows;
  return () => run(batch, steps, pactive, window, total, time, trajectory, gridIndex, rowOfGrid);
};
