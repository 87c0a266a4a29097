import type { CpuKernel } from '../../src/plan/kernel.ts';

/** Work of a channel of a node, with the few entries that it has, in the unit of `Cut`. */
const nodeWork = 32;

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
  const cut = { work: (nodeWork * C * nodes) / graphs, scratch: 4 * C };
  const numbers = [C, poffsets, pstructure, entries, px, pe, pvirtual, py];
  const run = context.parallel('graphMessages', numbers, cut);
  return () => run(0, graphs);
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
  const cut = { work: (2 * nodeWork * C * nodes) / graphs, scratch: 8 * C };
  const numbers = [C, poffsets, pstructure, entries, px, pe, pvirtual, pdy, pdx, pde];
  const run = context.parallel('graphMessagesGradient', numbers, cut);
  return () => run(0, graphs);
};
