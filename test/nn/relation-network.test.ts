import { expect, test } from 'vitest';
import { evaluate } from '../../src/gradcheck/index.ts';
import { relationBatch } from '../../src/nn/relation-batch.ts';
import { relationNetwork } from '../../src/nn/relation-network.ts';
import { forwardLookingDetailedBalance } from '../../src/objective/fl-db/fl-db.ts';
import { trajectoryBalance } from '../../src/objective/tb/tb.ts';
import { pairScores } from '../../src/ops/pair-scores.ts';
import { dag, dagReward } from '../../src/problems/dag/environment.ts';
import { createRun } from '../../src/run/run.ts';
import { createTape, elementCount, type Tensor } from '../../src/tape/index.ts';
import { createDraw, given } from '../setup/arbitraries.ts';
import { expectClose, expectGradient } from '../setup/compare.ts';
import { kernelDevices, onEach, trainingDevices } from '../setup/devices.ts';

// Two graphs of 3 nodes, each followed by a row that is no node.
const [count, channels] = [3, 2];
const rows = 8;
const first = [0, 4];
const owner = [0, 0, 0, 1, 0, 2, 0, -1, 1, 0, 1, 1, 1, 2, 1, -1];
const scores = (nodes: Tensor) =>
  pairScores(
    nodes,
    { first: nodes.tape.constant('i32', [2], first), owner: nodes.tape.constant('i32', [rows, 2], owner) },
    count,
  );

const shape = { name: 'policy', nodes: 3, width: 4, layers: 1, heads: 2 };
const outputs = [
  { name: 'forward', pairs: true, whole: 1 },
  { name: 'state', pairs: false, whole: 1 },
];
const network = relationNetwork({ ...shape, outputs });
/** No edges; 0 -> 1; 1 -> 0; and 0 -> 1, 0 -> 2, 1 -> 2. */
const graphs = [[], [1], [3], [1, 2, 5]];
const observed = (graph: readonly number[]) => Array.from({ length: 9 }, (_, at) => (graph.includes(at) ? at : -1));

onEach(kernelDevices, (open) => {
  test('the scores of pairs are products of senders and receivers', async () => {
    const nodes = createDraw(3).numbers(rows * 2 * channels);
    const plain = first.flatMap((start) =>
      Array.from({ length: count * count }, (_, pair) => {
        const [i, j] = [start + Math.floor(pair / count), start + (pair % count)];
        let score = 0;
        for (let k = 0; k < channels; k++) {
          score += nodes[2 * channels * i + k] * nodes[2 * channels * j + channels + k];
        }
        return score;
      }),
    );
    const tape = createTape();
    const y = scores(given(tape, [rows, 2 * channels], nodes));
    const found = await evaluate(await open(), tape, { y });
    expectClose(found.y, plain, { terms: channels, magnitude: 4 }, 'the scores');
  });

  test('the scores of pairs have the derivative of differences, the same on every device', async () => {
    const nodes = { name: 'nodes', shape: [rows, 2 * channels], values: createDraw(4).numbers(rows * 2 * channels) };
    await expectGradient(await open(), (_, [x]) => scores(x), [nodes], { terms: 8, magnitude: 8 });
  });

  test('the rows of relations name their nodes and edges', async () => {
    const tape = createTape();
    const { tokens, owner, first, whole, inverse, places } = relationBatch(
      given(tape, [2, 4], Int32Array.of(-1, 1, -1, -1, -1, -1, -1, -1)),
      2,
    );
    const found = await evaluate(await open(), tape, { tokens, owner, first, whole, inverse, places });
    // The edge 0 -> 1 is the token 1, after 3 tokens of nodes: 4 for node 0 that it leaves, 4 more for node 1.
    const none = [-1, -1, -1, -1];
    expect(Array.from(found.tokens)).toEqual([
      ...[0, -1, 4, -1, -1, 1, -1, -1, 8, -1, 2, ...none],
      ...[0, ...none, 1, ...none, 2, ...none],
    ]);
    expect(Array.from(found.owner)).toEqual([0, 0, 0, 1, 0, -1, 1, 0, 1, 1, 1, -1]);
    expect([found.first, found.whole].map((row) => Array.from(row))).toEqual([
      [0, 3],
      [2, 5],
    ]);
    expect(Array.from(found.inverse)).toEqual([-1, -1, 0, -1, -1, 1]);
    expect(Array.from(found.places)).toEqual([0, 3, 0, 3, 0, 3, 0, 3, 0, 3, 0, 3, 3, 6, 3, 6, 3, 6, 3, 6, 3, 6, 3, 6]);
  });
});

test('a network over relations tells edges apart by their direction, and computes each graph independently', async () => {
  const draw = createDraw(5);
  const tape = createTape();
  const parameters = network.parameters.map(
    (parameter): Tensor => given(tape, parameter.shape, draw.numbers(elementCount(parameter.shape))),
  );
  const outputsOf = (some: readonly (readonly number[])[]) =>
    network.apply(parameters, given(tape, [some.length, 9], Int32Array.from(some.flatMap(observed))));
  const found = await evaluate(await trainingDevices[0].open(), tape, {
    together: outputsOf(graphs),
    alone: outputsOf(graphs.slice(3)),
  });
  const together = Array.from(found.together);
  expect(together).toHaveLength(4 * 11);
  expectClose(together.slice(33), Array.from(found.alone), { terms: 24, magnitude: 32 }, 'its outputs');
  // Logits of the same action, the same output of the whole: 0 -> 1 and 1 -> 0 differ in both.
  for (const at of [2, 10]) expect(Math.abs(together[11 + at] - together[22 + at])).toBeGreaterThan(1e-3);
});

test('a network over relations has the derivative of differences', async () => {
  const draw = createDraw(6);
  const parameters = network.parameters.map(({ name, shape }) => ({
    ...{ name, shape },
    values: draw.numbers(elementCount(shape)),
  }));
  await expectGradient(
    await trainingDevices[0].open(),
    (tape, tensors) => network.apply(tensors, tape.constant('i32', [2, 9], graphs.slice(2).flatMap(observed))),
    parameters,
    { terms: 64, magnitude: 64 },
  );
});

test('it is the network of causal graphs whose shape has a width, with every kind of output', async () => {
  const device = await trainingDevices[0].open();
  const environment = dag(3);
  const reward = dagReward(
    environment,
    'none',
    () => 0,
    () => 0,
  );
  const network = { width: 4, heads: 2 };
  const settings = { device, environment, reward, steps: 1, batch: 2 };
  const run = await createRun({
    ...settings,
    network,
    objective: forwardLookingDetailedBalance({ backwardPolicy: 'learned' }),
  });
  const last = run.learner.networks[0].network.parameters.filter(({ name }) => name.endsWith('/whole/bias'));
  expect(last.map(({ name, shape }) => `${name} ${shape}`)).toEqual([
    'forward/whole/bias 1',
    'backward/whole/bias 1',
    'state/whole/bias 1',
  ]);
  const { diagnostics } = await run.step();
  expect(diagnostics.loss).toBeGreaterThan(0);
  await run.close();
  const both = createRun({ ...settings, network: { ...network, hidden: [4] }, objective: trajectoryBalance() });
  await expect(both).rejects.toThrow(
    'dag has a network over the edges of its graphs, which takes width, layers and heads, not hidden',
  );
});

test('sizes that cannot be are refused', () => {
  expect(() => relationNetwork({ ...shape, outputs, heads: 3 })).toThrow('a width of 4 is not divided by 3 heads');
  expect(() => relationNetwork({ ...shape, outputs, layers: 0 })).toThrow('layers 0 cannot be');
});
