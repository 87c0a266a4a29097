import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type GraphActions, graphRow, maxElements } from '../../src/environment/graph-layout.ts';
import { evaluate } from '../../src/gradcheck/index.ts';
import * as ops from '../../src/ops/index.ts';
import { createTape } from '../../src/tape/index.ts';
import { cases, createDraw, given, seeds } from '../setup/arbitraries.ts';
import { expectClose, expectGradient } from '../setup/compare.ts';
import { kernelDevices, onEach } from '../setup/devices.ts';
import { batchOf, inRows } from '../setup/graph-rows.ts';
import { drawGraphs, graphSizes, nodesIn, plainActions, testLayout } from '../setup/graphs.ts';
import { total } from '../setup/segments.ts';

/** Groups with columns of their own, some of edges and pairs with the same for both nodes. */
function withColumns(groups: readonly GraphActions[], sums: boolean) {
  const columns = { graph: 0, node: 0 };
  const placed = groups.map(({ of, width }): ops.ActionGroup => {
    const from = of === 'graph' ? 'graph' : 'node';
    const column = columns[from];
    columns[from] += width;
    const two = (of === 'edge' || of === 'pair') && !sums;
    const second = two ? columns.node : column;
    if (two) columns.node += width;
    return { of, width, max: maxElements(testLayout, of), column, second };
  });
  return { groups: placed, graphWidth: columns.graph, nodeWidth: columns.node };
}

const group = fc.record({
  name: fc.constant('group'),
  of: fc.constantFrom('graph' as const, 'node' as const, 'edge' as const, 'pair' as const),
  width: fc.integer({ min: 1, max: 5 }),
});

const all = fc.record({
  sizes: graphSizes(testLayout, 5),
  kinds: fc.array(group, { minLength: 1, maxLength: 5 }),
  sums: fc.boolean(),
  seed: seeds,
  start: fc.nat(2),
});

onEach(kernelDevices, (open) => {
  test('writes the numbers of all elements into one row per graph, with 0 for absent elements', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(all, async ({ sizes, kinds, sums, seed, start }) => {
        const plain = drawGraphs(sizes, testLayout, seed);
        const { groups, graphWidth, nodeWidth } = withColumns(kinds, sums);
        const [g, n] = [plain.length, total(plain.map(nodesIn))];
        const draw = createDraw(seed + 1);
        const [ofGraphs, ofNodes] = [draw.numbers(g * graphWidth), draw.numbers(n * nodeWidth)];
        const tape = createTape();
        const { batch, observation } = batchOf(tape, plain, testLayout, start);
        const values = {
          ...(graphWidth > 0 && { ofGraphs: inRows(given(tape, [g, graphWidth], ofGraphs), batch.graphs) }),
          ...(nodeWidth > 0 && { ofNodes: inRows(given(tape, [n, nodeWidth], ofNodes), batch.nodes) }),
        };
        const y = ops.graphActions(observation, batch.offsets, values, groups, graphRow(testLayout));
        const found = await evaluate(device, tape, { y });
        let firstNode = 0;
        const expected = plain.flatMap((graph, k) => {
          const first = firstNode;
          firstNode += nodesIn(graph);
          return plainActions(
            graph,
            groups,
            (column) => ofGraphs[k * graphWidth + column],
            (node, column) => ofNodes[(first + node) * nodeWidth + column],
          );
        });
        expectClose(found.y, expected, { terms: 2 }, 'the rows of actions');
      }),
      cases(4, device),
    );
  });

  test('the derivative by the values of graphs and nodes is right', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(all, async ({ sizes, kinds, sums, seed, start }) => {
        const plain = drawGraphs(sizes, testLayout, seed);
        const { groups, graphWidth, nodeWidth } = withColumns(kinds, sums);
        const [g, n] = [plain.length, total(plain.map(nodesIn))];
        const draw = createDraw(seed + 1);
        const input = (rows: number, width: number) => ({ shape: [rows, width], values: draw.numbers(rows * width) });
        await expectGradient(
          device,
          (tape, inputs) => {
            const { batch, observation } = batchOf(tape, plain, testLayout, start);
            const values = {
              ...(graphWidth > 0 && { ofGraphs: inRows(inputs[0], batch.graphs) }),
              ...(nodeWidth > 0 && { ofNodes: inRows(inputs[inputs.length - 1], batch.nodes) }),
            };
            return ops.graphActions(observation, batch.offsets, values, groups, graphRow(testLayout));
          },
          [...(graphWidth > 0 ? [input(g, graphWidth)] : []), ...(nodeWidth > 0 ? [input(n, nodeWidth)] : [])],
          { terms: 40, magnitude: 4 },
        );
      }),
      cases(2, device),
    );
  });
});

test('values of another width than the groups are refused', () => {
  const tape = createTape();
  const { batch, observation } = batchOf(tape, drawGraphs([{ nodes: 2, edges: 1 }], testLayout, 1), testLayout);
  const groups: ops.ActionGroup[] = [{ of: 'node', width: 2, max: 9, column: 3, second: 0 }];
  const ofNodes = given(tape, [batch.nodes.capacity, 4], new Float32Array(4 * batch.nodes.capacity));
  expect(() => ops.graphActions(observation, batch.offsets, { ofNodes }, groups, graphRow(testLayout))).toThrow(
    'columns 3 to 4 of node',
  );
});
