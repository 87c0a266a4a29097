import type { TypedObjects } from '../expression/typed-reward.ts';
import { allDags, type DagParents } from './enumerate.ts';

/** 1, 3, 25, 543, 29,281 graphs of 1 to 5 variables; of 6 there are 3,781,503. */
const graphCounts = [1, 1, 3, 25, 543, 29_281];

/** A number for each graph: its sets of parents as digits. */
export function graphKey(parents: ArrayLike<number>, variables: number): number {
  let key = 0;
  for (let i = 0; i < variables; i++) key = key * 2 ** variables + parents[i];
  return key;
}

/** Graphs as expressions see them: `eij` is 1 if there is an edge from i to j, `pj` counts the parents of j. */
export function typedGraphs(variables: number): TypedObjects & { parentsAt(index: number): DagParents } {
  const pairs = Array.from({ length: variables }, (_, from) =>
    Array.from({ length: variables }, (_, to) => [from, to] as const).filter(([i, j]) => i !== j),
  ).flat();
  let graphs: readonly DagParents[] | undefined;
  const parentsAt = (index: number) => {
    graphs ??= allDags(variables);
    return graphs[index];
  };
  return {
    count: graphCounts[variables] ?? Number.POSITIVE_INFINITY,
    many: 'graphs',
    variables: [
      ...pairs.map(([from, to]) => `e${from}${to}`),
      ...Array.from({ length: variables }, (_, to) => `p${to}`),
      ...['edges', 'roots'],
    ],
    parentsAt,
    objectAt(index, values) {
      const parents = parentsAt(index);
      const isEdge = pairs.map(([from, to]) => (parents[to] >> from) & 1);
      const counts = parents.map((_, to) => pairs.reduce((sum, [, j], i) => sum + (j === to ? isEdge[i] : 0), 0));
      const edges = isEdge.reduce((sum, edge) => sum + edge, 0);
      [...isEdge, ...counts, edges, counts.filter((count) => count === 0).length].forEach((value, i) => {
        values[i] = value;
      });
      const drawn = pairs.filter((_, i) => isEdge[i] === 1).map(([from, to]) => `${from}>${to}`);
      return `${drawn.join(' ') || 'no edges'}.`;
    },
  };
}
