import { describe, expect, test } from 'vitest';
import { advantagesAt, bestUpdate, valuesOf } from '../../../src/page/article/advantages.ts';
import { advantageWords } from '../../../src/page/article/flow-words.ts';
import { edgesOf, flowOf } from '../../../src/page/article/grid-flow.ts';
import { actionCount, mixedPolicy, perfectPolicy, uniformPolicy } from '../../../src/page/article/grid-policy.ts';
import { rewardsOf, threePools } from '../../../src/page/article/landscapes.ts';

const { side } = threePools;
const reward = rewardsOf(threePools);
const logPartition = Math.log(reward.reduce((sum, value) => sum + value, 0));
const perfect = perfectPolicy(side, reward);
const learning = mixedPolicy(uniformPolicy(side), perfect, 0.3);
// Sums of some hundred numbers below 20, each rounded to 2^-53 of itself.
const rounding = 1e-11;

describe('values and advantages', () => {
  test('of a perfect policy are log F(s), log Z at the first cell, and nothing to gain', () => {
    const values = valuesOf(perfect, reward);
    expect(Math.abs(values[0] - logPartition)).toBeLessThanOrEqual(rounding);
    const { passes } = flowOf(perfect);
    for (let cell = 0; cell < side * side; cell++) {
      expect(Math.abs(values[cell] - logPartition - Math.log(passes[cell]))).toBeLessThanOrEqual(rounding);
      for (const advantage of advantagesAt(perfect, reward, values, cell)) {
        expect(Math.abs(advantage ?? 0)).toBeLessThanOrEqual(rounding);
      }
    }
  });

  test('fall short of log Z by the divergence of the walks, and even out at each cell', () => {
    const values = valuesOf(learning, reward);
    // log P_F(walk) - log P_B(walk) - log R + log Z is the sum of the residuals along a walk, so their mean is the KL.
    const divergence = edgesOf(learning, reward).reduce(
      (sum, { flow, residual }) => sum + (flow / Math.exp(logPartition)) * residual,
      0,
    );
    expect(divergence).toBeGreaterThan(0.1);
    expect(Math.abs(logPartition - values[0] - divergence)).toBeLessThanOrEqual(rounding);
    for (let cell = 0; cell < side * side; cell++) {
      const advantages = advantagesAt(learning, reward, values, cell);
      const mean = advantages.reduce<number>(
        (sum, advantage = 0, action) => sum + learning.probability[cell * actionCount + action] * advantage,
        0,
      );
      expect(Math.abs(mean)).toBeLessThanOrEqual(rounding);
    }
    // Nobody goes on from the last corner.
    expect(advantagesAt(learning, reward, values, side * side - 1).slice(0, 2)).toEqual([undefined, undefined]);
  });
});

describe('the goal of an update', () => {
  const epsilon = 0.2;
  const present = [0.5, 0.3, 0.2];
  /** Eq. 5 and 20 at one state. */
  const worthOf = (next: readonly number[], advantages: readonly number[]) =>
    next.reduce((sum, share, i) => {
      const ratio = share / present[i];
      const clipped = Math.min(1 + epsilon, Math.max(1 - epsilon, ratio));
      const gain = present[i] * Math.min(ratio * advantages[i], clipped * advantages[i]);
      return sum + gain - share * Math.log(ratio);
    }, 0);

  test.each([
    ['small', [0.05, -0.02, -0.095]],
    ['one large', [0.9, -1, -0.75]],
    ['very large', [-4, 6, 1]],
  ])('is best of all choices, with %s advantages', (_, advantages) => {
    const best = bestUpdate(present, advantages, epsilon);
    // A bisection of a range below 10 ends within 10 / 2^60, and moves a probability by no more than that.
    expect(Math.abs(best.reduce((sum, share) => sum + share, 0) - 1)).toBeLessThanOrEqual(1e-12);
    let others = Number.NEGATIVE_INFINITY;
    for (let a = 0.01; a < 1; a += 0.01) {
      for (let b = 0.01; a + b < 0.999; b += 0.01) others = Math.max(others, worthOf([a, b, 1 - a - b], advantages));
    }
    expect(others).toBeLessThanOrEqual(worthOf(best, advantages) + 1e-12);
  });

  test('within the clip range is the present policy times exp(A), as without a clip', () => {
    const advantages = [0.05, -0.02, -0.095];
    const weights = present.map((share, i) => share * Math.exp(advantages[i]));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const best = bestUpdate(present, advantages, epsilon);
    weights.forEach((weight, i) => {
      expect(Math.abs(best[i] - weight / total)).toBeLessThanOrEqual(1e-12);
    });
    // What is never chosen stays so.
    expect(bestUpdate([1, 0, 0], [0, undefined, undefined], epsilon)).toEqual([1, 0, 0]);
  });
});

test('a good step that becomes rarer, and a bad one that becomes likelier, are explained', () => {
  const said = (advantage: number, updated: number) =>
    advantageWords('(0, 0)', { advantage, present: 0.4, updated, gap: 1 });
  expect(said(0.12, 0.38)).toBe(
    'This step brings 0.120 nats more than was expected at (0, 0); an update makes it rarer, since others bring more. V of the first cell is 1.00 nats short of log Z.',
  );
  expect(said(0.12, 0.45)).toContain('an update makes it likelier. V');
  expect(said(-0.12, 0.45)).toContain('makes it likelier, since others bring less. V');
});
