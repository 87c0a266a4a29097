import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/gradcheck/index.ts';
import { initializeParameters, mlp, perceptron, prepareNetwork, readParameters, tangent } from '../../src/nn/index.ts';
import { dense, gradient, multiply, oneHotDense, sum } from '../../src/ops/index.ts';
import { compile, kernelSteps } from '../../src/plan/index.ts';
import { createTape, type Tape, type Tensor } from '../../src/tape/index.ts';
import { createDraw, given } from '../setup/arbitraries.ts';
import { expectClose, expectGradient } from '../setup/compare.ts';
import { onEach, testDevices } from '../setup/devices.ts';

const [inner, projection, outputs] = [6, 8, 3];
const network = perceptron({
  name: 'projected',
  observation: { kind: 'tokens', width: 9 },
  hidden: [5, inner],
  projection,
  outputs,
});
/** From so many rows on it is less work to multiply the last two layers together: n I O + I P O < n P (I + O). */
const enough = Math.floor((inner * projection * outputs) / (projection * (inner + outputs) - inner * outputs)) + 1;

const tokens = (tape: Tape, rows: number) => given(tape, [rows, 2], createDraw(rows).integers(2 * rows, -1, 8));

/** The network by its definition, layer after layer. */
function layerByLayer(input: Tensor, [w0, b0, w1, b1, w2, b2, w3, b3]: readonly Tensor[]): Tensor {
  const hidden = dense(oneHotDense(input, w0, b0, 'relu'), w1, b1, 'relu');
  return dense(dense(hidden, w2, b2), w3, b3);
}

onEach(testDevices, (open) => {
  for (const rows of [enough - 1, enough, 40]) {
    test(`a perceptron with a projection equals its layers one after another, on ${rows} rows`, async () => {
      const device = await open();
      const tape = createTape();
      const parameters = readParameters(tape, initializeParameters(network, 1, 1));
      const [y, expected] = [
        network.apply(parameters, tokens(tape, rows)),
        layerByLayer(tokens(tape, rows), parameters),
      ];
      const cotangent = given(tape, [rows, outputs], createDraw(7).numbers(rows * outputs));
      const named = (of: Tensor, name: string) =>
        gradient(sum(multiply(of, cotangent)), parameters).map((each, i) => [`${name} ${i}`, each] as const);
      const gradients = Object.fromEntries([...named(y, 'found'), ...named(expected, 'expected')]);
      const found: Record<string, ArrayLike<number>> = await evaluate(device, tape, { y, expected, ...gradients });
      // Sums of at most 8 terms below 2, three layers of them; gradients add such numbers up over the rows.
      expectClose(found.y, found.expected, { magnitude: 8, terms: 24 }, 'the outputs');
      network.parameters.forEach(({ name }, i) => {
        expectClose(
          found[`found ${i}`],
          found[`expected ${i}`],
          { magnitude: 8 * rows, terms: 24 + rows },
          `the gradient by ${name}`,
        );
      });
    });
  }

  test('a perceptron has correct gradients where two layers are joined', async () => {
    const draw = createDraw(3);
    await expectGradient(
      await open(),
      (tape, parameters) => network.apply(parameters, tokens(tape, enough)),
      network.parameters.map(({ name, shape }) => ({
        name,
        shape,
        values: draw.awayFromZero(
          shape.reduce((a, b) => a * b, 1),
          0.1,
          1,
        ),
      })),
      { magnitude: 100, terms: 24 + enough },
    );
  });

  test('a perceptron has a correct derivative in a direction where two layers are joined', async () => {
    const tape = createTape();
    const draw = createDraw(5);
    const parameters = readParameters(tape, initializeParameters(network, 2, 1));
    const direction = parameters.map(({ shape }) => given(tape, shape, draw.numbers(shape.reduce((a, b) => a * b, 1))));
    const alongJoined = tangent(network.apply(parameters, tokens(tape, enough)), parameters, direction);
    const along = tangent(layerByLayer(tokens(tape, enough), parameters), parameters, direction);
    const found = await evaluate(await open(), tape, { alongJoined, along });
    expectClose(found.alongJoined, found.along, { magnitude: 64, terms: 48 }, 'the derivative');
  });
});

describe('recording', () => {
  const layersOf = (rows: number) => {
    const tape = createTape();
    const y = network.apply(readParameters(tape, initializeParameters(network, 1, 1)), tokens(tape, rows));
    return kernelSteps(compile(tape, { y })).map(({ outputs: [made] }) => made.shape);
  };

  test('layers are joined where that is less work', () => {
    expect(layersOf(enough - 1)).toEqual([5, inner, projection, outputs].map((width) => [enough - 1, width]));
    const joined = layersOf(enough);
    expect(joined).toHaveLength(5);
    expect(joined).toContainEqual([inner, outputs]);
    expect(joined).not.toContainEqual([enough, projection]);
  });

  test('a network is prepared once for all that it is applied to', () => {
    const tape = createTape();
    const parameters = readParameters(tape, initializeParameters(network, 1, 1));
    const apply = prepareNetwork(network, parameters, 40);
    const prepared = tape.nodes.length;
    expect(prepared).toBeGreaterThan(0);
    for (let times = 1; times <= 3; times++) {
      apply(tokens(tape, 4));
      expect(tape.nodes.length - prepared).toBe(3 * times);
    }
  });
});

test.each([0, 1.5, -1, Number.NaN])('a perceptron of %s inputs, or as many units, is refused', (width) => {
  const refusal = `perceptron mlp: a layer of ${width} units cannot be made.`;
  expect(() => mlp({ inputs: width, hidden: [4], outputs: 1 })).toThrow(refusal);
  expect(() => mlp({ inputs: 2, hidden: [width], outputs: 1 })).toThrow(refusal);
  expect(() => mlp({ inputs: 2, hidden: [4], outputs: width })).toThrow(refusal);
  const projected = { name: 'mlp', observation: { kind: 'features', width: 2 }, hidden: [4], outputs: 1 } as const;
  expect(() => perceptron({ ...projected, projection: width })).toThrow(refusal);
});
