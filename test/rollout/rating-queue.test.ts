import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { ObjectRating } from '../../src/environment/environment.ts';
import { ratingQueue } from '../../src/rollout/rating-queue.ts';

/** Rates an object by its first number, and lets the test say when. */
function slowRating() {
  const asked: number[][] = [];
  const answers: (() => void)[] = [];
  const rate: ObjectRating = (objects) =>
    new Promise((resolve) => {
      asked.push([...objects]);
      answers.push(() => resolve({ logRewards: Array.from(objects), scores: Array.from(objects, (x) => 10 * x) }));
    });
  return { asked, answers, rate };
}

test('objects that arrive during a request form the next one', async () => {
  const { asked, answers, rate } = slowRating();
  const queue = ratingQueue(rate);
  const taken: [number, number | undefined][] = [];
  const add = (object: number) =>
    queue.add(Int32Array.of(object), (logReward, score) => taken.push([logReward, score]));
  add(1);
  add(2);
  queue.send();
  add(3);
  queue.send();
  add(4);
  queue.send();
  expect(asked).toEqual([[1, 2]]);
  const settled = queue.settle();
  answers[0]();
  await setImmediate();
  expect(asked).toEqual([
    [1, 2],
    [3, 4],
  ]);
  answers[1]();
  await settled;
  expect(taken).toEqual([
    [1, 10],
    [2, 20],
    [3, 30],
    [4, 40],
  ]);
});

test('an object is rated with its contents on arrival', async () => {
  const { asked, answers, rate } = slowRating();
  const queue = ratingQueue(rate);
  const state = Int32Array.of(7);
  queue.add(state, () => {});
  state[0] = 8;
  queue.send();
  expect(asked).toEqual([[7]]);
  answers[0]();
  await queue.settle();
});

test('an error of the reward reaches its callers, and nothing is requested afterwards', async () => {
  let calls = 0;
  const queue = ratingQueue(async () => {
    calls++;
    throw new Error('no answer for CCO');
  });
  queue.add(Int32Array.of(1), () => {});
  queue.send();
  queue.add(Int32Array.of(2), () => {});
  await expect(queue.settle()).rejects.toThrow('no answer for CCO');
  expect(calls).toBe(1);
});
