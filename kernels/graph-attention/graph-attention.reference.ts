import type { ReferenceKernel } from '../../src/plan/kernel.ts';
import { addFeatureGradients, entriesTo, featuresOf } from '../graph/structure.reference.ts';

/** alpha = softmax of q_i . (k_j + e_ji) / sqrt(C); y_i = r_i + sum over j of alpha_ji (v_j + e_ji), per head. */
export const graphAttention: ReferenceKernel<'graphAttention'> = (
  { attributes: { heads }, inputs: [projections, e, virtual, structure], outputs: [y, alpha] },
  context,
) => {
  const width = e.shape[1];
  const channels = width / heads;
  const entriesOf = entriesTo(structure, y.shape[0], context);
  const [ps, es, virtuals, ys, alphas] = [projections, e, virtual, y, alpha].map((operand) => context.array(operand));
  const part = (node: number, which: number) => ps.subarray((4 * node + which) * width, (4 * node + which + 1) * width);
  for (let i = 0; i < context.rowCount(y); i++) {
    const entries = entriesOf(i);
    const features = featuresOf(entries, es, virtuals, width);
    const query = part(i, 0);
    ys.set(part(i, 3), i * width);
    for (let head = 0; head < heads; head++) {
      const from = head * channels;
      const scores = entries.map(({ source }, k) => {
        let score = 0;
        for (let c = from; c < from + channels; c++) score += query[c] * (part(source, 1)[c] + features[k][c]);
        return score / Math.sqrt(channels);
      });
      const largest = Math.max(...scores);
      const total = scores.reduce((sum, score) => sum + Math.exp(score - largest), 0);
      entries.forEach(({ number, source }, k) => {
        const weight = Math.exp(scores[k] - largest) / total;
        alphas[number * heads + head] = weight;
        for (let c = from; c < from + channels; c++) {
          ys[i * width + c] += weight * (part(source, 2)[c] + features[k][c]);
        }
      });
    }
  }
};

/**
 * With s the scores: dalpha_ji = dy_i . (v_j + e_ji); ds_ji = alpha_ji (dalpha_ji - sum over k of alpha_ki dalpha_ki);
 * dq_i = sum over j of ds_ji (k_j + e_ji); dk_j = sum over i of ds_ji q_i; dv_j = sum over i of alpha_ji dy_i;
 * de_ji = ds_ji q_i + alpha_ji dy_i, with the scores' 1 / sqrt(C) in ds; dr = dy.
 */
export const graphAttentionGradient: ReferenceKernel<'graphAttentionGradient'> = (
  {
    attributes: { heads },
    inputs: [projections, e, virtual, structure, , alpha, dy],
    outputs: [dprojections, de, dvirtual],
  },
  context,
) => {
  const width = e.shape[1];
  const channels = width / heads;
  const entriesOf = entriesTo(structure, dy.shape[0], context);
  const [ps, es, virtuals, alphas, dys] = [projections, e, virtual, alpha, dy].map((x) => context.array(x));
  const [dps, des, dvirtuals] = [dprojections, de, dvirtual].map((operand) => context.array(operand));
  const at = (node: number, which: number, c: number) => (4 * node + which) * width + c;
  const count = context.rowCount(dprojections);
  dps.fill(0, 0, count * 4 * width);
  des.fill(0, 0, context.rowCount(de) * width);
  dvirtuals.fill(0, 0, count * width);
  for (let i = 0; i < count; i++) {
    const entries = entriesOf(i);
    const features = featuresOf(entries, es, virtuals, width);
    const gradients = entries.map(() => new Array<number>(width).fill(0));
    for (let head = 0; head < heads; head++) {
      const from = head * channels;
      const weights = entries.map(({ number }) => alphas[number * heads + head]);
      const slopes = entries.map(({ source }, k) => {
        let slope = 0;
        for (let c = from; c < from + channels; c++)
          slope += dys[i * width + c] * (ps[at(source, 2, c)] + features[k][c]);
        return slope;
      });
      const mean = slopes.reduce((sum, slope, k) => sum + weights[k] * slope, 0);
      entries.forEach(({ source }, k) => {
        const ds = (weights[k] * (slopes[k] - mean)) / Math.sqrt(channels);
        for (let c = from; c < from + channels; c++) {
          const [query, cotangent] = [ps[at(i, 0, c)], dys[i * width + c]];
          dps[at(i, 0, c)] += ds * (ps[at(source, 1, c)] + features[k][c]);
          dps[at(source, 1, c)] += ds * query;
          dps[at(source, 2, c)] += weights[k] * cotangent;
          gradients[k][c] = ds * query + weights[k] * cotangent;
        }
      });
    }
    for (let c = 0; c < width; c++) dps[at(i, 3, c)] = dys[i * width + c];
    addFeatureGradients(entries, gradients, des, dvirtuals.subarray(i * width, (i + 1) * width), width);
  }
};
