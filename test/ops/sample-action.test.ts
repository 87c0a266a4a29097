import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Device } from '../../src/device/device.ts';
import { evaluate } from '../../src/gradcheck/index.ts';
import * as ops from '../../src/ops/index.ts';
import { threefry } from '../../src/random/threefry.ts';
import { createTape } from '../../src/tape/index.ts';
import { cases, createDraw, given, seeds, size, windows } from '../setup/arbitraries.ts';
import { expectOnlyRowsInUse } from '../setup/compare.ts';
import { kernelDevices, onEach } from '../setup/devices.ts';

interface Policy {
  readonly logits: Float32Array;
  readonly mask: Int32Array;
  readonly key: Int32Array;
  readonly lane: Int32Array;
  readonly epsilon: number;
  readonly temperature: number;
}

/** One action for each lane. */
async function sample(device: Device, { logits, mask, key, lane, epsilon, temperature }: Policy): Promise<number[]> {
  const tape = createTape();
  const n = lane.length;
  const shape = [n, logits.length / Math.max(n, 1)];
  const settings = given(tape, [2], Float32Array.of(epsilon, temperature));
  const y = ops.sampleAction(
    given(tape, shape, logits),
    given(tape, shape, mask),
    given(tape, [4], key),
    given(tape, [n], lane),
    settings,
  );
  return Array.from((await evaluate(device, tape, { y })).y);
}

/** Each action's score in float64, and how far a device's float32 may be off it. */
function scoresOf(
  { logits, mask, key, lane, epsilon, temperature }: Policy,
  n: number,
): { score: number; error: number }[] {
  const width = logits.length / lane.length;
  const pairs = Math.ceil((width + 1) / 2);
  const word = (place: number) => {
    const counter = (key[3] + Math.imul(lane[n], pairs) + Math.floor(place / 2)) >>> 0;
    return threefry([key[0], key[1]], [key[2], counter])[place % 2];
  };
  const uniform = (place: number) => (word(place) >>> 9) * 2 ** -23 + 2 ** -24;
  const explores = uniform(width) < epsilon;
  return Array.from({ length: width }, (_, a) => {
    if (mask[n * width + a] === 0) return { score: Number.NEGATIVE_INFINITY, error: 0 };
    const exponential = Math.max(-Math.log(uniform(a)), 2 ** -24);
    const logit = explores ? 0 : logits[n * width + a] / temperature;
    // WGSL's log may be off by 2^-21 near 1, where -log u is small; the logarithm of that by 2^-21 / -log u.
    const error = 2 ** -20 / exponential + 200 * 2 ** -24 * (1 + Math.abs(logit));
    return { score: logit - Math.log(exponential), error };
  });
}

/** A policy with the same row n times over. */
const repeated = (
  row: number[],
  allowed: number[],
  n: number,
  epsilon: number,
  temperature: number,
  seed = 11,
): Policy => ({
  logits: Float32Array.from({ length: n * row.length }, (_, i) => row[i % row.length]),
  mask: Int32Array.from({ length: n * row.length }, (_, i) => allowed[i % row.length]),
  key: Int32Array.of(seed, 1, 2, 0),
  lane: Int32Array.from({ length: n }, (_, i) => i),
  epsilon,
  temperature,
});

/** Pearson's statistic, sum of (observed - expected)^2 / expected. */
function chiSquare(actions: readonly number[], probabilities: readonly number[]): number {
  return probabilities.reduce((sum, p, a) => {
    const [observed, expected] = [actions.filter((action) => action === a).length, p * actions.length];
    return p === 0 ? sum : sum + (observed - expected) ** 2 / expected;
  }, 0);
}

function softmax(logits: readonly number[], allowed: readonly number[]): number[] {
  const weights = logits.map((logit, a) => (allowed[a] ? Math.exp(logit) : 0));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / total);
}

