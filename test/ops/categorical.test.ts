import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/gradcheck/index.ts';
import * as ops from '../../src/ops/index.ts';
import { createTape, type Tape, type Tensor } from '../../src/tape/index.ts';
import {
  cases,
  createDraw,
  type Draw,
  drawn,
  given,
  seeds,
  size,
  sizeOrNone,
  smallSize,
  windows,
} from '../setup/arbitraries.ts';
import { expectClose, expectGradient, expectLikeReference, expectOnlyRowsInUse } from '../setup/compare.ts';
import { fastKernelDevices, kernelDevices, onEach } from '../setup/devices.ts';
import { examples } from '../setup/here.ts';

/** A mask with one row wholly forbidden, where there is more than one, and actions that are allowed wherever one is. */
function masked(draw: Draw, n: number, width: number): { mask: Int32Array; action: Int32Array } {
  const mask = draw.mask(n * width, 0.7).map((allowed, place) => (n > 1 && place < width ? 0 : allowed));
  const action = Int32Array.from({ length: n }, (_, row) => {
    const allowed = Array.from({ length: width }, (_, a) => a).filter((a) => mask[row * width + a] !== 0);
    return allowed.length > 0 ? allowed[draw.integers(1, 0, allowed.length - 1)[0]] : -1;
  });
  return { mask, action };
}

/** Everything that the categorical operations give, with their derivatives for random cotangents. */
function everything(tape: Tape, logits: Tensor, mask: Tensor, action: Tensor, old: Tensor, draw: Draw) {
  const [n, width] = logits.shape;
  const logPi = ops.logSoftmax(logits, mask);
  const { logProbability, entropy, divergence } = ops.categorical(logits, mask, action, old);
  const weigh = (x: Tensor) => ops.sum(ops.multiply(x, drawn(tape, x.shape, draw)));
  const [dLogPi] = ops.gradient(weigh(logPi), [logits]);
  const [dAll] = ops.gradient(ops.add(ops.add(weigh(logProbability), weigh(entropy)), weigh(divergence)), [logits]);
  const [dEntropy] = ops.gradient(weigh(entropy), [logits]);
  const without = ops.categorical(logits, mask, action);
  const [dLogProbability] = ops.gradient(weigh(without.logProbability), [logits]);
  expect([dLogPi, dAll].map((d) => d.shape)).toEqual([
    [n, width],
    [n, width],
  ]);
  return {
    logPi,
    logProbability,
    entropy,
    divergence,
    dLogPi,
    dAll,
    dEntropy,
    dLogProbability,
    noDivergence: without.divergence,
  };
}

onEach(fastKernelDevices, (open) => {
  test('a masked policy of any size and its derivatives are those of the reference', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(sizeOrNone, size, seeds, async (n, width, seed) => {
        await expectLikeReference(
          device,
          (tape) => {
            const draw = createDraw(seed);
            const { mask, action } = masked(draw, n, width);
            const [logits, old] = [drawn(tape, [n, width], draw, -5, 5), drawn(tape, [n, width], draw, -5, 5)];
            return everything(tape, logits, given(tape, [n, width], mask), given(tape, [n], action), old, draw);
          },
          // The divergence of policies with logits within 5 of 0 sums terms of up to 10.
          { terms: width, magnitude: 10 },
        );
      }),
      cases(4, device),
    );
  });

  test.each(
    examples([
      [2, 1000],
      [700, 5],
      [9000, 3],
      [3, 129],
    ]),
  )('%i rows of %i actions are those of the reference', async (n, width) => {
    const device = await open();
    await expectLikeReference(
      device,
      (tape) => {
        const draw = createDraw(width);
        const { mask, action } = masked(draw, n, width);
        const [logits, old] = [drawn(tape, [n, width], draw), drawn(tape, [n, width], draw)];
        return everything(tape, logits, given(tape, [n, width], mask), given(tape, [n], action), old, draw);
      },
      { terms: width, magnitude: 10 },
    );
  });
});

