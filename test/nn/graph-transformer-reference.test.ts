import { expect } from 'vitest';
import type { GraphLayout } from '../../src/environment/graph-layout.ts';
import { evaluate } from '../../src/gradcheck/index.ts';
import { graphBatch } from '../../src/graph/index.ts';
import { prepareTrunk, trunkParameters } from '../../src/nn/graph-trunk.ts';
import * as ops from '../../src/ops/index.ts';

import { createTape, type Rows, type Tape, type Tensor } from '../../src/tape/index.ts';
import { given } from '../setup/arbitraries.ts';
import { onEach, testDevices } from '../setup/devices.ts';
import { graphRows, type PlainGraph } from '../setup/graphs.ts';
import { testWhere } from '../setup/needs.ts';
import { needsData, sharedJson } from '../setup/shared-data.ts';

// Outputs and gradients of the paper's own network in float64 are no part of this repository: 600 kB. Where they are
// at hand they lie in a folder `shared` beside the checkout. test/nn/graph-transformer.test.ts holds the same network,
// everywhere, against loops written for the test.
const reference = sharedJson<Stored>('graph_transformer_reference.json');

interface Stored {
  readonly config: { x_dim: number; e_dim: number; g_dim: number; width: number; layers: number; heads: number };
  readonly inputs: {
    readonly x: { readonly data: number[] };
    readonly edge_index: [number[], number[]];
    readonly edge_attr: { readonly data: number[] };
    readonly batch: number[];
    readonly cond: { readonly data: number[] };
  };
  readonly weights_for_loss: { readonly node: number[]; readonly graph: number[] };
  readonly loss: number;
  readonly outputs: { readonly node: { readonly data: number[] }; readonly graph: { readonly data: number[] } };
  readonly parameters: Record<string, { readonly shape: number[]; readonly data: number[]; readonly grad: number[] }>;
}

/** The name under which the file has a parameter. */
function storedName(name: string): string {
  const [part, layer, what] = name.split('/');
  const input = { node: 'x2h', edge: 'e2h', condition: 'c2h' }[part];
  if (input) return `${input}.${2 * Number(layer.slice('layer'.length))}.${what}`;
  const first = 7 * Number(part.slice('layer'.length));
  const places: Record<string, string> = {
    message: `${first}.mlp.0`,
    query: `${first + 1}.lin_query`,
    key: `${first + 1}.lin_key`,
    value: `${first + 1}.lin_value`,
    skip: `${first + 1}.lin_skip`,
    edge: `${first + 1}.lin_edge`,
    attention: `${first + 2}`,
    feedforward0: `${first + 4}.0`,
    feedforward1: `${first + 4}.2`,
    modulation: `${first + 6}`,
  };
  return `graph2emb.${places[layer]}.${what}`;
}

/** Rows of y = W x, as the columns that the product x w takes. */
function transposed(numbers: readonly number[], [outputs, inputs]: readonly number[]): number[] {
  return Array.from({ length: numbers.length }, (_, at) => numbers[(at % outputs) * inputs + Math.floor(at / outputs)]);
}

