import { describe, expect, test } from 'vitest';
import { graphActionCount } from '../../src/environment/graph-layout.ts';
import { evaluate } from '../../src/gradcheck/index.ts';
import { graphTransformer } from '../../src/nn/graph-transformer.ts';
import { trunkParameters } from '../../src/nn/graph-trunk.ts';
import { initializeParameters, type Network } from '../../src/nn/index.ts';
import * as ops from '../../src/ops/index.ts';
import { withRows } from '../../src/ops/index.ts';
import { createTape, elementCount, type Tape } from '../../src/tape/index.ts';
import { createDraw, given } from '../setup/arbitraries.ts';
import { expectClose, expectGradient, windowOf, withGarbage } from '../setup/compare.ts';
import { onEach, testDevices } from '../setup/devices.ts';
import { drawGraphs, graphRows, testLayout as layout, type PlainGraph } from '../setup/graphs.ts';
import { plainGraphTransformer, rowSize } from './plain-graph-transformer.ts';

const size = rowSize(layout);
const shape = { width: 6, layers: 2, heads: 2 };
const outputs = { backward: true, graphOutputs: 2 };
const sizes = [
  { nodes: 1, edges: 0 },
  { nodes: 9, edges: 12 },
  { nodes: 2, edges: 1 },
  { nodes: 5, edges: 0 },
];

/** Numbers for a network's parameters, those that start as 0 among them. */
function drawParameters(network: Network): Float32Array[] {
  const draw = createDraw(3);
  return network.parameters.map(({ shape }) => {
    const bound = 1 / Math.sqrt(shape[0]);
    return draw.numbers(elementCount(shape), -bound, bound);
  });
}

/** The network's outputs for graphs, from the third row on of rows that hold more. */
function record(tape: Tape, network: Network, numbers: readonly Float32Array[], graphs: readonly PlainGraph[]) {
  const [start, count] = [2, graphs.length];
  const capacity = start + count + 1;
  const rows = new Int32Array(capacity * size);
  rows.set(graphRows(graphs, layout), start * size);
  const observation = withRows(
    given(tape, [capacity, size], withGarbage(rows, size, start, count)),
    windowOf(tape, { capacity, start, count }),
  );
  const parameters = network.parameters.map(({ shape }, i) => given(tape, shape, numbers[i]));
  return network.apply(parameters, observation);
}

describe.each(['concatenated', 'summed'] as const)('with edges %s', (edgeHeads) => {
  const network = graphTransformer({ name: 'policy', layout: { ...layout, edgeHeads }, ...shape, ...outputs });
  const numbers = drawParameters(network);
  const plain = (graph: PlainGraph) =>
    plainGraphTransformer(
      { layout: { ...layout, edgeHeads }, ...shape, ...outputs },
      (name) => {
        const at = network.parameters.findIndex((parameter) => parameter.name === name);
        return { shape: network.parameters[at].shape, values: numbers[at] };
      },
      graph,
    );

  onEach(testDevices, (open) => {
    test('outputs are those of float64 loops over each graph', async () => {
      const graphs = drawGraphs(sizes, layout, 5);
      const tape = createTape();
      const found = await evaluate(await open(), tape, { y: record(tape, network, numbers, graphs) });
      // Two layers of some 10 operations; norms divide by spreads that may be well below 1.
      expectClose(found.y, graphs.flatMap(plain), { terms: 1000, magnitude: 4 }, 'the outputs');
    });
  });
});

onEach(testDevices, (open) => {
  const network = graphTransformer({ name: 'policy', layout, ...shape, ...outputs });
  const numbers = drawParameters(network);
  const outputsFor = async (graphs: readonly PlainGraph[]) => {
    const tape = createTape();
    const { y } = await evaluate(await open(), tape, { y: record(tape, network, numbers, graphs) });
    const width = network.outputs;
    return graphs.map((_, g) => Array.from(y.slice(g * width, (g + 1) * width)));
  };

  test('the order of the graphs, and which others there are, makes no difference', async () => {
    const graphs = drawGraphs(sizes, layout, 6);
    const straight = await outputsFor(graphs);
    const mixed = await outputsFor([graphs[3], graphs[1], graphs[2], graphs[0]]);
    // The same sums: only how many lanes or tiles share them may differ.
    const arithmetic = { terms: 1000, magnitude: 4 };
    [3, 1, 2, 0].forEach((g, place) => {
      expectClose(mixed[place], straight[g], arithmetic, `graph ${g} in place ${place}`);
    });
  });

  test('permuting the nodes of a graph permutes their logits and leaves those of the graph', async () => {
    const [graph] = drawGraphs([{ nodes: 7, edges: 9 }], layout, 7);
    const order = createDraw(8).permutation(7);
    const permuted: PlainGraph = {
      ...graph,
      nodes: order.map((node) => graph.nodes[node]),
      edges: graph.edges.map((edge) => {
        const [u, v] = edge.ends;
        return { ...edge, ends: [order.indexOf(u), order.indexOf(v)] };
      }),
    };
    const [before, after] = await outputsFor([graph, permuted]);
    const nodeLogits = 1; // Behind the graph's one.
    const edgeLogits = nodeLogits + 9 * 3;
    const pairLogits = edgeLogits + 12 * 2;
    const expected = [...before];
    order.forEach((node, place) => {
      for (let k = 0; k < 3; k++) expected[nodeLogits + 3 * place + k] = before[nodeLogits + 3 * node + k];
      for (let other = 0; other < place; other++) {
        const [u, v] = [order[other], node].sort((a, b) => a - b);
        expected[pairLogits + (place * (place - 1)) / 2 + other] = before[pairLogits + (v * (v - 1)) / 2 + u];
      }
    });
    const behind = graphActionCount(layout, layout.actions) + 12;
    order.forEach((node, place) => {
      expected[behind + place] = before[behind + node];
    });
    expectClose(after, expected, { terms: 1000, magnitude: 4 }, 'the outputs');
  });
});