onEach(kernelDevices, (open) => {
  test('a masked row is the shorter row with the forbidden entries removed', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(size, fc.nat(8), seeds, async (kept, removed, seed) => {
        const draw = createDraw(seed);
        const width = kept + removed;
        const places = draw
          .permutation(width)
          .slice(0, kept)
          .sort((a, b) => a - b);
        const mask = new Int32Array(width);
        for (const place of places) mask[place] = 1 + place;
        const [logits, old, weights] = [draw.numbers(width, -3, 3), draw.numbers(width, -3, 3), draw.numbers(width)];
        const choose = (x: Float32Array) => Float32Array.from(places, (place) => x[place]);
        const at = draw.integers(1, 0, kept - 1)[0];

        const record = (tape: Tape, x: Float32Array, q: Float32Array, w: Float32Array, m: Int32Array, a: number) => {
          const [row, allowed] = [given(tape, [1, x.length], x), given(tape, [1, x.length], m)];
          const logPi = ops.logSoftmax(row, allowed);
          const parts = ops.categorical(
            row,
            allowed,
            given(tape, [1], Int32Array.of(a)),
            given(tape, [1, x.length], q),
          );
          const total = ops.add(
            ops.add(parts.logProbability, ops.multiply(parts.entropy, 0.3)),
            ops.multiply(parts.divergence, -0.7),
          );
          const [dCategorical] = ops.gradient(ops.sum(total), [row]);
          const [dLogPi] = ops.gradient(ops.sum(ops.multiply(logPi, given(tape, [1, x.length], w))), [row]);
          return { logPi, dLogPi, dCategorical, ...parts };
        };
        const tape = createTape();
        const long = await evaluate(device, tape, record(tape, logits, old, weights, mask, places[at]));
        const other = createTape();
        const ones = new Int32Array(kept).fill(1);
        const short = await evaluate(
          device,
          other,
          record(other, choose(logits), choose(old), choose(weights), ones, at),
        );

        for (const name of ['logProbability', 'entropy', 'divergence'] as const)
          expectClose(long[name], short[name], { terms: width }, name);
        for (const name of ['logPi', 'dLogPi', 'dCategorical'] as const) {
          const numbers = Float32Array.from(long[name]);
          expectClose(choose(numbers), short[name], { terms: width, magnitude: 4 }, name);
          expect(Array.from(numbers).filter((_, place) => mask[place] === 0)).toEqual(new Array(removed).fill(0));
        }
      }),
      cases(3, device),
    );
  });

  test('a row without any allowed action gives 0 everywhere, its derivative too', async () => {
    const device = await open();
    const tape = createTape();
    const logits = given(tape, [2, 3], Float32Array.of(100, -100, 3e38, 1, 2, 3));
    const mask = given(tape, [2, 3], Int32Array.of(0, 0, 0, 1, 1, 1));
    const action = given(tape, [2], Int32Array.of(-1, 2));
    const outputs = everything(
      tape,
      logits,
      mask,
      action,
      given(tape, [2, 3], Float32Array.of(0, -3e38, 1, 1, 2, 3)),
      createDraw(1),
    );
    const found = await evaluate(device, tape, outputs);
    for (const [name, numbers] of Object.entries(found)) {
      expect(
        Array.from(numbers.slice(0, numbers.length / 2), (value) => value + 0),
        name,
      ).toEqual(new Array(numbers.length / 2).fill(0));
      expect(Array.from(numbers).every(Number.isFinite), name).toBe(true);
    }
  });

  test('logits of 100 either way give finite, right log-probabilities, entropies and divergences', async () => {
    const device = await open();
    const tape = createTape();
    const ones = given(tape, [3, 2], Int32Array.of(1, 1, 1, 1, 1, 1));
    const logits = given(tape, [3, 2], Float32Array.of(100, -100, -100, -100, 100, 99));
    const old = given(tape, [3, 2], Float32Array.of(-100, 100, 100, -100, 100, 99));
    const action = given(tape, [3], Int32Array.of(1, 0, 0));
    const parts = ops.categorical(logits, ones, action, old);
    const [dLogProbability] = ops.gradient(ops.sum(parts.logProbability), [logits]);
    const [dDivergence] = ops.gradient(ops.sum(parts.divergence), [logits]);
    const found = await evaluate(device, tape, {
      logPi: ops.logSoftmax(logits, ones),
      ...parts,
      dLogProbability,
      dDivergence,
    });
    const p = 1 / (1 + Math.exp(-1));
    const entropy = -p * Math.log(p) - (1 - p) * Math.log(1 - p);
    expectClose(found.logPi, [0, -200, -Math.LN2, -Math.LN2, Math.log(p), Math.log(1 - p)], {}, 'log-probabilities');
    expectClose(found.logProbability, [-200, -Math.LN2, Math.log(p)], {}, 'chosen log-probabilities');
    expectClose(found.entropy, [0, Math.LN2, entropy], {}, 'entropies');
    // The second row: sum of 1/2 (log 1/2 - log q), with log q = 0 and -200.
    expectClose(found.divergence, [200, 100 - Math.LN2, 0], {}, 'divergences');
    expectClose(found.dLogProbability, [-1, 1, 0.5, -0.5, 1 - p, p - 1], {}, 'derivatives of log-probabilities');
    expectClose(found.dDivergence, [0, 0, -50, 50, 0, 0], {}, 'derivatives of divergences');
  });

  test('probabilities sum to 1, and adding a number to all logits of a row changes nothing', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(size, size, seeds, async (n, width, seed) => {
        const draw = createDraw(seed);
        const { mask } = masked(draw, n, width);
        const tape = createTape();
        const [logits, allowed] = [drawn(tape, [n, width], draw), given(tape, [n, width], mask)];
        const logPi = ops.logSoftmax(logits, allowed);
        const shifted = ops.logSoftmax(ops.add(logits, drawn(tape, [n, 1], draw, -30, 30)), allowed);
        const total = ops.sum(ops.select(allowed, ops.exp(logPi), 0), 1);
        const found = await evaluate(device, tape, { logPi, shifted, total });
        const rows = Array.from({ length: n }, (_, row) => mask.slice(row * width, (row + 1) * width));
        expectClose(
          found.total,
          rows.map((row) => (row.includes(1) ? 1 : 0)),
          { terms: width },
          'the sums of probabilities',
        );
        expectClose(found.shifted, found.logPi, { terms: width, magnitude: 32 }, 'shifted logits');
      }),
      cases(2, device),
    );
  });

  test('a policy has no divergence from itself, and a uniform one the entropy of its number of actions', async () => {
    const device = await open();
    const tape = createTape();
    const mask = given(tape, [2, 4], Int32Array.of(1, 1, 1, 1, 0, 1, 0, 1));
    const logits = given(tape, [2, 4], new Float32Array(8).fill(3));
    const parts = ops.categorical(
      logits,
      mask,
      given(tape, [2], Int32Array.of(2, 3)),
      given(tape, [2, 4], new Float32Array(8).fill(-1)),
    );
    const found = await evaluate(device, tape, parts);
    expectClose(found.entropy, [Math.log(4), Math.log(2)], {}, 'entropies');
    expectClose(found.divergence, [0, 0], {}, 'divergences');
    expectClose(found.logProbability, [-Math.log(4), -Math.log(2)], {}, 'log-probabilities');
  });

  test('derivatives of the masked log-softmax and of the policy statistics are right', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(smallSize, smallSize, seeds, async (n, width, seed) => {
        const draw = createDraw(seed);
        const { mask, action } = masked(draw, n, width);
        const old = draw.numbers(n * width, -4, 4);
        const inputs = [{ name: 'logits', shape: [n, width], values: draw.numbers(n * width, -4, 4) }];
        const arithmetic = { terms: width, magnitude: 20 };
        const statistics = (tape: Tape, logits: Tensor, divergence: boolean) =>
          ops.categorical(
            logits,
            given(tape, [n, width], mask),
            given(tape, [n], action),
            divergence ? given(tape, [n, width], old) : undefined,
          );
        await expectGradient(
          device,
          (tape, [x]) => ops.logSoftmax(x, given(tape, [n, width], mask)),
          inputs,
          arithmetic,
        );
        await expectGradient(device, (tape, [x]) => statistics(tape, x, false).logProbability, inputs, arithmetic);
        await expectGradient(device, (tape, [x]) => statistics(tape, x, true).entropy, inputs, arithmetic);
        await expectGradient(device, (tape, [x]) => statistics(tape, x, true).divergence, inputs, arithmetic);
        await expectGradient(
          device,
          (tape, [x]) => {
            const { logProbability, entropy, divergence } = statistics(tape, x, true);
            return ops.add(ops.multiply(ops.exp(logProbability), entropy), ops.square(divergence));
          },
          inputs,
          { ...arithmetic, magnitude: 100 },
        );
      }),
      cases(2, device),
    );
  });

  test('over rows counted on the device only the rows in use take part', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(windows, size, seeds, async (window, width, seed) => {
        const n = window.capacity;
        const draw = createDraw(seed);
        const { mask, action } = masked(draw, n, width);
        const floats = () => ({ shape: [n, width], numbers: draw.numbers(n * width) });
        const column = () => ({ shape: [n], numbers: draw.numbers(n) });
        await expectOnlyRowsInUse(
          device,
          window,
          {
            byRows: [
              floats(),
              floats(),
              floats(),
              column(),
              column(),
              { shape: [n, width], numbers: mask },
              { shape: [n], numbers: action },
            ],
          },
          (_, [logits, old, weights, u, v, allowed, chosen]) => {
            const logPi = ops.logSoftmax(logits, allowed);
            const parts = ops.categorical(logits, allowed, chosen, old);
            const [dLogPi] = ops.gradient(ops.sum(ops.multiply(logPi, weights)), [logits]);
            const weighed = ops.add(
              ops.multiply(ops.add(parts.logProbability, parts.divergence), u),
              ops.multiply(parts.entropy, v),
            );
            const [dParts] = ops.gradient(ops.sum(weighed), [logits]);
            return { logPi, dLogPi, dParts, ...parts };
          },
          { terms: width, magnitude: 10 },
        );
      }),
      cases(3, device),
    );
  });
});

describe('recording', () => {
  const tape = createTape();
  const logits = tape.constant('f32', [1, 2], [1, 2]);
  test('masks and actions that do not fit the logits are refused', () => {
    expect(() => ops.logSoftmax(logits, logits)).toThrow(/takes f32 logits \[N, A\] and an i32 mask/);
    expect(() => ops.logSoftmax(logits, tape.constant('i32', [1, 3], [1, 1, 1]))).toThrow(
      /the mask must have the shape/,
    );
    const mask = tape.constant('i32', [1, 2], [1, 1]);
    expect(() => ops.categorical(logits, mask, tape.constant('i32', [2], [0, 0]))).toThrow(
      /one i32 action for each row/,
    );
    const action = tape.constant('i32', [1], [0]);
    expect(() => ops.categorical(logits, mask, action, tape.constant('f32', [2, 2], [1, 2, 3, 4]))).toThrow(
      /old logits/,
    );
  });
});
