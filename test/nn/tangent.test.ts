import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Device } from '../../src/device/device.ts';
import { differentiate } from '../../src/gradcheck/differences.ts';
import { evaluate } from '../../src/gradcheck/index.ts';
import { initializeParameters, type Network, perceptron, readParameters, tangent } from '../../src/nn/index.ts';
import { type Activation, abs, add, gatherRows, multiply, pullback, slice, square, sum } from '../../src/ops/index.ts';
import { createTape, elementCount, type Tape, type Tensor } from '../../src/tape/index.ts';
import { cases, createDraw, type Draw, drawn, given, seeds, smallSize, windows } from '../setup/arbitraries.ts';
import { expectLikeReference, expectOnlyRowsInUse } from '../setup/compare.ts';
import { onEach, referenceDevice, testDevices } from '../setup/devices.ts';

const activations: readonly Activation[] = ['none', 'relu', 'leakyRelu', 'tanh', 'sigmoid'];
const kinds = ['features', 'tokens'] as const;

interface Sizes {
  readonly kind: 'features' | 'tokens';
  readonly activation: Activation;
  readonly n: number;
  readonly width: number;
  readonly hidden: readonly number[];
  readonly projection?: number;
  readonly outputs: number;
}

const sizes: fc.Arbitrary<Sizes> = fc
  .record({
    kind: fc.constantFrom(...kinds),
    activation: fc.constantFrom(...activations),
    n: smallSize,
    width: smallSize,
    hidden: fc.array(smallSize, { maxLength: 2 }),
    projection: fc.option(smallSize, { nil: undefined }),
    outputs: smallSize,
  })
  .map(({ projection, ...rest }) => (projection === undefined ? rest : { ...rest, projection }));

function networkOf({ kind, width, ...rest }: Sizes): Network {
  return perceptron({ name: 'network', observation: { kind, width }, ...rest });
}

/** Rows of features, or of two tokens of which some are none. */
function rowsFor({ kind, width, n }: Sizes, draw: Draw): { shape: number[]; numbers: Float32Array | Int32Array } {
  return kind === 'features'
    ? { shape: [n, width], numbers: draw.numbers(n * width) }
    : { shape: [n, 2], numbers: draw.integers(2 * n, -1, width - 1) };
}

/** A tensor of random numbers in the shape of each parameter. */
const like = (tape: Tape, network: Network, draw: Draw): Tensor[] =>
  network.parameters.map(({ shape }) => drawn(tape, shape, draw));

/** The network's output with its parameters moved by t along a direction, in float64. */
async function moved(device: Device, size: Sizes, seed: number, t: number): Promise<Float64Array> {
  const draw = createDraw(seed);
  const network = networkOf(size);
  const { shape, numbers } = rowsFor(size, draw);
  const tape = createTape();
  const values = network.parameters.map(({ shape }) => draw.numbers(elementCount(shape)));
  const direction = network.parameters.map(({ shape }) => draw.numbers(elementCount(shape)));
  const parameters = initializeParameters(network, 0, 0);
  const flat = new Float64Array(parameters.values.shape[0]);
  values.forEach((numbers, i) => {
    numbers.forEach((value, k) => {
      flat[parameters.offsets[i] + k] = value + t * direction[i][k];
    });
  });
  device.write(parameters.values, flat);
  const y = network.apply(readParameters(tape, parameters), given(tape, shape, numbers));
  return Float64Array.from((await evaluate(device, tape, { y })).y);
}

/** The same, by forward mode. */
function tangentOf(tape: Tape, size: Sizes, seed: number): { y: Tensor; tangent: Tensor } {
  const draw = createDraw(seed);
  const network = networkOf(size);
  const { shape, numbers } = rowsFor(size, draw);
  const parameters = like(tape, network, draw);
  const direction = like(tape, network, draw);
  const y = network.apply(parameters, given(tape, shape, numbers));
  return { y, tangent: tangent(y, parameters, direction) };
}

