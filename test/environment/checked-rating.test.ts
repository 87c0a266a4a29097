import { expect, test } from 'vitest';
import { checkedRating } from '../../src/environment/checked-rating.ts';
import type { ObjectRating } from '../../src/environment/environment.ts';
import { rememberRatings } from '../../src/environment/remembered-ratings.ts';

const environment = { stateSize: 2, text: (state: Int32Array) => `(${state.join(', ')})` };
const objects = Int32Array.of(1, 2, 3, 4);
const right = { logRewards: [0.5, -1] };

/** What somebody's reward answers of two objects, as a program without types may, and what is said of it. */
const answers: readonly (readonly [string, (objects: Int32Array) => unknown, RegExp])[] = [
  ['nothing', () => undefined, /mine answers undefined\. A rating answers with \{ logRewards, scores\? \}/],
  ['a list', () => [1, 2], /mine gives as log-rewards undefined/],
  ['too few', () => ({ logRewards: [1] }), /mine was asked for 2 objects and returned 1 log-rewards/],
  ['too many', () => ({ logRewards: [1, 2, 3] }), /mine was asked for 2 objects and returned 3 log-rewards/],
  ['too few scores', () => ({ ...right, scores: [1] }), /mine was asked for 2 objects and returned 1 scores/],
  ['a text', () => ({ logRewards: [1, '1'] }), /mine gives as log-rewards of "\(3, 4\)" "1"/],
  ['no number', () => ({ logRewards: [undefined, 1] }), /mine gives as log-rewards of "\(1, 2\)" undefined/],
  ['NaN', () => ({ logRewards: [1, Number.NaN] }), /log-rewards of "\(3, 4\)" NaN, which is not a finite number/],
  [
    'a number beyond float32',
    () => ({ logRewards: [1e39, 1] }),
    /log-rewards of "\(1, 2\)" 1e\+39, which is not a finite/,
  ],
  ['a text as score', () => ({ ...right, scores: [1, 'a'] }), /scores of "\(3, 4\)" "a", which is not a number/],
  [
    'an object that it has changed',
    (given) => {
      given[2] = 9;
      return right;
    },
    /mine changes an object that it is given, "\(3, 4\)"; it may only read them/,
  ],
];

test.each(answers)('a rating that answers with %s is refused by name', async (_, answer, message) => {
  const rate = checkedRating((async (given) => answer(given)) as ObjectRating, 'mine', environment);
  await expect(rate(objects.slice())).rejects.toThrow(message);
  const remembered = rememberRatings((async (given) => answer(given)) as ObjectRating, 2);
  await expect(remembered(objects.slice())).rejects.toThrow(/The reward whose ratings are remembered /);
});

test('a sound rating is passed on, even with scores of NaN', async () => {
  const rated = { logRewards: Float32Array.of(1, 2), scores: [Number.NaN, 3] };
  const rate = checkedRating(async () => rated, 'mine', environment);
  expect(await rate(objects)).toBe(rated);
  await expect(checkedRating(async () => ({ logRewards: [] }), 'mine', environment)(Int32Array.of())).resolves.toEqual({
    logRewards: [],
  });
});

test('a rating that fails is named, with the place that asked for it', async () => {
  const fails =
    (cause: unknown): ObjectRating =>
    async () =>
      Promise.reject(cause);
  const at = '2 objects, the first of which is "(1, 2)"';
  await expect(checkedRating(fails(new Error('boom')), 'mine', environment)(objects)).rejects.toThrow(
    `The reward mine failed at ${at}: boom`,
  );
  await expect(checkedRating(fails(undefined), 'mine', environment)(objects)).rejects.toThrow(`mine failed at ${at}`);
  const knowing = new Error('The reward mine does not answer.');
  await expect(checkedRating(fails(knowing), 'mine', environment)(objects)).rejects.toBe(knowing);
});
