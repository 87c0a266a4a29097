import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/gradcheck/index.ts';
import {
  clippedSurrogate,
  generalizedAdvantage,
  nextValue,
  probabilityRatio,
  rewardToGo,
  softReturn,
  temporalDifference,
} from '../../src/objective/index.ts';
import { categorical, gradient, multiply, subtract, sum } from '../../src/ops/index.ts';
import { toGrid } from '../../src/rollout/index.ts';
import { createTape, type Tensor } from '../../src/tape/index.ts';
import { prepareSample, rowsOf, sample } from '../rollout/batch.ts';
import { gridProblem } from '../rollout/problems.ts';
import { createDraw, given, seeds, smallSize } from '../setup/arbitraries.ts';
import { expectClose } from '../setup/compare.ts';
import { onEach, testDevices } from '../setup/devices.ts';
import { advantagesOf, logPolicy } from './plain-ent-ppo.ts';
import { trajectorySlots } from './recorded.ts';

/** Fixed cases; a software GPU compiles pipelines for each shape. */
const cases = (kind: string) => ({ seed: 20260101, numRuns: kind === 'webgpu' ? 3 : 30 });

/** A random grid [steps, batch] that is 0 behind the end of each of its trajectories, column by column. */
function ragged(lengths: readonly number[], numbers: Float32Array): Float32Array {
  return numbers.map((value, i) => (Math.floor(i / lengths.length) < lengths[i % lengths.length] ? value : 0));
}

const column = (grid: ArrayLike<number>, b: number, width: number, length: number) =>
  Array.from({ length }, (_, t) => grid[t * width + b]);

