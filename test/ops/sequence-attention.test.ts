import { expect, test } from 'vitest';
import { evaluate } from '../../src/gradcheck/index.ts';
import { sequenceTransformer } from '../../src/nn/sequence-transformer.ts';
import { sequenceAttention } from '../../src/ops/sequence-attention.ts';
import { createTape, elementCount, type Tensor } from '../../src/tape/index.ts';
import { createDraw, given } from '../setup/arbitraries.ts';
import { expectClose, expectGradient } from '../setup/compare.ts';
import { kernelDevices, onEach } from '../setup/devices.ts';

/** Channels that are less than a vector of four, and two vectors and one more. */
const sizes = [
  { heads: 2, channels: 3 },
  { heads: 1, channels: 9 },
] as const;
type Size = (typeof sizes)[number];
const widthOf = ({ heads, channels }: Size) => heads * channels;
/** Two sequences of 5 and 2 rows. */
const sequences = [
  [0, 5],
  [5, 7],
] as const;
const rows = sequences.flatMap(([first, end]) =>
  Array.from({ length: end - first }, (_, i) => [first + i, first, end]),
);
const placesOf = (causal: boolean) =>
  rows.flatMap(([row, first, end]) => (causal ? [first, row + 1, row, end] : [first, end, first, end]));

function plain(qkv: ArrayLike<number>, size: Size, causal: boolean): number[] {
  const { channels } = size;
  const width = widthOf(size);
  return rows.flatMap(([row, first, end]) =>
    Array.from({ length: width }, (_, c) => {
      const head = Math.floor(c / channels) * channels;
      const keys = Array.from({ length: (causal ? row + 1 : end) - first }, (_, j) => first + j);
      const weights = keys.map((j) => {
        let score = 0;
        for (let d = 0; d < channels; d++)
          score += qkv[row * 3 * width + head + d] * qkv[j * 3 * width + width + head + d];
        return Math.exp(score / Math.sqrt(channels));
      });
      const total = weights.reduce((a, b) => a + b, 0);
      return keys.reduce((sum, j, at) => sum + (weights[at] / total) * qkv[j * 3 * width + 2 * width + c], 0);
    }),
  );
}

onEach(kernelDevices, (open) => {
  test.each([false, true])('attention within sequences is what its formula says (causal: %s)', async (causal) => {
    for (const size of sizes) {
      const qkv = createDraw(7).numbers(7 * 3 * widthOf(size));
      const tape = createTape();
      const places = given(tape, [7, 4], Int32Array.from(placesOf(causal)));
      const rowsOf = given(tape, [7, 3 * widthOf(size)], qkv);
      const y = sequenceAttention(rowsOf, places, { heads: size.heads, max: 5 });
      const found = await evaluate(await open(), tape, { y });
      expectClose(found.y, plain(qkv, size, causal), { terms: 14, magnitude: 4 }, 'the attention');
    }
  });

  test('attention within sequences has the derivative of differences, the same on every device', async () => {
    for (const [size, causal] of [
      [sizes[0], true],
      [sizes[1], false],
    ] as const) {
      const shape = [7, 3 * widthOf(size)] as const;
      await expectGradient(
        await open(),
        (tape, [x]) =>
          sequenceAttention(x, tape.constant('i32', [7, 4], placesOf(causal)), { heads: size.heads, max: 5 }),
        [{ name: 'qkv', shape, values: createDraw(8).numbers(shape[0] * shape[1]) }],
        { terms: 28, magnitude: 8 },
      );
    }
  });

  test('a transformer distinguishes sequences by letters and positions, and computes each independently', async () => {
    const network = sequenceTransformer({
      ...{ name: 'policy', classes: 3, length: 4, width: 6, layers: 2, heads: 2, outputs: 5, attention: 'causal' },
    });
    const draw = createDraw(9);
    const values = network.parameters.map(({ shape }) => draw.numbers(elementCount(shape)));
    const outputsOf = async (tokens: readonly number[][]) => {
      const tape = createTape();
      const parameters = network.parameters.map(({ shape }, i): Tensor => given(tape, shape, values[i]));
      const observation = given(tape, [tokens.length, 4], Int32Array.from(tokens.flat()));
      return Array.from((await evaluate(await open(), tape, { y: network.apply(parameters, observation) })).y);
    };
    // ab, ba, nothing, and abca.
    const all = [
      [0, 4, -1, -1],
      [1, 3, -1, -1],
      [-1, -1, -1, -1],
      [0, 4, 8, 9],
    ];
    const together = await outputsOf(all);
    for (const n of [1, 3]) {
      const tokens = all[n];
      const alone = await outputsOf([tokens]);
      expectClose(together.slice(5 * n, 5 * n + 5), alone, { terms: 24, magnitude: 32 }, 'its outputs');
    }
    expect(Math.abs(together[0] - together[5])).toBeGreaterThan(1e-3);
  });
});

test('sizes that cannot be are refused', () => {
  const tape = createTape();
  const qkv = tape.constant('f32', [2, 8], new Float32Array(16));
  const places = tape.constant('i32', [2, 4], new Int32Array(8));
  expect(() => sequenceAttention(qkv, places, { heads: 1, max: 2 })).toThrow('sequenceAttention');
  const shape = {
    name: 'policy',
    classes: 3,
    length: 4,
    width: 6,
    layers: 1,
    outputs: 2,
    attention: 'causal',
  } as const;
  expect(() => sequenceTransformer({ ...shape, heads: 4 })).toThrow('a width of 6 is not divided by 4 heads');
  expect(() => sequenceTransformer({ ...shape, heads: 0 })).toThrow('heads 0 cannot be');
});
