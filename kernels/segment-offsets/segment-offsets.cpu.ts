import type { CpuKernel } from '../../src/plan/kernel.ts';

export const segmentOffsets: CpuKernel<'segmentOffsets'> = (
  { attributes: { max, column, factor, plus }, inputs: [x], outputs },
  context,
) => {
  const [px, poffsets, ptotal, psegments] = [x, ...outputs].map((operand) => context.pointer(operand));
  const run = context.wasm.segmentOffsets;
  return () => {
    const begin = context.firstRow(x);
    const end = begin + context.rowCount(x);
    run(begin, end, max, x.shape[1], column, factor, plus, px, poffsets, ptotal, psegments);
  };
};
