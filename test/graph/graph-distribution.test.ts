import fc from 'fast-check';
import { expect, test } from 'vitest';
import { graphActionCount, graphRow, maxElements } from '../../src/environment/graph-layout.ts';
import { evaluate } from '../../src/gradcheck/index.ts';
import * as ops from '../../src/ops/index.ts';
import { createTape, type Tape, type Tensor } from '../../src/tape/index.ts';
import { cases, createDraw, type Draw, given, seeds } from '../setup/arbitraries.ts';
import { expectClose, expectGradient } from '../setup/compare.ts';
import { onEach, testDevices } from '../setup/devices.ts';
import { batchOf, inRows } from '../setup/graph-rows.ts';
import {
  drawGraphs,
  graphSizes,
  testLayout as layout,
  nodesIn,
  type PlainGraph,
  plainActions,
} from '../setup/graphs.ts';
import { total } from '../setup/segments.ts';

// One distribution over actions of every kind: stopping, three choices a node, two an edge, one a pair of nodes.
const actionCount = graphActionCount(layout, layout.actions);
const groups: readonly ops.ActionGroup[] = [
  { of: 'graph', width: 1, max: 1, column: 0, second: 0 },
  { of: 'node', width: 3, max: maxElements(layout, 'node'), column: 0, second: 0 },
  { of: 'edge', width: 2, max: maxElements(layout, 'edge'), column: 3, second: 5 },
  { of: 'pair', width: 1, max: maxElements(layout, 'pair'), column: 7, second: 7 },
];
const nodeWidth = 8;

/** Values, masks and actions for graphs. Stopping is always allowed; elsewhere about two of three elements' actions. */
interface Case {
  readonly graphs: readonly PlainGraph[];
  readonly ofGraphs: Float32Array;
  readonly ofNodes: Float32Array;
  readonly old: Float32Array;
  readonly mask: readonly number[][];
  readonly action: readonly number[];
}

function drawCase(graphs: readonly PlainGraph[], draw: Draw, large: number): Case {
  const exists = graphs.map((graph) =>
    plainActions(
      graph,
      groups,
      () => 1,
      () => 1,
    ),
  );
  const mask = exists.map((row) => row.map((there, a) => (a === 0 || (there !== 0 && draw.mask(1)[0] === 1) ? 1 : 0)));
  const action = mask.map((row) => {
    const allowed = row.flatMap((entry, a) => (entry === 1 ? [a] : []));
    return allowed[draw.integers(1, 0, allowed.length - 1)[0]];
  });
  /** Most within 2 of 0, some as far away as half of `large`: edges and pairs have the sum of two. */
  const values = (count: number) => {
    const far = draw.mask(count, 0.2);
    return draw.numbers(count).map((value, i) => (far[i] === 1 ? (Math.sign(value) * large) / 2 : value));
  };
  return {
    graphs,
    ofGraphs: values(graphs.length).map((value) => 2 * value),
    ofNodes: values(total(graphs.map(nodesIn)) * nodeWidth),
    old: draw.numbers(graphs.length * actionCount),
    mask,
    action,
  };
}

/** The logits of each graph as a ragged list: those of its allowed actions, with their numbers. */
function raggedLogits({ graphs, ofGraphs, ofNodes, mask }: Case): { action: number; logit: number }[][] {
  let first = 0;
  return graphs.map((graph, g) => {
    const start = first;
    first += nodesIn(graph);
    const ofNode = (node: number, column: number) => ofNodes[(start + node) * nodeWidth + column];
    const logits = plainActions(graph, groups, () => ofGraphs[g], ofNode);
    return logits.flatMap((logit, action) => (mask[g][action] === 1 ? [{ action, logit }] : []));
  });
}

const start = 1;
const rowsFrom = (numbers: readonly number[], width: number, count: number) => {
  const all = new Array<number>((start + count + 1) * width).fill(0);
  numbers.forEach((value, i) => {
    all[start * width + i] = value;
  });
  return all;
};

/** The logits placed into rows, and masks and actions by the same rows. */
function record(tape: Tape, { graphs, mask, action }: Case, ofGraphs: Tensor, ofNodes: Tensor) {
  const { batch, observation } = batchOf(tape, graphs, layout, start);
  const values = { ofGraphs: inRows(ofGraphs, batch.graphs), ofNodes: inRows(ofNodes, batch.nodes) };
  const logits = ops.graphActions(observation, batch.offsets, values, groups, graphRow(layout));
  const byRows = (numbers: readonly number[], width?: number) => {
    const all = Int32Array.from(rowsFrom(numbers, width ?? 1, graphs.length));
    const shape = width === undefined ? [all.length] : [all.length / width, width];
    return { ...given(tape, shape, all), ...(observation.rows && { rows: observation.rows }) };
  };
  return { logits, mask: byRows(mask.flat(), actionCount), action: byRows(action), rows: observation.rows, byRows };
}

const inputs = ({ graphs, ofGraphs, ofNodes }: Case) => [
  { shape: [graphs.length, 1], values: ofGraphs },
  { shape: [ofNodes.length / nodeWidth, nodeWidth], values: ofNodes },
];