onEach(testDevices, (open) => {
  describe('advantages', () => {
    test('are what their recursion gives, column by column, with a value of 0 behind the end', async () => {
      const device = await open();
      await fc.assert(
        fc.asyncProperty(
          smallSize,
          smallSize,
          fc.constantFrom(0, 0.5, 0.7, 1),
          seeds,
          async (steps, b, lambda, seed) => {
            const draw = createDraw(seed);
            const lengths = Array.from(draw.integers(b, 0, steps));
            const [returns, values] = [0, 1].map(() => ragged(lengths, draw.numbers(steps * b)));
            const tape = createTape();
            const [g, v] = [given(tape, [steps, b], returns), given(tape, [steps, b], values)];
            const found = await evaluate(device, tape, {
              advantage: generalizedAdvantage(g, v, lambda),
              residual: temporalDifference(g, v),
              toGo: rewardToGo(g),
              next: nextValue(v),
              baseline: subtract(rewardToGo(g), v),
            });
            lengths.forEach((length, i) => {
              const [x, y] = [column(returns, i, b, length), column(values, i, b, length)];
              const expected = {
                advantage: advantagesOf(x, y, lambda),
                residual: x.map((value, t) => value + (y[t + 1] ?? 0) - y[t]),
                toGo: x.map((_, t) => x.slice(t).reduce((sum, value) => sum + value, 0)),
                next: y.map((_, t) => y[t + 1] ?? 0),
              };
              for (const name of ['advantage', 'residual', 'toGo', 'next'] as const) {
                expectClose(
                  column(found[name], i, b, length),
                  expected[name],
                  { terms: 3 * steps, magnitude: 20 },
                  name,
                );
                // Behind the end of a trajectory everything stays 0.
                expect(
                  column(found[name], i, b, steps)
                    .slice(length)
                    .every((value) => value === 0),
                ).toBe(true);
              }
            });
            // With lambda 0 they are the residuals, with 1 the rewards to go less the values, which only rounds otherwise.
            if (lambda === 0) expectClose(found.advantage, found.residual, { magnitude: 6 }, 'lambda 0');
            if (lambda === 1)
              expectClose(found.advantage, found.baseline, { terms: 3 * steps, magnitude: 20 }, 'lambda 1');
          },
        ),
        cases(device.kind),
      );
    });

    test('of real trajectories add up to the residual of trajectory balance', async () => {
      const device = await open();
      const problem = gridProblem(2, 5);
      const batch = await sample(device, prepareSample(problem, { batch: 12, scale: 2 }));
      const tape = createTape();
      const { trajectories, load } = trajectorySlots(tape, problem, batch.batch, batch.steps);
      const { logits, mask, action, logBackward, logReward } = trajectories;
      const returns = toGrid(
        softReturn(logBackward, logReward, categorical(logits, mask, action).logProbability),
        trajectories,
      );
      load(device, batch);
      const { total, grid } = await evaluate(device, tape, { total: rewardToGo(returns), grid: returns });
      for (let b = 0; b < batch.batch; b++) {
        const rows = rowsOf(batch, b);
        // log R + log P_B(trajectory) - log P_F(trajectory), with the reward in the last step alone.
        let residual = 0;
        rows.forEach((row, t) => {
          const [from, to] = [row * 3, (row + 1) * 3];
          const allowed = batch.mask.slice(from, to).map((bit) => bit !== 0);
          const logForward = logPolicy(batch.logits.slice(from, to), allowed)[batch.action[row]];
          residual += batch.logBackward[row] - logForward;
          if (t < rows.length - 1) expect(batch.logReward[row]).toBe(0);
          else residual += batch.logReward[row];
        });
        expectClose([total[b]], [residual], { terms: 9, magnitude: 10 }, 'the soft return');
        expect(
          column(grid, b, batch.batch, batch.steps)
            .slice(rows.length)
            .every((value) => value === 0),
        ).toBe(true);
      }
    });
  });

  describe('the clipped surrogate', () => {
    test.each([
      // Ratio, advantage, min(ratio A, clip(ratio) A) with a clip range of 0.2, its derivative by the ratio.
      [1, 3, 3, 3],
      [1.1, -2, -2.2, -2],
      [1.5, 3, 3.6, 0],
      [0.5, 3, 1.5, 3],
      [1.5, -3, -4.5, -3],
      [0.5, -3, -2.4, 0],
      [1.5, 0, 0, 0],
    ])('at a ratio of %s and an advantage of %s is %s, with slope %s', async (ratio, advantage, expected, slope) => {
      const tape = createTape();
      const rho = given(tape, [1], Float32Array.of(ratio));
      const y = clippedSurrogate(rho, given(tape, [1], Float32Array.of(advantage)), 0.2);
      const [derivative] = gradient(sum(y), [rho]);
      const found = await evaluate(await open(), tape, { y, derivative });
      expectClose([...found.y, ...found.derivative], [expected, slope], {}, 'the surrogate and its slope');
    });

    test('has a finite gradient where log-ratios are of 500 either way', async () => {
      const logRatios = [500, -500, 500, -500, 19, -19, 0];
      const tape = createTape();
      const logProbability = given(tape, [7], Float32Array.from(logRatios));
      const old = given(tape, [7], new Float32Array(7));
      const ratio = probabilityRatio(logProbability, old);
      const advantage = given(tape, [7], Float32Array.of(1, 1, -1, -1, -1, -1, 2));
      const y = clippedSurrogate(ratio, advantage, 0.2);
      const [derivative] = gradient(sum(y), [logProbability]);
      const { ratio: found, derivative: slope } = await evaluate(await open(), tape, { ratio, derivative });
      expect([...found, ...slope].every(Number.isFinite)).toBe(true);
      // Clipped branches, and ratios held at e^20 either way, have no slope.
      expect([...slope.slice(0, 4), slope[5]]).toEqual([0, 0, 0, 0, 0]);
      // Relative to e^19, which is what the ratio is there.
      expect(Math.abs(slope[4] + Math.exp(19)) / Math.exp(19)).toBeLessThan(1e-5);
      expectClose([slope[6]], [2], {}, 'the slope at a ratio of 1');
    });
  });

  describe('the gradient of one step with respect to the logits', () => {
    test('is what the closed form says, and 0 at actions that are not allowed', async () => {
      const device = await open();
      await fc.assert(
        fc.asyncProperty(smallSize, fc.integer({ min: 1, max: 7 }), seeds, async (n, actions, seed) => {
          const draw = createDraw(seed);
          const logits = draw.numbers(n * actions);
          const oldLogits = draw.numbers(n * actions);
          const advantages = draw.awayFromZero(n);
          const chosen = draw.integers(n, 0, actions - 1);
          const mask = draw
            .mask(n * actions)
            .map((bit, i) => (i % actions === chosen[Math.floor(i / actions)] ? 1 : bit));
          const found = await stepGradient(device, { n, actions, logits, oldLogits, mask, chosen, advantages });
          for (let row = 0; row < n; row++) {
            const part = (numbers: ArrayLike<number>) =>
              Array.from({ length: actions }, (_, a) => numbers[row * actions + a]);
            const allowed = part(mask).map((bit) => bit !== 0);
            const [logPi, logOld] = [logPolicy(part(logits), allowed), logPolicy(part(oldLogits), allowed)];
            const ratio = Math.exp(logPi[chosen[row]] - logOld[chosen[row]]);
            // A ratio at the very bound of the clip range may fall on either side of it in float32.
            if (Math.min(Math.abs(ratio - 0.8), Math.abs(ratio - 1.2)) < 1e-4) continue;
            const advantage = advantages[row];
            const flows = !(advantage > 0 && ratio > 1.2) && !(advantage < 0 && ratio < 0.8);
            const divergence = logPi.reduce((sum, l, a) => (allowed[a] ? sum + Math.exp(l) * (l - logOld[a]) : sum), 0);
            const expected = logPi.map((l, b) => {
              if (!allowed[b]) return 0;
              const p = Math.exp(l);
              const clipped = flows ? ratio * advantage * ((b === chosen[row] ? 1 : 0) - p) : 0;
              return -clipped + p * (l - logOld[b] - divergence);
            });
            expectClose(part(found), expected, { terms: actions, magnitude: 10 * Math.max(1, ratio) }, 'the gradient');
            for (let a = 0; a < actions; a++) if (!allowed[a]) expect(part(found)[a]).toBe(0);
          }
        }),
        cases(device.kind),
      );
    });

    test('is finite for logits that are far apart, masked or not, and for a row without any action', async () => {
      const actions = 3;
      const found = await stepGradient(await open(), {
        n: 5,
        actions,
        logits: Float32Array.of(500, -500, 0, -500, 500, 0, 1e30, 0, 1, 100, -100, 100, 3, 4, 5),
        oldLogits: Float32Array.of(-500, 500, 0, 500, -500, 0, -1e30, 1, 0, -100, 100, -100, 5, 4, 3),
        mask: Int32Array.of(1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 0, 0, 0, 0),
        chosen: Int32Array.of(0, 0, 1, 1, 0),
        advantages: Float32Array.of(1, 1, 1, -1, 1),
      });
      expect(Array.from(found).every(Number.isFinite)).toBe(true);
      expect([found[6], found[11], ...found.slice(12)]).toEqual([0, 0, 0, 0, 0]);
    });
  });
});