onEach(kernelDevices, (open) => {
  test('samples the action with the highest logit plus Gumbel noise, up to ties within float32', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(
        size,
        size,
        fc.constantFrom(0, 0.3, 1),
        fc.constantFrom(0.5, 1, 3),
        seeds,
        async (n, width, epsilon, temperature, seed) => {
          const draw = createDraw(seed);
          const policy: Policy = {
            logits: draw.numbers(n * width, -6, 6),
            mask: draw.mask(n * width, 0.7),
            key: draw.integers(4, -(2 ** 31), 2 ** 31 - 1),
            lane: draw.integers(n, 0, 1_000_000),
            epsilon: Math.fround(epsilon),
            temperature,
          };
          const actions = await sample(device, policy);
          let different = 0;
          actions.forEach((action, row) => {
            const scores = scoresOf(policy, row);
            if (action < 0) {
              expect(scores.every(({ score }) => score === Number.NEGATIVE_INFINITY)).toBe(true);
              return;
            }
            const best = scores.reduce((a, b) => (b.score > a.score ? b : a));
            if (scores[action] !== best) different++;
            expect(scores[action].score + scores[action].error).toBeGreaterThanOrEqual(best.score - best.error);
          });
          // Such ties are rare: errors of 1e-5 among scores some units apart.
          expect(different).toBeLessThanOrEqual(1);
        },
      ),
      cases(6, device),
    );
  });

  test('a forbidden action is never drawn, and a row without an allowed one gives -1', async () => {
    const device = await open();
    const n = 200;
    // The forbidden logits are the largest, and everybody explores half of the time.
    const policy = repeated([100, -100, 0, 100, 1], [0, 1, 1, 0, 1], n, 0.5, 1);
    const actions = await sample(device, policy);
    expect(new Set(actions)).toEqual(new Set([1, 2, 4]));
    const none = await sample(device, { ...policy, mask: new Int32Array(5 * n) });
    expect(new Set(none)).toEqual(new Set([-1]));
  });

  test('actions are drawn as often as the masked softmax says', async () => {
    const device = await open();
    const [row, allowed, n] = [[0.5, -1, 2, 0, 1, -0.5], [1, 1, 0, 1, 1, 1], 4000];
    const actions = await sample(device, repeated(row, allowed, n, 0, 1));
    // 4 degrees of freedom: chance exceeds 23.5 once in 10,000 seeds, and this seed is fixed.
    expect(chiSquare(actions, softmax(row, allowed))).toBeLessThan(23.5);
    const cold = await sample(device, repeated(row, allowed, n, 0, 0.5));
    expect(
      chiSquare(
        cold,
        softmax(
          row.map((logit) => 2 * logit),
          allowed,
        ),
      ),
    ).toBeLessThan(23.5);
    expect(chiSquare(cold, softmax(row, allowed))).toBeGreaterThan(200);
  });

  test('exploring always is uniform over the allowed actions; exploring sometimes mixes', async () => {
    const device = await open();
    const [row, allowed, n] = [[3, -1, 2, 0, 1, -3], [1, 1, 0, 1, 1, 1], 4000];
    const uniform = allowed.map((flag) => flag / 5);
    const always = await sample(device, repeated(row, allowed, n, 1, 1));
    // 4 degrees of freedom, as above.
    expect(chiSquare(always, uniform)).toBeLessThan(23.5);
    const sometimes = await sample(device, repeated(row, allowed, n, 0.25, 1));
    const mixture = softmax(row, allowed).map((p, a) => 0.75 * p + 0.25 * uniform[a]);
    expect(chiSquare(sometimes, mixture)).toBeLessThan(23.5);
  });

  test('a draw depends on its lane and the key alone, not on its row or its neighbours', async () => {
    const device = await open();
    const policy = repeated([0, 0.5, -0.5, 0.2], [1, 1, 1, 1], 50, 0.1, 1);
    const actions = await sample(device, policy);
    const order = createDraw(8).permutation(50).slice(0, 20);
    const some = await sample(device, {
      ...repeated([0, 0.5, -0.5, 0.2], [1, 1, 1, 1], 20, 0.1, 1),
      lane: Int32Array.from(order),
    });
    expect(some).toEqual(order.map((lane) => actions[lane]));
    expect(await sample(device, policy)).toEqual(actions);
    expect(await sample(device, { ...policy, key: Int32Array.of(12, 1, 2, 0) })).not.toEqual(actions);
  });

  test('logits of 100 either way decide by themselves', async () => {
    const device = await open();
    // Gumbel noise of a 23-bit uniform lies between -2.8 and 16.7.
    expect(new Set(await sample(device, repeated([-100, 100, 0], [1, 1, 1], 100, 0, 1)))).toEqual(new Set([1]));
    expect(new Set(await sample(device, repeated([-100, 100, 0], [1, 0, 1], 100, 0, 1)))).toEqual(new Set([2]));
  });

  test('over rows counted on the device only the rows in use draw', async () => {
    const device = await open();
    await fc.assert(
      fc.asyncProperty(windows, seeds, async (window, seed) => {
        const n = window.capacity;
        const draw = createDraw(seed);
        const lanes = Array.from(draw.integers(n, 0, 99));
        await expectOnlyRowsInUse(
          device,
          window,
          {
            byRows: [
              // Logits 40 apart leave no near ties, at which devices might differ.
              {
                shape: [n, 4],
                numbers: Float32Array.from(
                  lanes.flatMap(() => draw.permutation(4)),
                  (rank) => 40 * rank,
                ),
              },
              { shape: [n, 4], numbers: draw.mask(n * 4) },
              { shape: [n], numbers: Int32Array.from(lanes) },
            ],
            shared: [
              { shape: [4], numbers: draw.integers(4, -99, 99) },
              { shape: [2], numbers: Float32Array.of(0, 1) },
            ],
          },
          (_, [logits, mask, lane], [key, settings]) => ({ y: ops.sampleAction(logits, mask, key, lane, settings) }),
        );
      }),
      cases(3, device),
    );
  });
});
