import { type GraphActionsAttributes, graphActionValues, groupStarts } from '../../src/ops/index.ts';
import type { ReferenceContext, ReferenceKernel } from '../../src/plan/kernel.ts';
import type { Operand } from '../../src/plan/step.ts';

/** One number of a row of actions and the values whose sum it is: a column of the graph's, or of one or two nodes. */
interface Place {
  readonly action: number;
  readonly graph: number;
  readonly of: 'graph' | 'node';
  readonly sources: readonly { readonly row: number; readonly column: number }[];
}

export const graphActions: ReferenceKernel<'graphActions'> = ({ attributes, inputs, outputs: [y] }, context) => {
  const [observation, offsets] = inputs;
  const ys = context.array(y);
  const width = y.shape[1];
  const first = context.firstRow(observation);
  ys.fill(0, first * width, (first + context.rowCount(observation)) * width);
  const values = graphActionValues(inputs, attributes);
  for (const { action, graph, of, sources } of placesOf(attributes, observation, offsets, context)) {
    const from = (of === 'graph' ? values.graphValues : values.nodeValues) as Operand;
    for (const { row, column } of sources) {
      ys[(first + graph) * width + action] += context.array(from)[row * from.shape[1] + column];
    }
  }
};

export const graphActionsGradient: ReferenceKernel<'graphActionsGradient'> = (
  { attributes, inputs, outputs },
  context,
) => {
  const [observation, offsets] = inputs;
  const dy = inputs[inputs.length - 1];
  const first = context.firstRow(observation);
  for (const output of outputs) context.array(output).fill(0, 0, context.rowCount(output) * output.shape[1]);
  const values = graphActionValues([observation, offsets, ...outputs], attributes);
  for (const { action, graph, of, sources } of placesOf(attributes, observation, offsets, context)) {
    const to = (of === 'graph' ? values.graphValues : values.nodeValues) as Operand;
    const slope = context.array(dy)[(first + graph) * dy.shape[1] + action];
    for (const { row, column } of sources) context.array(to)[row * to.shape[1] + column] += slope;
  }
};

/** Every number of a graph's row that has an element. */
function placesOf(
  { groups, row: { edges, edgeSize } }: GraphActionsAttributes,
  observation: Operand,
  offsets: Operand,
  context: ReferenceContext,
): Place[] {
  const starts = groupStarts(groups);
  const rows = context.array(observation);
  const firstNodes = context.array(offsets);
  const places: Place[] = [];
  for (let graph = 0; graph < context.rowCount(observation); graph++) {
    const at = (context.firstRow(observation) + graph) * observation.shape[1];
    const [nodeCount, edgeCount] = rows.subarray(at);
    const node = (u: number) => firstNodes[graph] + u;
    const edge = (j: number) => Array.from(rows.subarray(at + edges + j * edgeSize).subarray(0, 2), node);
    const nodes = Array.from({ length: nodeCount }, (_, u) => u);
    const elements = {
      graph: [[graph]],
      node: nodes.map((u) => [node(u)]),
      edge: Array.from({ length: edgeCount }, (_, j) => edge(j)),
      pair: nodes.flatMap((v) => nodes.slice(0, v).map((u) => [node(u), node(v)])),
    };
    groups.forEach(({ of, width, column, second }, group) => {
      elements[of].forEach((members, element) => {
        for (let k = 0; k < width; k++) {
          places.push({
            action: starts[group] + element * width + k,
            graph,
            of: of === 'graph' ? 'graph' : 'node',
            sources: members.map((row, m) => ({ row, column: (m === 0 ? column : second) + k })),
          });
        }
      });
    });
  }
  return places;
}
