import type { CpuKernel } from '../../src/plan/kernel.ts';

export const graphMessages: CpuKernel<'graphMessages'> = (
  { inputs: [x, e, virtual, structure, offsets], outputs: [y] },
  context,
) => {
  const [nodes, C] = x.shape;
  const graphs = offsets.shape[0] - 1;
  const [px, pe, pvirtual, pstructure, poffsets, py] = [x, e, virtual, structure, offsets, y].map((operand) =>
    context.pointer(operand),
  );
  const entries = pstructure + 16 * nodes;
  const scratch = context.reserve(4 * C);
  const run = context.wasm.graphMessages;
  return () => run(0, graphs, C, poffsets, pstructure, entries, px, pe, pvirtual, py, scratch);
};

export const graphMessagesGradient: CpuKernel<'graphMessagesGradient'> = (
  { inputs: [x, e, virtual, structure, offsets, dy], outputs: [dx, de] },
  context,
) => {
  const [nodes, C] = x.shape;
  const graphs = offsets.shape[0] - 1;
  const [px, pe, pvirtual, pstructure, poffsets, pdy, pdx, pde] = [
    ...[x, e, virtual, structure, offsets, dy],
    ...[dx, de],
  ].map((operand) => context.pointer(operand));
  const entries = pstructure + 16 * nodes;
  const scratch = context.reserve(8 * C);
  const run = context.wasm.graphMessagesGradient;
  return () => run(0, graphs, C, poffsets, pstructure, entries, px, pe, pvirtual, pdy, pdx, pde, scratch);
};
