import type { ReferenceKernel } from '../../src/plan/kernel.ts';

/** offsets[s + 1] = offsets[s] + factor x[start + s, column] + plus. */
export const segmentOffsets: ReferenceKernel<'segmentOffsets'> = (
  { attributes: { max, column, factor, plus }, inputs: [x], outputs: [offsets, total, segments] },
  context,
) => {
  const rows = context.array(x);
  const to = context.array(offsets);
  const first = context.firstRow(x);
  const count = context.rowCount(x);
  to[0] = 0;
  for (let s = 0; s < max; s++) {
    to[s + 1] = to[s] + (s < count ? factor * rows[(first + s) * x.shape[1] + column] + plus : 0);
  }
  context.array(total).set([0, to[max]]);
  context.array(segments).set([0, count]);
};
