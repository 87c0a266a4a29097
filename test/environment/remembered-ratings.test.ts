import { describe, expect, test } from 'vitest';
import type { ObjectRating } from '../../src/environment/environment.ts';
import { rememberRatings } from '../../src/environment/remembered-ratings.ts';

/** A rating of rows of two numbers that keeps a list of what it was asked. */
function recorded(withScores = true): { rate: ObjectRating; asked: number[][] } {
  const asked: number[][] = [];
  const rate: ObjectRating = async (objects) => {
    asked.push([...objects]);
    const logRewards = Array.from({ length: objects.length / 2 }, (_, i) => 10 * objects[2 * i] + objects[2 * i + 1]);
    return withScores ? { logRewards, scores: logRewards.map((value) => -value) } : { logRewards };
  };
  return { rate, asked };
}

describe('ratings that are remembered', () => {
  test('are asked for once per object, in one question and later', async () => {
    const { rate, asked } = recorded();
    const remembered = rememberRatings(rate, 2);
    expect(Array.from((await remembered(Int32Array.of(1, 2, 3, 4, 1, 2))).logRewards)).toEqual([12, 34, 12]);
    const { logRewards, scores } = await remembered(Int32Array.of(3, 4, 5, 6));
    expect(Array.from(logRewards)).toEqual([34, 56]);
    expect(Array.from(scores ?? [])).toEqual([-34, -56]);
    await remembered(Int32Array.of(5, 6, 1, 2));
    expect(asked).toEqual([[1, 2, 3, 4], [5, 6]]); // biome-ignore format: two questions
  });

  test('have no scores where the reward has none', async () => {
    const remembered = rememberRatings(recorded(false).rate, 2);
    expect((await remembered(Int32Array.of(1, 2))).scores).toBeUndefined();
    expect((await remembered(new Int32Array())).logRewards).toHaveLength(0);
  });

  test('are forgotten first for the objects that occurred longest ago', async () => {
    const { rate, asked } = recorded();
    const remembered = rememberRatings(rate, 2, 2);
    await remembered(Int32Array.of(1, 1, 2, 2));
    await remembered(Int32Array.of(1, 1));
    await remembered(Int32Array.of(3, 3));
    await remembered(Int32Array.of(1, 1, 2, 2));
    expect(asked).toEqual([[1, 1, 2, 2], [3, 3], [2, 2]]); // biome-ignore format: three questions
  });

  test('stay correct for more objects than are remembered', async () => {
    const remembered = rememberRatings(recorded().rate, 2, 1);
    expect(Array.from((await remembered(Int32Array.of(1, 1, 2, 2, 3, 3, 1, 1))).logRewards)).toEqual([11, 22, 33, 11]);
  });

  test('that fail are not remembered', async () => {
    let fails = true;
    const remembered = rememberRatings(async (objects) => {
      if (fails) throw new Error('the object 1, 2 cannot be rated');
      return recorded().rate(objects);
    }, 2);
    await expect(remembered(Int32Array.of(1, 2))).rejects.toThrow('the object 1, 2 cannot be rated');
    fails = false;
    expect(Array.from((await remembered(Int32Array.of(1, 2))).logRewards)).toEqual([12]);
  });
});