describe('the tangent of a perceptron', () => {
  test('is the slope of its output along the direction, by central differences', async () => {
    const device = await referenceDevice.open();
    await fc.assert(
      fc.asyncProperty(sizes, seeds, async (size, seed) => {
        const tape = createTape();
        const found = await evaluate(device, tape, tangentOf(tape, size, seed));
        const { derivative, error } = await differentiate((t) => moved(device, size, seed, t));
        derivative.forEach((slope, i) => {
          // Differences in float64 are good to 1e-9 of numbers up to 1e3; where a unit is at its kink they say so.
          const allowed = 1e-8 * Math.max(1, Math.abs(slope), Math.abs(found.y[i])) + 10 * error[i];
          expect(Math.abs(found.tangent[i] - slope)).toBeLessThan(allowed);
          expect(allowed).toBeLessThan(1e-3 * Math.max(1, Math.abs(found.y[i])));
        });
      }),
      { seed: 20260101, numRuns: 60 },
    );
  });

  test('covers rows that are gathered from the output', async () => {
    const tape = createTape();
    const network = perceptron({
      name: 'policy',
      observation: { kind: 'features', width: 2 },
      hidden: [4],
      outputs: 3,
    });
    const draw = createDraw(6);
    const [parameters, direction] = [like(tape, network, draw), like(tape, network, draw)];
    const y = network.apply(parameters, given(tape, [3, 2], draw.numbers(6)));
    const index = given(tape, [5], Int32Array.of(2, 0, -1, 0, 1));
    const found = await evaluate(await referenceDevice.open(), tape, {
      gathered: tangent(gatherRows(y, index, { fill: 7 }), parameters, direction),
      expected: gatherRows(tangent(y, parameters, direction), index),
    });
    expect(found.gathered).toEqual(found.expected);
  });

  test('is the adjoint of reverse mode: <u, J v> = <J^T u, v>', async () => {
    const device = await referenceDevice.open();
    await fc.assert(
      fc.asyncProperty(sizes, seeds, async (size, seed) => {
        const draw = createDraw(seed);
        const network = networkOf(size);
        const tape = createTape();
        const { shape, numbers } = rowsFor(size, draw);
        const parameters = like(tape, network, draw);
        const direction = like(tape, network, draw);
        const y = network.apply(parameters, given(tape, shape, numbers));
        const u = drawn(tape, y.shape, draw);
        const forward = multiply(u, tangent(y, parameters, direction));
        const products = pullback(y, u, parameters).map((each, i) => multiply(each, direction[i]));
        const found = await evaluate(device, tape, {
          forward: sum(forward),
          backward: products.map((each) => sum(each)).reduce(add),
          size: [forward, ...products].map((each) => sum(abs(each))).reduce(add),
        });
        // Hundreds of terms that cancel, each right to 1e-16 of itself; but a literal on the tape, such as leaky relu's
        // slope of 0.01, is held in float32 and off by up to 6e-8, as often as layers use it.
        const allowed = size.activation === 'leakyRelu' ? 1e-6 : 1e-13;
        expect(Math.abs(found.forward[0] - found.backward[0])).toBeLessThanOrEqual(allowed * found.size[0]);
      }),
      { seed: 20260101, numRuns: 60 },
    );
  });

  test('of a part of the output is that part of the tangent', async () => {
    const size: Sizes = { kind: 'tokens', activation: 'tanh', n: 4, width: 5, hidden: [6], outputs: 5 };
    const draw = createDraw(4);
    const network = networkOf(size);
    const tape = createTape();
    const { shape, numbers } = rowsFor(size, draw);
    const [parameters, direction] = [like(tape, network, draw), like(tape, network, draw)];
    const y = network.apply(parameters, given(tape, shape, numbers));
    const found = await evaluate(await referenceDevice.open(), tape, {
      part: tangent(slice(y, 1, 1, 3), parameters, direction),
      whole: slice(tangent(y, parameters, direction), 1, 1, 3),
    });
    expect(found.part).toEqual(found.whole);
  });

  onEach(testDevices, (open) => {
    test('is the same on every device, and of rows in use alone', async () => {
      const device = await open();
      await fc.assert(
        fc.asyncProperty(sizes, windows, seeds, async (size, window, seed) => {
          // Four layers of at most nine terms of up to 2 each: numbers of up to 10^4 on the way.
          const arithmetic = { terms: 40, magnitude: 1e4 };
          await expectLikeReference(device, (tape) => tangentOf(tape, size, seed), arithmetic);
          const wide = { ...size, n: window.capacity };
          const draw = createDraw(seed);
          const network = networkOf(size);
          await expectOnlyRowsInUse(
            device,
            window,
            { byRows: [rowsFor(wide, draw)] },
            (tape, [rows]) => {
              const numbers = createDraw(seed);
              const parameters = like(tape, network, numbers);
              const y = network.apply(parameters, rows);
              return { tangent: tangent(y, parameters, like(tape, network, numbers)) };
            },
            arithmetic,
          );
        }),
        cases(1, device),
      );
    });
  });

  test('is refused for a direction of other shapes, another operation in between, or another output', () => {
    const tape = createTape();
    const draw = createDraw(1);
    const size: Sizes = { kind: 'features', activation: 'tanh', n: 2, width: 3, hidden: [4], outputs: 2 };
    const network = networkOf(size);
    const [parameters, direction] = [like(tape, network, draw), like(tape, network, draw)];
    const y = network.apply(parameters, drawn(tape, [2, 3], draw));
    expect(() => tangent(y, parameters, direction.slice(1))).toThrow(
      'parameter 0, f32[3, 4], cannot move along f32[4]',
    );
    expect(() => tangent(y, parameters, direction.slice(0, 3))).toThrow(
      'parameter 3, f32[2], cannot move along nothing',
    );
    expect(() => tangent(square(y), parameters, direction)).toThrow('elementwise has no forward derivative');
    expect(() => tangent(drawn(tape, [2, 2], draw), parameters, direction)).toThrow(
      'does not depend on the parameters',
    );
  });
});
