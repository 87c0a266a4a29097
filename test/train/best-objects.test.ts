import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bestObjects } from '../../src/train/index.ts';

/** Objects of two numbers, the second a condition that its reward depends on; few rewards, so that many are equal. */
const object = fc.tuple(fc.nat({ max: 8 }), fc.nat({ max: 2 }));
const batches = fc.array(fc.tuple(fc.array(object, { minLength: 1, maxLength: 5 }), fc.boolean()), { maxLength: 12 });

test('keeps the same best objects, however often it is asked for them, saved and restored on the way', () => {
  fc.assert(
    fc.property(batches, fc.integer({ min: 1, max: 5 }), (sequence, capacity) => {
      const create = () => bestObjects(2, capacity, (state) => `${state[0]}`);
      const undisturbed = create();
      let asked = create();
      for (const [objects, ask] of sequence) {
        const batch = {
          states: Int32Array.from(objects.flat()),
          logRewards: Float64Array.from(objects, ([id, condition]) => ((id * 5 + condition) % 3) / 3),
          scores: new Float64Array(objects.length).fill(Number.NaN),
        };
        undisturbed.add(batch);
        asked.add(batch);
        if (!ask) continue;
        const saved = asked.state();
        asked = create();
        asked.restore(saved);
      }
      expect(asked.best()).toEqual(undisturbed.best());
    }),
    { numRuns: 1000 },
  );
});

test('where some objects of the first batch have scores, those without one are not kept', () => {
  const best = bestObjects(1, 4);
  const rated = (scores: readonly number[]) => ({
    states: Int32Array.from(scores, (_, i) => i),
    logRewards: Float64Array.from(scores, (_, i) => 10 - i),
    scores: Float64Array.from(scores),
  });
  best.add(rated([Number.NaN, 0.5, Number.NaN, 0.75]));
  expect(Array.from(best.best().states)).toEqual([3, 1]);
});
