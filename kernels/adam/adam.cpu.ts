import type { CpuKernel } from '../../src/plan/kernel.ts';
import { absent, cacheLine } from '../rows.cpu.ts';

/** Work for a parameter, in the unit of `Cut`: half a nanosecond, mostly a square root and a division. */
const parameterWork = 32;

export const adam: CpuKernel<'adam'> = (
  { attributes: { beta1, beta2, epsilon, weightDecay }, inputs: [gradient, step, rate, factor], writes },
  context,
) => {
  const count = gradient.shape[0];
  const [pgradient, pstep, prate] = [gradient, step, rate].map((operand) => context.pointer(operand));
  const pfactor = factor ? context.pointer(factor) : absent;
  const [parameters, first, second] = writes.map((operand) => context.pointer(operand));
  const pointers = [pgradient, pstep, prate, pfactor, parameters, first, second];
  const cut = { work: parameterWork, multiple: cacheLine };
  const run = context.parallel('adam', [...pointers, beta1, beta2, epsilon, weightDecay], cut);
  return () => run(0, count);
};
