import type { CpuKernel } from '../../src/plan/kernel.ts';

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
  const scratch = context.reserve(4 * width);
  const run = context.wasm.graphAttention;
  return () => run(0, graphs, heads, width / heads, poffsets, pstructure, entries, ...rest, scratch);
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
  const scratch = context.reserve(3 * 4 * width);
  const run = context.wasm.graphAttentionGradient;
  return () => run(0, graphs, heads, width / heads, poffsets, pstructure, entries, ...rest, scratch);
};