onEach(testDevices, (open) => {
  testWhere(reference !== undefined, needsData)(
    'outputs and every gradient are those of the reference implementation',
    async () => {
      const stored = reference as Stored;
      const { x_dim, e_dim, g_dim, width, layers, heads } = stored.config;
      const { inputs, weights_for_loss: weights } = stored;
      const count = Math.max(...inputs.batch) + 1;
      const firstNode = Array.from({ length: count }, (_, g) => inputs.batch.indexOf(g));
      const [from, to] = inputs.edge_index;
      const graphs = firstNode.map((first, g): PlainGraph => {
        const own = from.map((_, e) => e).filter((e) => e % 2 === 0 && inputs.batch[from[e]] === g);
        return {
          nodes: inputs.batch.filter((graph) => graph === g).map(() => [-1]),
          edges: own.map((e) => ({ ends: [from[e] - first, to[e] - first], forward: [-1], backward: [-1] })),
          level: 0,
        };
      });
      const layout: GraphLayout = {
        maxNodes: 6,
        nodeTokens: 1,
        nodeWidth: x_dim,
        maxEdges: 7,
        edgeTokens: 1,
        edgeWidth: e_dim,
        edgeHeads: 'concatenated',
        actions: [],
        backwardActions: [],
      };
      /** Rows of the file in the order of the device's, between rows of zeros for virtual nodes. */
      const rows = (
        tape: Tape,
        of: Rows,
        numbers: readonly number[],
        width: number,
        order: readonly number[],
      ): Tensor => {
        const result = new Float32Array(of.capacity * width);
        order.forEach((n, row) => {
          if (n >= 0) result.set(numbers.slice(n * width, (n + 1) * width), row * width);
        });
        return ops.withRows(given(tape, [of.capacity, width], result), of);
      };
      const nodeOrder = graphs.flatMap(({ nodes }, g) => [...nodes.map((_, u) => firstNode[g] + u), -1]);
      const edgeOrder = inputs.batch.flatMap((_, node) => to.map((_, e) => e).filter((e) => to[e] === node));

      const tape = createTape();
      const observation = graphRows(graphs, layout);
      const batch = graphBatch(given(tape, [count, observation.length / count], observation), layout);
      const definitions = trunkParameters({ width, layers, heads }, { node: x_dim, edge: e_dim, condition: g_dim });
      expect(definitions.map(({ name }) => storedName(name)).sort()).toEqual(Object.keys(stored.parameters).sort());
      const parameters = definitions.map(({ name, shape }) => {
        const { data, shape: theirs } = stored.parameters[storedName(name)];
        return given(tape, shape, Float32Array.from(shape.length === 2 ? transposed(data, theirs) : data));
      });
      const trunk = prepareTrunk(
        { width, layers, heads },
        (name) => parameters[definitions.findIndex((definition) => definition.name === name)],
      );
      const { nodes, graphs: embeddings } = trunk(batch, {
        nodes: rows(tape, batch.nodes, inputs.x.data, x_dim, nodeOrder),
        edges: rows(tape, batch.edges, inputs.edge_attr.data, e_dim, edgeOrder),
        condition: ops.withRows(given(tape, [count, g_dim], Float32Array.from(inputs.cond.data)), batch.graphs),
      });
      const perGraph = ops.withRows(given(tape, [count, 2 * width], Float32Array.from(weights.graph)), batch.graphs);
      const loss = ops.add(
        ops.sum(ops.multiply(nodes, rows(tape, batch.nodes, weights.node, width, nodeOrder))),
        ops.sum(ops.multiply(embeddings, perGraph)),
      );
      const gradients = ops.gradient(loss, parameters);
      const named = Object.fromEntries(gradients.map((gradient, i) => [definitions[i].name, gradient]));
      const found = await evaluate(await open(), tape, { nodes, embeddings, loss, ...named });

      // The file's numbers are rounded to float32 on their way in, and the network is 40 operations deep.
      const close = (numbers: ArrayLike<number>, expected: readonly number[], what: string) => {
        const largest = Math.max(...expected.map(Math.abs));
        const worst = Math.max(...expected.map((value, i) => Math.abs(numbers[i] - value)));
        // What softmax makes independent of the keys' biases is 0 but for rounding.
        expect(worst, what).toBeLessThanOrEqual(1e-4 * Math.max(largest, 1e-2));
      };
      const real = Array.from(found.nodes).filter((_, at) => nodeOrder[Math.floor(at / width)] >= 0);
      close(real, stored.outputs.node.data, 'embeddings of nodes');
      close(found.embeddings, stored.outputs.graph.data, 'embeddings of graphs');
      close(found.loss, [stored.loss], 'loss');
      for (const { name, shape } of definitions) {
        const { grad, shape: theirs } = stored.parameters[storedName(name)];
        close(found[name as 'loss'], shape.length === 2 ? transposed(grad, theirs) : grad, `the gradient of ${name}`);
      }
    },
  );
});
