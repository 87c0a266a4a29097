import { messageEpsilon } from '../../src/ops/index.ts';
import type { ReferenceKernel } from '../../src/plan/kernel.ts';
import { addFeatureGradients, entriesTo, featuresOf } from '../graph/structure.reference.ts';

/** y_i = x_i + sum over j -> i of (relu(x_j + e_ji) + epsilon). */
export const graphMessages: ReferenceKernel<'graphMessages'> = (
  { inputs: [x, e, virtual, structure], outputs: [y] },
  context,
) => {
  const [nodes, width] = x.shape;
  const entriesOf = entriesTo(structure, nodes, context);
  const [xs, es, virtuals, ys] = [x, e, virtual, y].map((operand) => context.array(operand));
  for (let i = 0; i < context.rowCount(y); i++) {
    const entries = entriesOf(i);
    const features = featuresOf(entries, es, virtuals, width);
    for (let c = 0; c < width; c++) {
      const messages = entries.map(
        ({ source }, k) => Math.max(xs[source * width + c] + features[k][c], 0) + messageEpsilon,
      );
      ys[i * width + c] = xs[i * width + c] + messages.reduce((a, b) => a + b, 0);
    }
  }
};

/** dx_j = dy_j + sum over j -> i of g_ji and de_ji = g_ji, where g_ji = dy_i where x_j + e_ji > 0, else 0. */
export const graphMessagesGradient: ReferenceKernel<'graphMessagesGradient'> = (
  { inputs: [x, e, virtual, structure, , dy], outputs: [dx, de] },
  context,
) => {
  const [nodes, width] = x.shape;
  const entriesOf = entriesTo(structure, nodes, context);
  const [xs, es, virtuals, dys, dxs, des] = [x, e, virtual, dy, dx, de].map((operand) => context.array(operand));
  const count = context.rowCount(dx);
  dxs.set(dys.subarray(0, count * width));
  des.fill(0, 0, context.rowCount(de) * width);
  for (let i = 0; i < count; i++) {
    const entries = entriesOf(i);
    const features = featuresOf(entries, es, virtuals, width);
    const gradients = entries.map(({ source }, k) =>
      features[k].map((feature, c) => (xs[source * width + c] + feature > 0 ? dys[i * width + c] : 0)),
    );
    entries.forEach(({ source }, k) => {
      for (let c = 0; c < width; c++) dxs[source * width + c] += gradients[k][c];
    });
    addFeatureGradients(entries, gradients, des, undefined, width);
  }
};
