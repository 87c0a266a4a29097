import { describe, expect, test } from 'vitest';
import { createClimber } from '../../../src/page/article/climber.ts';
import { balanceOf, edgesOf, flowOf, sharesOf, variationOf } from '../../../src/page/article/grid-flow.ts';
import {
  cellAfter,
  mixedPolicy,
  perfectPolicy,
  uniformPolicy,
  walkOf,
  withProbability,
} from '../../../src/page/article/grid-policy.ts';
import { fourHills, rewardsOf, targetOf, threePools, twoHills } from '../../../src/page/article/landscapes.ts';
import { createWanderer } from '../../../src/page/article/wanderer.ts';
import { defaultConfig } from '../../../src/page/default-config.ts';
import { peaksFound, peaksOf } from '../../../src/page/peaks.ts';
import { pageProblem } from '../../../src/page/worker/active-run.ts';
import { randomFrom } from '../../../src/random/random-from.ts';

const landscapes = { fourHills, twoHills, threePools };
// Sums of some hundred products of numbers below 1, each rounded to 2^-53.
const rounding = 1e-12;

describe.each(Object.entries(landscapes))('on %s', (_, landscape) => {
  const { side } = landscape;
  const reward = rewardsOf(landscape);

  test('the perfect policy stops as often as the reward says, with every edge in balance', () => {
    const policy = perfectPolicy(side, reward);
    expect(variationOf(flowOf(policy).stops, targetOf(landscape))).toBeLessThanOrEqual(rounding);
    for (const { residual } of edgesOf(policy, reward)) expect(Math.abs(residual)).toBeLessThanOrEqual(rounding);
    const { inflow, outflow, residual } = balanceOf(policy, reward, side + 1);
    expect(inflow).toBeGreaterThan(outflow);
    expect(Math.abs(residual)).toBeLessThanOrEqual(rounding);
  });

  test('the target is the one that the library trains on', async () => {
    const config = defaultConfig('hypergrid', 'tb');
    const problemOptions = { dimension: 2, side, reward: 'painted', painting: landscape.painting.join('') };
    const { environment, reward: ofLibrary } = await pageProblem({ ...config, problemOptions });
    const state = new Int32Array(environment.stateSize);
    // A state of the hypergrid begins with its coordinates.
    state.set([side - 1, side - 2]);
    const last = (side - 1) * side + side - 2;
    const logReward = (ofLibrary as { logReward(state: Int32Array): number }).logReward(state);
    // The library's rewards are float32.
    expect(Math.abs(logReward - Math.log(reward[last]))).toBeLessThanOrEqual(2 ** -20);
  });
});

test('the uniform policy stops at the first cell in a third of all walks, and residuals add up along a walk', () => {
  const { side } = threePools;
  const reward = rewardsOf(threePools);
  const policy = uniformPolicy(side);
  expect(flowOf(policy).stops[0]).toBeCloseTo(1 / 3, 12);
  const edges = edgesOf(policy, reward);
  const walk = [0, 1, 2, 3];
  const along = walk.map((cell, i) => edges.find(({ from, to }) => from === cell && to === walk[i + 1]));
  const sum = along.reduce((total, edge) => total + (edge?.residual ?? Number.NaN), 0);
  const partition = reward.reduce((total, value) => total + value, 0);
  const forward = along.reduce((total, edge) => total + Math.log(edge?.forward ?? Number.NaN), 0);
  const backward = along.reduce((total, edge) => total + Math.log(edge?.backward ?? Number.NaN), 0);
  // What trajectory balance asks of the whole walk.
  expect(Math.abs(sum - (Math.log(partition) + forward - Math.log(reward[3]) - backward))).toBeLessThanOrEqual(
    rounding,
  );
});

test('an arrow that is drawn longer takes from the others of its cell in proportion', () => {
  const policy = withProbability(uniformPolicy(3), 4, 0, 0.5);
  expect([...policy.probability.slice(12, 15)]).toEqual([0.5, 0.25, 0.25]);
  const all = withProbability(withProbability(policy, 4, 0, 1), 4, 1, 0.5);
  expect([...all.probability.slice(12, 15)]).toEqual([0.5, 0.5, 0]);
  // At the last cell there is nothing but to stop, and no arrow leads out.
  expect(withProbability(policy, 8, 0, 1)).toBe(policy);
  expect(withProbability(policy, 8, 2, 0)).toBe(policy);
});

test('policies in between lead from one to the other, and walks of them end as often as was computed', () => {
  const reward = rewardsOf(twoHills);
  const { side } = twoHills;
  const [from, to] = [uniformPolicy(side), perfectPolicy(side, reward)];
  const distances = [0, 0.25, 0.5, 0.75, 1].map((share) =>
    variationOf(flowOf(mixedPolicy(from, to, share)).stops, targetOf(twoHills)),
  );
  expect(distances).toEqual([...distances].sort((a, b) => b - a));
  const half = mixedPolicy(from, to, 0.5);
  const random = randomFrom(1);
  const counts = new Float64Array(side * side);
  const walks = 20_000;
  let astray = 0;
  for (let i = 0; i < walks; i++) {
    const cells = walkOf(half, random);
    for (let at = 1; at < cells.length; at++) {
      if (![0, 1].some((action) => cellAfter(side, cells[at - 1], action) === cells[at])) astray++;
    }
    counts[cells[cells.length - 1]]++;
  }
  expect(astray).toBe(0);
  // The expected distance is below half the sum of the standard deviations, sqrt(p / walks) each: 64 cells make at most
  // sqrt(64 / walks) / 2 = 0.03.
  expect(variationOf(sharesOf(counts), flowOf(half).stops)).toBeLessThanOrEqual(0.03);
});

describe('peaks', () => {
  test('are connected cells, found once they hold half of their due share', () => {
    const target = targetOf(fourHills);
    const peaks = peaksOf(fourHills.side, target);
    expect(peaks.length).toBe(4);
    expect(peaksFound(peaks, target, target)).toBe(4);
    const lost = Float64Array.from(target);
    for (const cell of peaks[0]) lost[cell] *= 0.49;
    expect(peaksFound(peaks, target, lost)).toBe(3);
  });
});

describe.each([1, 2, 3, 4, 5])('with seed %i', (seed) => {
  const { side } = fourHills;
  const target = targetOf(fourHills);
  const peaks = peaksOf(side, target);

  test('climbing ends on one hill', () => {
    const climber = createClimber(side, rewardsOf(fourHills), randomFrom(seed));
    climber.advance(8000);
    expect(Math.max(...climber.shares)).toBeGreaterThan(0.9);
    expect(peaksFound(peaks, target, climber.shares)).toBeLessThanOrEqual(1);
  });

  test('wandering has missed hills after as many cells as flowing needs', () => {
    const wanderer = createWanderer(side, rewardsOf(fourHills), randomFrom(seed));
    wanderer.advance(3200);
    expect(peaksFound(peaks, target, wanderer.shares)).toBeLessThan(4);
    expect(variationOf(wanderer.shares, target)).toBeGreaterThan(0.15);
  });
});

test('wandering reaches the target in the end if there are no valleys', () => {
  const reward = Float64Array.from({ length: 9 }, (_, cell) => 1 + cell);
  const wanderer = createWanderer(3, reward, randomFrom(7));
  wanderer.advance(100_000);
  // Neighbouring states of the chain depend on each other; some hundred steps are one independent draw of nine cells.
  expect(variationOf(wanderer.shares, sharesOf(reward))).toBeLessThanOrEqual(0.05);
});
