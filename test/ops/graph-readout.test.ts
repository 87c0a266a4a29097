import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluate } from '../../src/gradcheck/index.ts';
import * as ops from '../../src/ops/index.ts';
import { createTape } from '../../src/tape/index.ts';
import { cases, createDraw, drawn, given, seeds, smallSize } from '../setup/arbitraries.ts';
import { expectClose, expectGradient } from '../setup/compare.ts';
import { kernelDevices, onEach } from '../setup/devices.ts';
import { batchOf, inRows } from '../setup/graph-rows.ts';
import { drawGraphs, graphSizes, nodesIn, rowsByGraph, testLayout } from '../setup/graphs.ts';
import { total } from '../setup/segments.ts';

const graphs = fc.record({ sizes: graphSizes(testLayout, 5), c: smallSize, seed: seeds, start: fc.nat(2) });

onEach(kernelDevices, (open) => {
  test('a graph is the mean of its nodes and its virtual node', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(graphs, async ({ sizes, c, seed, start }) => {
        const plain = drawGraphs(sizes, testLayout, seed);
        const n = total(plain.map(nodesIn));
        const x = createDraw(seed + 1).numbers(n * c);
        const tape = createTape();
        const { batch } = batchOf(tape, plain, testLayout, start);
        const y = ops.graphReadout(inRows(given(tape, [n, c], x), batch.nodes), batch.offsets, batch.graphs);
        const found = await evaluate(device, tape, { y });
        const expected = rowsByGraph(x, c, plain, nodesIn).map((rows) => {
          const nodes = rows.slice(0, -1);
          const virtual = rows[nodes.length];
          return [...virtual.map((_, k) => total(nodes.map((row) => row[k])) / nodes.length), ...virtual];
        });
        expectClose(found.y, expected.flat(), { terms: 9 }, 'the graphs');
      }),
      cases(3, device),
    );
  });

  test('the mean of a graph has a correct derivative', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(graphs, async ({ sizes, c, seed, start }) => {
        const plain = drawGraphs(sizes, testLayout, seed);
        const n = total(plain.map(nodesIn));
        await expectGradient(
          device,
          (tape, [x]) => {
            const { batch } = batchOf(tape, plain, testLayout, start);
            return ops.graphReadout(inRows(x, batch.nodes), batch.offsets, batch.graphs);
          },
          [{ shape: [n, c], values: createDraw(seed + 1).numbers(n * c) }],
          { terms: 9 },
        );
      }),
      cases(2, device),
    );
  });
});

test('offsets of another number of graphs are refused', () => {
  const tape = createTape();
  const { batch } = batchOf(tape, drawGraphs([{ nodes: 2, edges: 1 }], testLayout, 1), testLayout);
  const x = drawn(tape, [batch.nodes.capacity, 3], createDraw(1));
  expect(() => ops.graphReadout(x, given(tape, [7], new Int32Array(7)), batch.graphs)).toThrow(/offsets \[G \+ 1\]/);
});
