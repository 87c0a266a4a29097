import { expect, test } from 'vitest';
import { graphRow } from '../../src/environment/graph-layout.ts';
import { applyInChunks, chunkOf, inChunks } from '../../src/nn/chunks.ts';
import { graphTransformer } from '../../src/nn/graph-transformer.ts';
import { initializeParameters, type Network, perceptron, readParameters } from '../../src/nn/index.ts';
import * as ops from '../../src/ops/index.ts';
import { compile } from '../../src/plan/index.ts';
import { createTape, type Tensor } from '../../src/tape/index.ts';
import { createDraw, given } from '../setup/arbitraries.ts';
import { expectClose, windowOf, withGarbage } from '../setup/compare.ts';
import { onEach, testDevices } from '../setup/devices.ts';
import { drawGraphs, graphRows, testLayout as layout } from '../setup/graphs.ts';

const { size } = graphRow(layout);
const transformer = graphTransformer({ name: 'graphs', layout, width: 5, layers: 1, heads: 2, graphOutputs: 1 });
const net = perceptron({
  name: 'features',
  observation: { kind: 'features', width: 3 },
  hidden: [6],
  projection: 4,
  outputs: 2,
});

const draw = createDraw(1);
const sizes = Array.from(draw.integers(11, 1, 9), (nodes) => ({ nodes, edges: nodes }));
const cases: readonly (readonly [string, Network, Float32Array | Int32Array, number])[] = [
  ['graph transformer', transformer, graphRows(drawGraphs(sizes, layout, 2), layout), size],
  ['net', net, draw.numbers(33), 3],
];

/** A network's outputs over eleven rows from `start` on, or `count` of them, and the gradient of a sum of them. */
async function results(
  open: (typeof testDevices)[number]['open'],
  [, network, rows, width]: (typeof cases)[number],
  apply: (parameters: readonly Tensor[], observation: Tensor) => Tensor,
  window: { readonly start: number; readonly count: number } | undefined,
) {
  const tape = createTape();
  const parameters = readParameters(tape, initializeParameters(network, 3, 0));
  const { start, count } = window ?? { start: 0, count: 11 };
  const capacity = window ? 13 : 11;
  const all = rows instanceof Float32Array ? new Float32Array(capacity * width) : new Int32Array(capacity * width);
  all.set(rows, start * width);
  const placed = given(tape, [capacity, width], withGarbage(all, width, start, count));
  const observation = window ? ops.withRows(placed, windowOf(tape, { capacity, start, count })) : placed;
  const y = apply(parameters, observation);
  const weights = given(tape, y.shape, createDraw(7).numbers(y.shape[0] * y.shape[1]));
  const gradients = ops.gradient(ops.sum(ops.multiply(ops.square(y), weights)), parameters);
  const named = Object.fromEntries(gradients.map((gradient, i) => [network.parameters[i].name, gradient]));
  const device = await open();
  const executable = await device.prepare(compile(tape, { y, ...named }));
  // Sums over chunks begin anew in every run.
  executable.run(2);
  const found = { y: await executable.read('y'), gradients: {} as Record<string, ArrayLike<number>> };
  for (const name of Object.keys(named)) found.gradients[name] = await executable.read(name as 'y');
  executable.release();
  const inUse = found.y.slice(start * y.shape[1], (start + count) * y.shape[1]);
  return { ...found, y: inUse };
}

onEach(testDevices, (open) => {
  test.each(cases)('a %s applied in chunks gives its outputs and gradients', async (...each) => {
    const [, network] = each;
    const { kind } = await open();
    const some = { start: 1, count: 7 };
    const windows = [some, { start: 2, count: 11 }, { start: 0, count: 0 }];
    // Fixed rows, and all the rest of a large network, would take a GPU in software half a minute of compiling.
    const few = network === transformer ? [some] : windows;
    for (const window of kind === 'webgpu' ? few : [undefined, ...windows]) {
      // Another device's numbers save a GPU in software the compiling of half of the pipelines.
      const whole = await results(kind === 'webgpu' ? testDevices[0].open : open, each, network.apply, window);
      const parts = await results(open, each, (p, x) => applyInChunks(network, p, x, 3), window);
      expectClose(parts.y, whole.y, { terms: 20 }, 'the outputs');
      if (kind === 'cpu') expect(Array.from(parts.y), 'the bits of the outputs').toEqual(Array.from(whole.y));
      for (const [name, gradient] of Object.entries(whole.gradients)) {
        // Sums of up to 100 rows, in another order.
        const arithmetic = { terms: 100, magnitude: 16 };
        expectClose(parts.gradients[name], gradient, arithmetic, `the gradient of ${name}`);
        const large = Math.max(...Array.from(gradient, Math.abs));
        if (window?.count === 0) expect(large).toBe(0);
      }
    }
  });
});

test('a network in chunks is applied as it is where one chunk will do, and in the body of a loop', async () => {
  const network = inChunks(transformer, 1);
  const rows = cases[0][2] as Int32Array;
  const recorded = (count: number, bytes: number) => {
    const tape = createTape();
    const parameters = readParameters(tape, initializeParameters(transformer, 3, 0));
    inChunks(transformer, bytes).apply(parameters, given(tape, [count, size], rows.slice(0, count * size)));
    return tape.nodes.some(({ loop }) => loop !== undefined);
  };
  expect(recorded(11, 1)).toBe(true);
  expect(recorded(11, 2 ** 28)).toBe(false);
  expect(network.parameters).toBe(transformer.parameters);

  const tape = createTape();
  const observation = given(tape, [11, size], rows);
  const parameters = readParameters(tape, initializeParameters(transformer, 3, 0));
  const window = { name: 'window', dtype: 'i32', shape: [2] } as const;
  const y = tape.loop('rollout', 1, window, () => network.apply(parameters, observation));
  expect(y.shape).toEqual([11, transformer.outputs]);
});

test('a chunk keeps within its bytes', () => {
  const bytes = 2 ** 22;
  const observation = { dtype: 'i32', shape: [1000, size] } as const;
  const chunk = chunkOf(transformer, observation, bytes);
  const arena = (rows: number) => {
    const tape = createTape();
    const parameters = readParameters(tape, initializeParameters(transformer, 3, 0));
    const y = transformer.apply(parameters, given(tape, [rows, size], new Int32Array(rows * size)));
    const gradients = ops.gradient(ops.sum(y), parameters);
    return compile(tape, Object.fromEntries(gradients.map((tensor, i) => [String(i), tensor]))).arenaBytes;
  };
  // Beside what grows with the rows there are the gradients themselves, some 40 arrays of at least 256 bytes.
  expect(arena(chunk) - arena(1)).toBeLessThan(1.02 * bytes);
  expect(arena(chunk) - arena(1)).toBeGreaterThan(0.9 * bytes);
});

test('chunks of no rows are refused', () => {
  const tape = createTape();
  const parameters = readParameters(tape, initializeParameters(net, 3, 0));
  const observation = given(tape, [2, 3], new Float32Array(6));
  expect(() => applyInChunks(net, parameters, observation, 0)).toThrow('a chunk of 0 rows cannot be');
});
