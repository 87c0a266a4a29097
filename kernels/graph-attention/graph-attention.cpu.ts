import type { CpuKernel } from '../../src/plan/kernel.ts';

/** Work for a channel of an entry, which is read for its score and for its share, in the unit of `Cut`. */
const entryWork = 16;

export const graphAttention: CpuKernel<'graphAttention'> = (
  { attributes: { heads, nodes }, inputs: [projections, e, virtual, structure, offsets], outputs: [y, alpha] },
  context,
) => {
  const width = e.shape[1];
  const graphs = offsets.shape[0] - 1;
  const [pstructure, poffsets, ...rest] = [structure, offsets, projections, e, virtual, y, alpha].map((operand) =>
    context.pointer(operand),
  );
  const entries = pstructure + 16 * nodes.capacity;
  const cut = { work: (entryWork * width * alpha.shape[0]) / graphs, scratch: 4 * width };
  const numbers = [heads, width / heads, poffsets, pstructure, entries, ...rest];
  const run = context.parallel('graphAttention', numbers, cut);
  return () => run(0, graphs);
};

export const graphAttentionGradient: CpuKernel<'graphAttentionGradient'> = (
  { attributes: { heads, nodes }, inputs, outputs },
  context,
) => {
  const [projections, e, virtual, structure, offsets, alpha, dy] = inputs;
  const width = e.shape[1];
  const graphs = offsets.shape[0] - 1;
  const [pstructure, poffsets, ...rest] = [...[structure, offsets, projections, e, virtual, alpha, dy], ...outputs].map(
    (operand) => context.pointer(operand),
  );
  const entries = pstructure + 16 * nodes.capacity;
  const cut = { work: (3 * entryWork * width * alpha.shape[0]) / graphs, scratch: 3 * 4 * width };
  const numbers = [heads, width / heads, poffsets, pstructure, entries, ...rest];
  const run = context.parallel('graphAttentionGradient', numbers, cut);
  return () => run(0, graphs);
};
