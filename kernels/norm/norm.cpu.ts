import type { CpuKernel } from '../../src/plan/kernel.ts';
import { maxRows, overRows, rowWork } from '../rows.cpu.ts';

/** Work for a number, which is read three times, in the unit of `Cut`. */
const numberWork = 16;

export const layerNorm: CpuKernel<'layerNorm'> = ({ attributes: { epsilon }, inputs: [x], outputs: [y] }, context) => {
  const C = x.shape[1];
  const px = context.pointer(x);
  const py = context.pointer(y);
  return overRows(y, context, context.parallel('layerNorm', [C, px, py, epsilon], { work: numberWork * C + rowWork }));
};

export const layerNormGradient: CpuKernel<'layerNormGradient'> = (
  { attributes: { epsilon }, inputs: [x, dy], outputs: [dx] },
  context,
) => {
  const C = x.shape[1];
  const [px, pdy, pdx] = [x, dy, dx].map((operand) => context.pointer(operand));
  const cut = { work: 2 * numberWork * C + rowWork };
  return overRows(dx, context, context.parallel('layerNormGradient', [C, px, pdy, pdx, epsilon], cut));
};

export const graphNorm: CpuKernel<'graphNorm'> = (
  { attributes: { epsilon }, inputs: [x, offsets], outputs: [y] },
  context,
) => {
  const S = offsets.shape[0] - 1;
  const C = x.shape[1];
  const [px, poffsets, py] = [x, offsets, y].map((operand) => context.pointer(operand));
  const cut = { work: rowWork + (numberWork * C * maxRows(x)) / S };
  const run = context.parallel('graphNorm', [C, px, poffsets, py, epsilon], cut);
  return () => run(0, S);
};

export const graphNormGradient: CpuKernel<'graphNormGradient'> = (
  { attributes: { epsilon }, inputs: [x, offsets, , dy], outputs: [dx] },
  context,
) => {
  const S = offsets.shape[0] - 1;
  const C = x.shape[1];
  const [px, poffsets, pdy, pdx] = [x, offsets, dy, dx].map((operand) => context.pointer(operand));
  const cut = { work: rowWork + (2 * numberWork * C * maxRows(x)) / S };
  const run = context.parallel('graphNormGradient', [C, px, poffsets, pdy, pdx, epsilon], cut);
  return () => run(0, S);
};
