import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluate } from '../../src/gradcheck/index.ts';
import * as ops from '../../src/ops/index.ts';
import { createTape } from '../../src/tape/index.ts';
import { cases, createDraw, drawn, given, seeds } from '../setup/arbitraries.ts';
import { expectClose, expectGradient } from '../setup/compare.ts';
import { kernelDevices, onEach } from '../setup/devices.ts';
import { batchOf, inRows } from '../setup/graph-rows.ts';
import { drawGraphs, edgesIn, graphSizes, nodesIn, plainAttention, rowsByGraph, testLayout } from '../setup/graphs.ts';
import { total } from '../setup/segments.ts';

const graphs = fc.record({
  sizes: graphSizes(testLayout, 5),
  heads: fc.integer({ min: 1, max: 3 }),
  channels: fc.integer({ min: 1, max: 6 }),
  seed: seeds,
  start: fc.nat(2),
});

onEach(kernelDevices, (open) => {
  test.each([2, 100])(
    'attention is a loop over the edges that lead to each node, for numbers of up to %i',
    async (large) => {
      const device = await open();
      await fc.assert(
        fc.asyncProperty(graphs, async ({ sizes, heads, channels, seed, start }) => {
          const plain = drawGraphs(sizes, testLayout, seed);
          const c = heads * channels;
          const [n, m] = [total(plain.map(nodesIn)), Math.max(total(plain.map(edgesIn)), 1)];
          const draw = createDraw(seed + 1);
          // Queries as large as that give scores of either sign that are far apart: the softmax has to stay finite.
          const projections = draw
            .numbers(n * 4 * c)
            .map((value, at) => (at % (4 * c) < c ? (value * large) / 2 : value));
          const [e, virtual] = [draw.numbers(m * c), draw.numbers(c)];
          const tape = createTape();
          const { batch } = batchOf(tape, plain, testLayout, start);
          const y = ops.graphAttention(
            inRows(given(tape, [n, 4 * c], projections), batch.nodes),
            inRows(given(tape, [m, c], e), batch.edges),
            given(tape, [1, c], virtual),
            batch,
            heads,
          );
          const found = await evaluate(device, tape, { y });
          const rows = rowsByGraph(projections, 4 * c, plain, nodesIn);
          const es = rowsByGraph(e, c, plain, edgesIn);
          const expected = plain.map((graph, g) => {
            const part = (which: number) => rows[g].map((row) => row.slice(which * c, (which + 1) * c));
            const parts = { q: part(0), k: part(1), v: part(2), r: part(3) };
            return plainAttention(parts, es[g], Array.from(virtual), graph, heads);
          });
          // A rounding of a score is one of its exponential, as much larger as scores are.
          expectClose(found.y, expected.flat(2), { terms: 24, magnitude: 16 * channels * large }, 'the attention');
        }),
        cases(3, device),
      );
    },
  );

  test('attention has correct derivatives by projections, edges and virtual edges', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(graphs, async ({ sizes, heads, channels, seed, start }) => {
        const plain = drawGraphs(sizes, testLayout, seed);
        const c = heads * channels;
        const [n, m] = [total(plain.map(nodesIn)), Math.max(total(plain.map(edgesIn)), 1)];
        const draw = createDraw(seed + 1);
        await expectGradient(
          device,
          (tape, [projections, e, virtual]) => {
            const { batch } = batchOf(tape, plain, testLayout, start);
            return ops.graphAttention(inRows(projections, batch.nodes), inRows(e, batch.edges), virtual, batch, heads);
          },
          [
            { shape: [n, 4 * c], values: draw.numbers(n * 4 * c) },
            { shape: [m, c], values: draw.numbers(m * c) },
            { shape: [1, c], values: draw.numbers(c) },
          ],
          { terms: 24 * n, magnitude: 24 * channels },
        );
      }),
      cases(2, device),
    );
  });
});

test('heads that do not divide the channels are refused', () => {
  const tape = createTape();
  const { batch } = batchOf(tape, drawGraphs([{ nodes: 2, edges: 1 }], testLayout, 1), testLayout);
  const draw = createDraw(1);
  const projections = drawn(tape, [batch.nodes.capacity, 12], draw);
  const e = drawn(tape, [batch.edges.capacity, 3], draw);
  expect(() => ops.graphAttention(projections, e, drawn(tape, [1, 3], draw), batch, 2)).toThrow(
    '3 channels cannot be split into 2 heads',
  );
});