test('derivatives by all parameters are right', async () => {
  const network = graphTransformer({ name: 'policy', layout, width: 4, layers: 1, heads: 2, ...outputs });
  const graphs = drawGraphs(sizes, layout, 9);
  const rows = graphRows(graphs, layout);
  const numbers = drawParameters(network);
  await expectGradient(
    await testDevices[2].open(),
    (tape, parameters) => network.apply(parameters, given(tape, [graphs.length, size], rows)),
    network.parameters.map(({ name, shape }, i) => ({ name, shape, values: numbers[i] })),
  );
});

describe('parameters', () => {
  test.each([
    ['fragments', { node: 73, edge: 14, condition: 32 }, 2_154_496],
    ['atoms', { node: 23, edge: 3, condition: 32 }, 2_146_688],
  ])("of the trunk for %s are as many as the paper's", (_, features, count) => {
    const parameters = trunkParameters({ width: 128, layers: 4, heads: 2 }, features);
    expect(parameters.reduce((sum, { shape }) => sum + elementCount(shape), 0)).toBe(count);
  });

  test('start within 1 / sqrt(fan in), those of a backward policy at 0', () => {
    const network = graphTransformer({ name: 'policy', layout, ...shape, ...outputs });
    const { values, offsets } = initializeParameters(network, 1, 0);
    const byName = new Map(
      network.parameters.map((parameter, i) => [parameter.name, { ...parameter, at: offsets[i] }]),
    );
    for (const { name, shape, bound, at } of byName.values()) {
      const numbers = Array.from((values.initial as Float32Array).slice(at, at + elementCount(shape)), Math.abs);
      const weight = byName.get(name.replace('/bias', '/weight'));
      const limit = name.startsWith('backward') ? 0 : 1 / Math.sqrt(weight?.shape[0] as number);
      expect(bound, name).toBe(limit);
      expect(Math.max(...numbers), name).toBeLessThanOrEqual(limit);
    }
  });

  test('a network without a condition has 32 features of it, all 0, and one without outputs is refused', () => {
    const { thermometer: _, ...plain } = layout;
    const network = graphTransformer({ name: 'value', layout: plain, ...shape, forward: false, graphOutputs: 1 });
    expect(network.outputs).toBe(1);
    expect(network.parameters.find(({ name }) => name === 'condition/layer0/weight')?.shape).toEqual([32, 6]);
    expect(() => graphTransformer({ name: 'value', layout, ...shape, forward: false })).toThrow(
      'without actions or graph outputs it has no output',
    );
    expect(() => graphTransformer({ name: 'value', layout, ...shape, conditionWidth: 5 })).toThrow(
      'a condition of 5 features, but the thermometer has 4',
    );
    expect(() => graphTransformer({ name: 'value', layout, ...shape, heads: 0 })).toThrow('heads 0 cannot be');
  });

  test('without a condition graphs are judged alike whatever their level', async () => {
    const { thermometer: _, ...plain } = layout;
    const network = graphTransformer({ name: 'value', layout: plain, ...shape, forward: false, graphOutputs: 1 });
    const numbers = drawParameters(network);
    const [graph] = drawGraphs([{ nodes: 3, edges: 2 }], layout, 10);
    const tape = createTape();
    const graphs = [graph, { ...graph, level: 5 }];
    const y = record(tape, network, numbers, graphs);
    const gradients = ops.gradient(
      ops.sum(y),
      tape.nodes
        .filter(({ operation }) => operation.name === 'dense')
        .map(({ inputs }) => inputs[1])
        .slice(0, 1),
    );
    const found = await evaluate(await testDevices[0].open(), tape, { y, dw: gradients[0] });
    expect(found.y[0]).toBe(found.y[1]);
    expect(found.dw.every((value) => value === 0)).toBe(true);
  });
});
