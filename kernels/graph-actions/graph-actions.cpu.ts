import { type GraphActionsAttributes, graphActionValues, groupStarts } from '../../src/ops/index.ts';
import type { CpuContext, CpuKernel } from '../../src/plan/kernel.ts';
import type { Operand } from '../../src/plan/step.ts';
import { absent, overRows } from '../rows.cpu.ts';

export const graphActions: CpuKernel<'graphActions'> = ({ attributes, inputs, outputs: [y] }, context) =>
  overGraphs('graphActions', attributes, inputs, inputs, y, context);

export const graphActionsGradient: CpuKernel<'graphActionsGradient'> = ({ attributes, inputs, outputs }, context) => {
  const values = [...inputs.slice(0, 2), ...outputs];
  const dy = inputs[inputs.length - 1];
  return overGraphs('graphActionsGradient', attributes, inputs, values, dy, context);
};

const kinds = { graph: 0, node: 1, edge: 2, pair: 3 } as const;

function overGraphs(
  kernel: 'graphActions' | 'graphActionsGradient',
  attributes: GraphActionsAttributes,
  [observation, offsets]: readonly Operand[],
  values: readonly Operand[],
  actions: Operand,
  context: CpuContext,
): () => void {
  const { groups, row, graphWidth, nodeWidth } = attributes;
  const starts = groupStarts(groups);
  const table = groups.flatMap(({ of, width, max, column, second }, i) => [
    ...[kinds[of], width, max, column, second, starts[i]],
  ]);
  const pgroups = context.reserve(4 * Math.max(table.length, 1));
  context.i32().set(table, pgroups / 4);
  const pointer = (operand: Operand | undefined) => (operand ? context.pointer(operand) : absent);
  const { graphValues, nodeValues } = graphActionValues(values, attributes);
  const [P, A] = [observation.shape[1], actions.shape[1]];
  const [pobservation, poffsets, pgraphs, pnodes, pactions] = [
    ...[observation, offsets, graphValues, nodeValues, actions],
  ].map(pointer);
  return overRows(observation, context, (begin, end) => {
    // Graphs are counted from 0, wherever their rows begin.
    const numbers = [begin, P, row.edges, row.edgeSize, A, pgroups, groups.length];
    const places = [pobservation, poffsets, pgraphs, graphWidth, pnodes, nodeWidth, pactions];
    context.wasm[kernel](0, end - begin, ...numbers, ...places);
  });
}
