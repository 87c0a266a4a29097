import { type GraphLayout, graphRow, maxElements } from '../../src/environment/graph-layout.ts';
import { edgesTo, type PlainGraph, plainAttention, plainMessages } from '../setup/graphs.ts';

/** A parameter's numbers by its name; weights are [inputs, outputs]. */
export type PlainParameters = (name: string) => {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
};

type Rows = number[][];

/** The embeddings of one graph's nodes, the virtual one last. Float64 loops, sharing nothing with the library. */
function plainTrunk(
  { layers, heads }: { readonly layers: number; readonly heads: number },
  parameters: PlainParameters,
  graph: PlainGraph,
  features: { readonly nodes: Rows; readonly edges: Rows; readonly condition: number[] },
): Rows {
  const linear = (name: string, rows: Rows, hasBias = true): Rows => {
    const weight = parameters(`${name}/weight`);
    const [inputs, outputs] = weight.shape;
    const bias = hasBias ? parameters(`${name}/bias`).values : new Float64Array(outputs);
    return rows.map((row) =>
      Array.from({ length: outputs }, (_, o) => {
        let sum = bias[o];
        for (let i = 0; i < inputs; i++) sum += row[i] * weight.values[i * outputs + o];
        return sum;
      }),
    );
  };
  const bent = (rows: Rows) => rows.map((row) => row.map((value) => (value > 0 ? value : 0.01 * value)));
  const embed = (of: string, rows: Rows) =>
    linear(`${of}/layer2`, bent(linear(`${of}/layer1`, bent(linear(`${of}/layer0`, rows)))));
  /** Over all nodes and channels of the graph. */
  const norm = (rows: Rows): Rows => {
    const all = rows.flat();
    const mean = all.reduce((a, b) => a + b, 0) / all.length;
    const variance = all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length;
    return rows.map((row) => row.map((value) => (value - mean) / Math.sqrt(variance + 1e-5)));
  };
  const plus = (a: Rows, b: Rows) => a.map((row, i) => row.map((value, c) => value + b[i][c]));

  const [condition] = embed('condition', [features.condition]);
  const width = condition.length;
  const edges = embed('edge', features.edges);
  const virtual = condition.map((_, c) => (c === 0 ? 1 : 0));
  let nodes = [...embed('node', features.nodes), condition];
  for (let layer = 0; layer < layers; layer++) {
    const p = (name: string) => `layer${layer}/${name}`;
    const normed = norm(nodes);
    const messages = linear(p('message'), plainMessages(normed, edges, virtual, graph), false);
    const both = normed.map((row, i) => [...row, ...messages[i]]);
    const [q, k, v, r] = ['query', 'key', 'value', 'skip'].map((part) => linear(p(part), both));
    const edgeFeatures = linear(p('edge'), edges, false);
    const [virtualFeatures] = linear(p('edge'), [virtual], false);
    const attended = linear(
      p('attention'),
      plainAttention({ q, k, v, r }, edgeFeatures, virtualFeatures, graph, heads),
    );
    const [modulation] = linear(p('modulation'), [condition]);
    nodes = plus(
      nodes,
      attended.map((row) => row.map((value, c) => value * modulation[c] + modulation[width + c])),
    );
    nodes = plus(nodes, linear(p('feedforward1'), bent(linear(p('feedforward0'), norm(nodes)))));
  }
  return nodes;
}

/** What a graph transformer with all heads and `graphOutputs` more gives for one graph. */
export function plainGraphTransformer(
  options: {
    readonly layout: GraphLayout;
    readonly layers: number;
    readonly heads: number;
    readonly graphOutputs: number;
  },
  parameters: PlainParameters,
  graph: PlainGraph,
): number[] {
  const { layout, graphOutputs } = options;
  const oneHot = (tokens: readonly number[], width: number) =>
    Array.from({ length: width }, (_, i) => tokens.filter((token) => token === i).length);
  const { bins = 0, low = 0, high = 0, from = 0, step = 0 } = layout.thermometer ?? {};
  const binWidth = (high - low) / (bins - 1);
  const value = from + graph.level * step;
  const all = plainTrunk(options, parameters, graph, {
    nodes: graph.nodes.map((tokens) => oneHot(tokens, layout.nodeWidth)),
    edges: edgesTo(graph).flatMap((edges) => edges.map(({ tokens }) => oneHot(tokens, layout.edgeWidth))),
    condition: Array.from(
      { length: bins },
      (_, i) => Math.min(Math.max(value - (low + i * binWidth), 0), binWidth) / binWidth,
    ),
  });
  const [nodes, virtual] = [all.slice(0, -1), all[all.length - 1]];
  const embedding = [...virtual.map((_, c) => nodes.reduce((sum, row) => sum + row[c], 0) / nodes.length), ...virtual];
  const head = (name: string, input: readonly number[]) => {
    const weight = parameters(`${name}/weight`);
    const [inputs, outputs] = weight.shape;
    const bias = parameters(`${name}/bias`).values;
    return Array.from({ length: outputs }, (_, o) =>
      Array.from({ length: inputs }, (_, i) => input[i] * weight.values[i * outputs + o]).reduce(
        (a, b) => a + b,
        bias[o],
      ),
    );
  };
  const pairs = nodes.flatMap((_, v) => Array.from({ length: v }, (_, u) => [u, v] as const));
  const sum = ([u, v]: readonly [number, number]) => nodes[u].map((number, c) => number + nodes[v][c]);
  const join = ([u, v]: readonly [number, number]) => [...nodes[u], ...nodes[v]];
  const inputs = {
    graph: [embedding],
    node: nodes,
    edge: graph.edges.map(({ ends }) => (layout.edgeHeads === 'summed' ? sum(ends) : join(ends))),
    pair: pairs.map(sum),
  };
  const groups = [
    ...layout.actions.map((group) => ({ ...group, name: `forward/${group.name}` })),
    ...layout.backwardActions.map((group) => ({ ...group, name: `backward/${group.name}` })),
  ];
  const logits = groups.flatMap(({ name, of, width }) => {
    const made = inputs[of].flatMap((input) => head(name, input));
    return [...made, ...new Array<number>(maxElements(layout, of) * width - made.length).fill(0)];
  });
  return [...logits, ...(graphOutputs > 0 ? head('output/graph', embedding) : [])];
}

/** Numbers in a row of the layout. */
export const rowSize = (layout: GraphLayout): number => graphRow(layout).size;
