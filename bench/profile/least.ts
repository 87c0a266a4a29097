import type { CpuContext } from '../../src/plan/kernel.ts';
import type { KernelStep } from '../../src/plan/step.ts';

/** Multiplications and additions of a launch that is a product, on the rows in use; 0 of every other one. */
export function productFlops({ kernel, inputs, outputs }: KernelStep, context: CpuContext): number {
  const product = ([I, O]: readonly number[], rows: number) => 2 * I * O * rows;
  switch (kernel) {
    case 'dense':
      return product(inputs[1].shape, context.rowCount(outputs[0]));
    case 'denseInputGradient':
      return product(inputs[2].shape, context.rowCount(outputs[0]));
    case 'denseWeightGradient':
      return product(outputs[0].shape, context.rowCount(inputs.find(({ rows }) => rows) ?? inputs[0]));
    default:
      return 0;
  }
}
