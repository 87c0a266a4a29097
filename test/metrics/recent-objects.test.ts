import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { empiricalDistribution } from '../../src/metrics/empirical.ts';
import { PAPER_RECENT_SAMPLES, recentDistances, recentObjects } from '../../src/metrics/recent-objects.ts';
import { exactTarget } from '../../src/metrics/target.ts';
import { objectStates } from '../../src/metrics/target-samples.ts';
import { hypergrid } from '../../src/problems/hypergrid/environment.ts';
import { hypergridReward } from '../../src/problems/hypergrid/reward.ts';
import { cases } from './walks.ts';

const line = hypergrid({ dimension: 1, side: 4 });

describe('the histogram of the objects sampled last', () => {
  test('counts them, and forgets the oldest', () => {
    const window = recentObjects(line, 4);
    window.push([0, 0, 1]);
    expect([...window.histogram]).toEqual([2, 1, 0, 0]);
    expect([...window.distribution()]).toEqual([2 / 3, 1 / 3, 0, 0]);
    window.push([3, 3, 3]);
    expect([...window.objects()]).toEqual([1, 3, 3, 3]);
    expect([...window.distribution()]).toEqual([0, 0.25, 0, 0.75]);
  });

  test('equals one counted afresh, after pushes of any sizes', () => {
    const pushes = fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 12 }), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), pushes, (capacity, batches) => {
        const window = recentObjects(line, capacity);
        for (const batch of batches) window.push(batch);
        const last = batches.flat().slice(-capacity);
        expect([...window.objects()]).toEqual(last);
        expect([...window.histogram]).toEqual([0, 1, 2, 3].map((object) => last.filter((x) => x === object).length));
        expect(window.count()).toBe(last.length);
        if (last.length === 0) return;
        const afresh = empiricalDistribution(line, objectStates(line, last));
        // 1e-15 for each of at most ten shares that were added up one by one.
        window.distribution().forEach((share, object) => {
          expect(Math.abs(share - afresh[object])).toBeLessThan(1e-14);
        });
      }),
      cases(200),
    );
  });

  test('is the same after its objects are pushed into a new window', () => {
    const window = recentObjects(line, 3);
    window.push([3, 2, 1, 0, 0]);
    const resumed = recentObjects(line, 3);
    resumed.push(window.objects());
    for (const each of [window, resumed]) each.push([2, 2]);
    expect(resumed.histogram).toEqual(window.histogram);
    expect(resumed.objects()).toEqual(window.objects());
  });

  test('takes in terminal state rows', () => {
    const window = recentObjects(line, 10);
    window.pushStates(Int32Array.of(2, 1, 0, 1, 2, 1));
    expect([...window.objects()]).toEqual([2, 0, 2]);
  });

  test("holds the paper's 200,000 unless said", () => {
    const window = recentObjects(line);
    window.push(new Int32Array(PAPER_RECENT_SAMPLES).fill(1));
    window.push([2]);
    expect([...window.histogram]).toEqual([0, 199_999, 1, 0]);
  });
});

describe('the distances of a window from its target', () => {
  test('are those of the shares of its samples', () => {
    const window = recentObjects(line, 8);
    window.push([0, 1, 2, 2]);
    const { totalVariation, klPaper, jensenShannon } = recentDistances(window, Float64Array.of(0.5, 0.25, 0.25, 0));
    expect(totalVariation).toBeCloseTo(0.25, 12);
    // The offset of 1e-9 in the paper's divergence takes off 1e-9 p / q for each object, at most 2e-9 here.
    expect(klPaper).toBeCloseTo(0.5 * Math.log(2) + 0.25 * Math.log(0.5), 7);
    const toMiddle = 0.5 * Math.log(0.5 / 0.375) + 0.25 * Math.log(0.25 / 0.375);
    const back = 0.25 * Math.log(0.25 / 0.375) + 0.5 * Math.log(0.5 / 0.375);
    expect(jensenShannon).toBeCloseTo((toMiddle + back) / 2, 12);
  });

  test('are finite where an object of the target was never sampled', () => {
    const window = recentObjects(line);
    window.push([0]);
    const { klPaper } = recentDistances(window, Float64Array.of(0.5, 0.5, 0, 0));
    expect(klPaper).toBeCloseTo(0.5 * Math.log(0.5) + 0.5 * Math.log(0.5 / 1e-9), 6);
  });
});

test('what is no object is refused, and nothing of that push is taken in', () => {
  const window = recentObjects(line, 5);
  window.push([1]);
  expect(() => window.push([0, 4])).toThrow('4 is the number of no object: hypergrid has 4');
  expect(() => window.push([0, -1])).toThrow('-1 is the number');
  expect(() => window.push([0, Number.NaN])).toThrow('NaN is the number');
  expect(() => window.pushStates(Int32Array.of(1, 1, 2, 0))).toThrow('Row 1, (2), is not a terminal state');
  expect(() => window.pushStates(Int32Array.of(1, 1, 2))).toThrow(
    '3 numbers do not make a whole number of state rows of 2',
  );
  expect([...window.histogram]).toEqual([0, 1, 0, 0]);
});

test('a distribution of nothing, and one over objects that cannot be numbered, are refused', () => {
  expect(() => recentObjects(line).distribution()).toThrow('No object of hypergrid has been sampled yet');
  expect(() => recentObjects(hypergrid({ dimension: 10, side: 20 }))).toThrow('20^10');
  const { probability } = exactTarget(
    hypergrid({ dimension: 1, side: 5 }),
    hypergridReward({ dimension: 1, side: 5, difficulty: 'easy' }),
  );
  const window = recentObjects(line);
  window.push([0]);
  expect(() => recentDistances(window, probability)).toThrow('over 5 and over 4 objects');
});