interface Steps {
  readonly n: number;
  readonly actions: number;
  readonly logits: Float32Array;
  readonly oldLogits: Float32Array;
  readonly mask: Int32Array;
  readonly chosen: Int32Array;
  readonly advantages: Float32Array;
}

/** d/dlogits of the sum over steps of -(PPOClip(ratio, A) - KL(pi || pi_old)), clip range 0.2. */
async function stepGradient(
  device: Parameters<typeof evaluate>[0],
  { n, actions, logits, oldLogits, mask, chosen, advantages }: Steps,
): Promise<ArrayLike<number> & { slice(from?: number, to?: number): Iterable<number> }> {
  const tape = createTape();
  const x: Tensor = given(tape, [n, actions], logits);
  const old = given(tape, [n, actions], oldLogits);
  const allowed = given(tape, [n, actions], mask);
  const action = given(tape, [n], chosen);
  const before = categorical(old, allowed, action).logProbability;
  const { logProbability, divergence } = categorical(x, allowed, action, old);
  const surrogate = clippedSurrogate(probabilityRatio(logProbability, before), given(tape, [n], advantages), 0.2);
  const [dx] = gradient(multiply(sum(subtract(surrogate, divergence)), -1), [x]);
  return (await evaluate(device, tape, { dx })).dx;
}
