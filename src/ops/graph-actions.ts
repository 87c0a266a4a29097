import type { Operation, Tensor, TensorType } from '../tape/index.ts';
import { expect } from '../tape/index.ts';

/** Numbers of one kind: `width` for the graph, or for each of its nodes, edges or pairs of nodes. */
export interface ActionGroup {
  readonly of: 'graph' | 'node' | 'edge' | 'pair';
  readonly width: number;
  /** The maximum number of elements. */
  readonly max: number;
  /** Its first column in the values of graphs, or of nodes. */
  readonly column: number;
  /** For edges and pairs: the first column of the values that the second node adds. */
  readonly second: number;
}

/** The layout of an observation's row (see `GraphLayout`). */
export interface ActionRow {
  readonly edges: number;
  readonly edgeSize: number;
}

/** The positions of the logits of each kind of action. */
export interface GraphActionsAttributes {
  readonly groups: readonly ActionGroup[];
  readonly row: ActionRow;
  /** Columns of the values of graphs and of nodes; 0 where there are none. */
  readonly graphWidth: number;
  readonly nodeWidth: number;
}

/**
 * One row for each graph with the numbers of all its elements: group after group, and within a group element after
 * element, with room for the maximum number of elements and 0 for missing ones. A node's numbers are its values in the
 * group's columns; those of an edge or pair (u, v) are the values of u in `column` on plus those of v in `second` on.
 * Edges have the order of the observation; the pair u < v has the number v (v - 1) / 2 + u. So the logits of several
 * kinds of actions become one row, to which the environment's mask applies.
 *
 * Inputs: observation i32 [N, P]; offsets of the nodes of its graphs; values of the graphs f32 [G, graphWidth]; values
 * of the nodes f32 [nodes, nodeWidth]. Either of the last two is omitted if its width is 0. y: [N, A].
 */
export const graphActionsOperation: Operation<GraphActionsAttributes> & { readonly name: 'graphActions' } = {
  name: 'graphActions',
  infer(inputs, attributes) {
    const [observation] = inputs;
    const { graphValues, nodeValues } = graphActionValues(inputs, attributes);
    const { graphWidth, nodeWidth } = attributes;
    const is = (values: Tensor | undefined, width: number) => (values?.shape[1] ?? 0) === width;
    const fits = inputs.length >= 3 && is(graphValues, graphWidth) && is(nodeValues, nodeWidth);
    expect(fits, 'graphActions', `takes values [G, ${graphWidth}] and [nodes, ${nodeWidth}].`, inputs);
    for (const group of attributes.groups) checkColumns(group, attributes);
    const width = attributes.groups.reduce((sum, group) => sum + group.max * group.width, 0);
    const type: TensorType = { dtype: 'f32', shape: [observation.shape[0], width] };
    return [observation.rows ? { ...type, rows: observation.rows } : type];
  },
  derivative({ tape, inputs, attributes, cotangents: [dy] }) {
    if (!dy) return [];
    return [undefined, undefined, ...tape.record(graphActionsGradientOperation, [...inputs, dy], attributes)];
  },
};

/** @throws unless the values have the group's columns */
function checkColumns(group: ActionGroup, { graphWidth, nodeWidth }: GraphActionsAttributes): void {
  const { of, width, column, second } = group;
  const last = Math.max(column, of === 'edge' || of === 'pair' ? second : 0) + width;
  if (last <= (of === 'graph' ? graphWidth : nodeWidth)) return;
  const [has, values] = of === 'graph' ? [graphWidth, 'graph'] : [nodeWidth, 'node'];
  throw new Error(
    `graphActions: a group needs columns ${last - width} to ${last - 1} of ${values} values that have ${has}.`,
  );
}

/** The gradients of the values, as far as they exist, from the inputs of `graphActions` and dy [N, A]. */
export const graphActionsGradientOperation: Operation<GraphActionsAttributes> & {
  readonly name: 'graphActionsGradient';
} = {
  name: 'graphActionsGradient',
  infer: (inputs) => inputs.slice(2, -1).map(({ dtype, shape, rows }) => ({ dtype, shape, ...(rows ? { rows } : {}) })),
  derivative: 'none',
};

/** Splits the inputs (or gradients, from 2 on) by what they belong to. */
export function graphActionValues<T>(
  inputs: readonly T[],
  { graphWidth, nodeWidth }: GraphActionsAttributes,
): { graphValues: T | undefined; nodeValues: T | undefined } {
  return {
    graphValues: graphWidth > 0 ? inputs[2] : undefined,
    nodeValues: nodeWidth > 0 ? inputs[graphWidth > 0 ? 3 : 2] : undefined,
  };
}

/** The first column of each group in a row of actions. */
export function groupStarts(groups: readonly ActionGroup[]): number[] {
  let end = 0;
  return groups.map(({ max, width }) => {
    const start = end;
    end += max * width;
    return start;
  });
}

/** See `graphActionsOperation`. */
export function graphActions(
  observation: Tensor,
  offsets: Tensor,
  values: { readonly ofGraphs?: Tensor; readonly ofNodes?: Tensor },
  groups: readonly ActionGroup[],
  row: ActionRow,
): Tensor {
  const { ofGraphs, ofNodes } = values;
  const inputs = [observation, offsets, ofGraphs, ofNodes].filter((x) => x !== undefined);
  const attributes = { groups, row, graphWidth: ofGraphs?.shape[1] ?? 0, nodeWidth: ofNodes?.shape[1] ?? 0 };
  return observation.tape.record(graphActionsOperation, inputs, attributes)[0];
}
