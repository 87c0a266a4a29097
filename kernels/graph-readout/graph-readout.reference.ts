import type { ReferenceKernel } from '../../src/plan/kernel.ts';

/** y[g] = [the mean of x over all nodes but the last ; x of the last]. */
export const graphReadout: ReferenceKernel<'graphReadout'> = ({ inputs: [x, offsets], outputs: [y] }, context) => {
  const width = x.shape[1];
  const [xs, bounds, ys] = [x, offsets, y].map((operand) => context.array(operand));
  for (let g = 0; g < context.rowCount(y); g++) {
    const virtual = bounds[g + 1] - 1;
    for (let c = 0; c < width; c++) {
      let sum = 0;
      for (let i = bounds[g]; i < virtual; i++) sum += xs[i * width + c];
      ys[2 * g * width + c] = sum / (virtual - bounds[g]);
      ys[(2 * g + 1) * width + c] = xs[virtual * width + c];
    }
  }
};

/** dx of a node is dy[g, 0 .. C - 1] / (nodes of g), of the virtual one dy[g, C ..]. */
export const graphReadoutGradient: ReferenceKernel<'graphReadoutGradient'> = (
  { inputs: [dy, offsets], outputs: [dx] },
  context,
) => {
  const width = dx.shape[1];
  const [dys, bounds, dxs] = [dy, offsets, dx].map((operand) => context.array(operand));
  for (let g = 0; g + 1 < bounds.length; g++) {
    const virtual = bounds[g + 1] - 1;
    for (let i = bounds[g]; i < bounds[g + 1]; i++) {
      for (let c = 0; c < width; c++) {
        dxs[i * width + c] =
          i === virtual ? dys[(2 * g + 1) * width + c] : dys[2 * g * width + c] / (virtual - bounds[g]);
      }
    }
  }
};
