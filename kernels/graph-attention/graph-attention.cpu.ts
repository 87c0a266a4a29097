import type { CpuKernel } from '../../src/plan/kernel.ts';
import { mostRows, movedNumber, rowWork } from '../rows.cpu.ts';

/** Passes over a number of each edge that leads to a node: its mean features, its score and its value; and back. */
const passes = { forward: 3, backward: 8 };

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
  const perGraph = mostRows(alpha) / graphs;
  const cut = { work: perGraph * (rowWork + passes.forward * movedNumber * width), scratch: 4 * width };
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
  const perGraph = mostRows(alpha) / graphs;
  const cut = { work: perGraph * (rowWork + passes.backward * movedNumber * width), scratch: 3 * 4 * width };
  const numbers = [heads, width / heads, poffsets, pstructure, entries, ...rest];
  const run = context.parallel('graphAttentionGradient', numbers, cut);
  return () => run(0, graphs);
};
