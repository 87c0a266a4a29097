import type { WebgpuKernel } from '../../src/plan/kernel.ts';
import { elementCount } from '../../src/tape/index.ts';
import { gridOver } from '../workgroups.ts';
import source from './adam.wgsl';

/** One launch over all parameters. */
export const adam: WebgpuKernel<'adam'> = (
  { attributes: { beta1, beta2, epsilon, weightDecay }, inputs: [gradient, step, rate, factor], writes },
  context,
) => {
  const numbers = elementCount(gradient.shape);
  if (numbers === 0) return [];
  const vectored = numbers % 4 === 0;
  const count = vectored ? numbers / 4 : numbers;
  // Optional buffers and the type of the elements cannot be override constants.
  const factorText = factor
    ? '@group(0) @binding(6) var<storage, read_write> factor: array<f32>;\nfn gradient_factor() -> f32 { return factor[0]; }\n'
    : 'fn gradient_factor() -> f32 { return 1.0f; }\n';
  return [
    {
      label: 'adam',
      source: `alias Value = ${vectored ? 'vec4f' : 'f32'};\n${factorText}${source}`,
      constants: {
        COUNT: count,
        BETA1: beta1,
        BETA2: beta2,
        ONE_MINUS_BETA1: 1 - beta1,
        ONE_MINUS_BETA2: 1 - beta2,
        LOG_BETA1: logarithm(beta1),
        LOG_BETA2: logarithm(beta2),
        EPSILON: epsilon,
        WEIGHT_DECAY: weightDecay,
      },
      bindings: [gradient, step, rate, ...writes, ...(factor ? [factor] : [])],
      workgroups: gridOver(count, context),
    },
  ];
};

/** Finite even for a beta of 0, whose powers vanish anyway. */
const logarithm = (beta: number) => Math.max(Math.log(beta), -1e4);