/** Graphs of the least and of the most elements among the others. */
const sizes = fc.oneof(
  graphSizes(layout, 5),
  fc.constant([
    { nodes: 1, edges: 0 },
    { nodes: layout.maxNodes, edges: layout.maxEdges },
    { nodes: 1, edges: 0 },
  ]),
);

onEach(testDevices, (open) => {
  test.each([4, 200])(
    'log-probability, entropy and divergence are those of ragged lists, for logits of up to %i',
    async (large) => {
      const device = await open();
      await fc.assert(
        fc.asyncProperty(sizes, seeds, async (sizes, seed) => {
          const one = drawCase(drawGraphs(sizes, layout, seed), createDraw(seed + 1), large);
          const count = one.graphs.length;
          const tape = createTape();
          const [ofGraphs, ofNodes] = inputs(one).map(({ shape, values }) => given(tape, shape, values));
          const { logits, mask, action, rows } = record(tape, one, ofGraphs, ofNodes);
          const old = Float32Array.from(rowsFrom(Array.from(one.old), actionCount, count));
          const oldLogits = { ...given(tape, [start + count + 1, actionCount], old), ...(rows && { rows }) };
          const found = await evaluate(device, tape, { ...ops.categorical(logits, mask, action, oldLogits) });

          const statistics = raggedLogits(one).map((entries, g) => {
            const logOf = (numbers: number[]) => {
              const largest = Math.max(...numbers);
              const sum = numbers.reduce((sum, value) => sum + Math.exp(value - largest), 0);
              return numbers.map((value) => value - largest - Math.log(sum));
            };
            const present = logOf(entries.map(({ logit }) => logit));
            const before = logOf(entries.map(({ action }) => one.old[g * actionCount + action]));
            return {
              logProbability: present[entries.findIndex(({ action }) => action === one.action[g])],
              entropy: -total(present.map((log) => Math.exp(log) * log)),
              divergence: total(present.map((log, i) => Math.exp(log) * (log - before[i]))),
            };
          });
          for (const name of ['logProbability', 'entropy', 'divergence'] as const) {
            const expected = statistics.map((each) => each[name]);
            expectClose(found[name], expected, { terms: actionCount, magnitude: large }, name);
          }
        }),
        cases(2, device),
      );
    },
  );

  test('the derivatives of all three by the values of graphs and nodes are right', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(sizes, seeds, async (sizes, seed) => {
        const one = drawCase(drawGraphs(sizes, layout, seed), createDraw(seed + 1), 4);
        const old = Float32Array.from(rowsFrom(Array.from(one.old), actionCount, one.graphs.length));
        await expectGradient(
          device,
          (tape, [ofGraphs, ofNodes]) => {
            const { logits, mask, action, rows } = record(tape, one, ofGraphs, ofNodes);
            const oldLogits = {
              ...given(tape, [old.length / actionCount, actionCount], old),
              ...(rows && { rows }),
            };
            const { logProbability, entropy, divergence } = ops.categorical(logits, mask, action, oldLogits);
            return ops.add(ops.add(logProbability, entropy), ops.multiply(divergence, 0.5));
          },
          inputs(one),
          { terms: actionCount, magnitude: 16 },
        );
      }),
      cases(1, device),
    );
  });

  test('each action is drawn as often as its probability says, and none that is masked or not there', async () => {
    const device = await open();
    const draws = 600;
    const [graph] = drawGraphs([{ nodes: 3, edges: 2 }], layout, 3);
    const draw = createDraw(4);
    const one = drawCase([graph], draw, 0);
    const copies: Case = {
      graphs: new Array(draws).fill(graph),
      ofGraphs: new Float32Array(draws).fill(one.ofGraphs[0]),
      ofNodes: Float32Array.from({ length: draws * one.ofNodes.length }, (_, i) => one.ofNodes[i % one.ofNodes.length]),
      old: new Float32Array(draws * actionCount),
      mask: new Array(draws).fill(one.mask[0]),
      action: new Array(draws).fill(0),
    };
    const tape = createTape();
    const [ofGraphs, ofNodes] = inputs(copies).map(({ shape, values }) => given(tape, shape, values));
    const { logits, mask, byRows } = record(tape, copies, ofGraphs, ofNodes);
    const lane = byRows(Array.from({ length: draws }, (_, n) => n));
    const key = given(tape, [4], Int32Array.of(7, 1, 2, 0));
    const sampled = ops.sampleAction(logits, mask, key, lane, given(tape, [2], Float32Array.of(0, 1)));
    const { actions } = await evaluate(device, tape, { actions: sampled });

    const [entries] = raggedLogits(one);
    const weights = entries.map(({ logit }) => Math.exp(logit));
    const counts = entries.map(({ action }) => actions.filter((drawn) => drawn === action).length);
    expect(total(counts)).toBe(draws);
    // Pearson's statistic has mean k and variance 2 k for k degrees of freedom: eight deviations are out of reach of chance.
    const k = entries.length - 1;
    const statistic = total(
      counts.map((observed, i) => {
        const expected = (draws * weights[i]) / total(weights);
        return (observed - expected) ** 2 / expected;
      }),
    );
    expect(statistic).toBeLessThan(k + 8 * Math.sqrt(2 * k));
  });
});
