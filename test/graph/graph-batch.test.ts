import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { graphRow } from '../../src/environment/graph-layout.ts';
import { evaluate } from '../../src/gradcheck/index.ts';
import { type GraphBatch, graphBatch } from '../../src/graph/index.ts';
import { withRows } from '../../src/ops/index.ts';
import { createTape, type Tensor } from '../../src/tape/index.ts';
import { cases, given, seeds } from '../setup/arbitraries.ts';
import { expectClose, windowOf, withGarbage } from '../setup/compare.ts';
import { onEach, testDevices } from '../setup/devices.ts';
import { drawGraphs, edgesTo, graphRows, graphSizes, testLayout as layout, type PlainGraph } from '../setup/graphs.ts';

const { size } = graphRow(layout);

/** What can be read of a batch. */
function outputsOf(batch: GraphBatch): Record<string, Tensor> {
  const { offsets, graphOf, isVirtual, nodeTokens, edgeTokens, condition, structure, nodes, edges, entries } = batch;
  const counts = { nodeCount: nodes.window, edgeCount: edges.window, entryCount: entries.window };
  return { offsets, graphOf, isVirtual, nodeTokens, edgeTokens, condition: condition as Tensor, structure, ...counts };
}

/** The same, from lists. */
function plainBatch(graphs: readonly PlainGraph[], nodeCapacity: number) {
  const offsets = [0];
  const nodeTokens: number[][] = [];
  const edgeTokens: number[][] = [];
  const ofNodes: number[][] = [];
  const entries: { source: number; target: number; edge: number }[] = [];
  graphs.forEach((graph, g) => {
    const first = offsets[g];
    const virtual = first + graph.nodes.length;
    offsets.push(virtual + 1);
    edgesTo(graph).forEach((edges, node) => {
      const firstEntry = entries.length;
      const firstEdge = edgeTokens.length;
      for (const { source, tokens } of edges) {
        entries.push({ source: first + source, target: first + node, edge: edgeTokens.length });
        edgeTokens.push([...tokens]);
      }
      entries.push({ source: virtual, target: first + node, edge: -1 });
      entries.push({ source: first + node, target: first + node, edge: -2 });
      ofNodes.push([firstEntry, entries.length, firstEdge, g]);
    });
    const firstEntry = entries.length;
    for (let node = first; node < virtual; node++) entries.push({ source: node, target: virtual, edge: -1 });
    entries.push({ source: virtual, target: virtual, edge: -2 });
    ofNodes.push([firstEntry, entries.length, edgeTokens.length, g]);
    nodeTokens.push(...graph.nodes.map((tokens) => [...tokens]), new Array(layout.nodeTokens).fill(-1));
  });
  const ofEntries = entries.map(({ source, target, edge }) => {
    const back = entries.findIndex((other) => other.source === target && other.target === source);
    return [source, target, edge, back];
  });
  return { offsets, nodeTokens, edgeTokens, ofNodes, ofEntries, nodeCapacity };
}

onEach(testDevices, (open) => {
  test('rows of graphs become nodes and edges without padding, wherever the rows in use start', async () => {
    const device = await open();
    const windows = fc.record({ start: fc.nat(3), spare: fc.nat(3), isFixed: fc.constant(false) });
    const fixed = fc.record({ start: fc.constant(0), spare: fc.constant(0), isFixed: fc.constant(true) });
    const all = fc.record({ sizes: graphSizes(layout, 6), window: fc.oneof(fixed, windows), seed: seeds });
    await fc.assert(
      fc.asyncProperty(all, async ({ sizes, window: { start, spare, isFixed }, seed }) => {
        const graphs = drawGraphs(sizes, layout, seed);
        const count = graphs.length;
        const capacity = start + count + spare;
        const rows = new Int32Array(capacity * size);
        rows.set(graphRows(graphs, layout), start * size);
        const tape = createTape();
        const all = given(tape, [capacity, size], withGarbage(rows, size, start, count));
        const counted = withRows(all, windowOf(tape, { capacity, start, count }));
        const batch = graphBatch(isFixed ? all : counted, layout);
        const found = await evaluate(device, tape, outputsOf(batch));
        const plain = plainBatch(graphs, batch.nodes.capacity);
        const last = plain.offsets[count];

        expect(Array.from(found.offsets)).toEqual([...plain.offsets, ...new Array(capacity - count).fill(last)]);
        expect([found.nodeCount, found.edgeCount, found.entryCount].map((pair) => [...pair])).toEqual([
          [0, last],
          [0, plain.edgeTokens.length],
          [0, plain.ofEntries.length],
        ]);
        expect(Array.from(found.graphOf)).toEqual(plain.ofNodes.map(([, , , graph]) => graph));
        expect(Array.from(found.nodeTokens)).toEqual(plain.nodeTokens.flat());
        expect(Array.from(found.edgeTokens)).toEqual(plain.edgeTokens.flat());
        const virtual = plain.ofNodes.map((_, node) => (plain.offsets.includes(node + 1) ? 1 : 0));
        expect(Array.from(found.isVirtual)).toEqual(virtual);
        const structure = Array.from(found.structure);
        expect(structure.slice(0, 4 * last)).toEqual(plain.ofNodes.flat());
        const behind = 4 * plain.nodeCapacity;
        expect(structure.slice(behind, behind + 4 * plain.ofEntries.length)).toEqual(plain.ofEntries.flat());
      }),
      cases(3, device),
    );
  });

  test('the thermometer of a condition is filled up to its value', async () => {
    const device = await open();
    const tape = createTape();
    const levels = [0, 3, 9, 10];
    const graphs = drawGraphs(new Array(4).fill({ nodes: 1, edges: 0 }), layout, 1);
    const rows = graphRows(
      graphs.map((graph, g) => ({ ...graph, level: levels[g] })),
      layout,
    );
    const { condition } = graphBatch(given(tape, [4, size], rows), layout);
    const found = await evaluate(device, tape, { condition: condition as Tensor });
    // Bins of width 2 from 0, 2, 4 and 6 on; the values are 1, 2.5, 5.5 and 6.
    const expected = [
      [0.5, 0, 0, 0],
      [1, 0.25, 0, 0],
      [1, 1, 0.75, 0],
      [1, 1, 1, 0],
    ];
    expectClose(found.condition, expected.flat(), {}, 'the thermometer');
  });

  test('without any row in use there are no nodes', async () => {
    const tape = createTape();
    const observation = given(tape, [3, size], new Int32Array(3 * size).fill(7));
    const rows = windowOf(tape, { capacity: 3, start: 2, count: 0 });
    const batch = graphBatch(withRows(observation, rows), layout);
    const found = await evaluate(await open(), tape, outputsOf(batch));
    expect([found.nodeCount, found.edgeCount, found.entryCount].map((pair) => [...pair])).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
    expect(Array.from(found.offsets)).toEqual([0, 0, 0, 0]);
  });
});

describe('recording', () => {
  test('rows of another length than the layout tells are refused', () => {
    const tape = createTape();
    const rows = given(tape, [2, size + 1], new Int32Array(2 * size + 2));
    expect(() => graphBatch(rows, layout)).toThrow(`takes i32 rows of the layout's ${size} numbers`);
  });
});
