import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluate } from '../../src/gradcheck/index.ts';
import * as ops from '../../src/ops/index.ts';
import { createTape } from '../../src/tape/index.ts';
import { cases, createDraw, drawn, given, seeds, smallSize } from '../setup/arbitraries.ts';
import { expectClose, expectGradient } from '../setup/compare.ts';
import { kernelDevices, onEach } from '../setup/devices.ts';
import { batchOf, inRows } from '../setup/graph-rows.ts';
import { drawGraphs, edgesIn, graphSizes, nodesIn, plainMessages, rowsByGraph, testLayout } from '../setup/graphs.ts';
import { total } from '../setup/segments.ts';

const graphs = fc.record({ sizes: graphSizes(testLayout, 5), c: smallSize, seed: seeds, start: fc.nat(2) });

onEach(kernelDevices, (open) => {
  test('a node receives the rectified sum of source and edge from its neighbours, the virtual node and itself', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(graphs, async ({ sizes, c, seed, start }) => {
        const plain = drawGraphs(sizes, testLayout, seed);
        const [n, m] = [total(plain.map(nodesIn)), Math.max(total(plain.map(edgesIn)), 1)];
        const draw = createDraw(seed + 1);
        const [x, e, virtual] = [draw.numbers(n * c), draw.numbers(m * c), draw.numbers(c)];
        const tape = createTape();
        const { batch } = batchOf(tape, plain, testLayout, start);
        const y = ops.graphMessages(
          inRows(given(tape, [n, c], x), batch.nodes),
          inRows(given(tape, [m, c], e), batch.edges),
          given(tape, [1, c], virtual),
          batch,
        );
        const found = await evaluate(device, tape, { y });
        const xs = rowsByGraph(x, c, plain, nodesIn);
        const es = rowsByGraph(e, c, plain, edgesIn);
        const expected = plain.map((graph, g) => plainMessages(xs[g], es[g], Array.from(virtual), graph));
        expectClose(found.y, expected.flat(2), { terms: 24, magnitude: 8 }, 'the messages');
      }),
      cases(3, device),
    );
  });

  test('message passing has correct derivatives by nodes and edges', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(graphs, async ({ sizes, c, seed, start }) => {
        const plain = drawGraphs(sizes, testLayout, seed);
        const [n, m] = [total(plain.map(nodesIn)), Math.max(total(plain.map(edgesIn)), 1)];
        const draw = createDraw(seed + 1);
        const virtual = draw.numbers(c);
        await expectGradient(
          device,
          (tape, [x, e]) => {
            const { batch } = batchOf(tape, plain, testLayout, start);
            const constant = given(tape, [1, c], virtual);
            return ops.graphMessages(inRows(x, batch.nodes), inRows(e, batch.edges), constant, batch);
          },
          [
            { shape: [n, c], values: draw.numbers(n * c) },
            { shape: [m, c], values: draw.numbers(m * c) },
          ],
          { terms: 24, magnitude: 24 },
        );
      }),
      cases(2, device),
    );
  });
});

test('the features of virtual edges have no derivative, and rows of other widths are refused', () => {
  const tape = createTape();
  const { batch } = batchOf(tape, drawGraphs([{ nodes: 2, edges: 1 }], testLayout, 1), testLayout);
  const draw = createDraw(1);
  const [x, e] = [drawn(tape, [batch.nodes.capacity, 3], draw), drawn(tape, [batch.edges.capacity, 3], draw)];
  const virtual = drawn(tape, [1, 3], draw);
  const y = ops.graphMessages(x, e, virtual, batch);
  expect(() => ops.gradient(ops.sum(y), [virtual])).toThrow('the features of virtual edges are constant');
  expect(() => ops.graphMessages(x, drawn(tape, [2, 3], draw), virtual, batch)).toThrow(/takes f32 rows of the nodes/);
});
