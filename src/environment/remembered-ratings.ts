import { checkGiven } from '../text/check-given.ts';
import { checkedRating } from './checked-rating.ts';
import type { ObjectRating } from './environment.ts';

/**
 * Caches a rating: results are remembered by the object's row, for the most recent objects, and equal objects in one call
 * are rated once.
 *
 * @param stateSize numbers in an object's row
 * @param max the number of objects remembered
 */
export function rememberRatings(rate: ObjectRating, stateSize: number, max = 100_000): ObjectRating {
  checkGiven('rememberRatings', { rate }, 'function');
  checkGiven('rememberRatings', { stateSize }, 'number');
  const asRow = { stateSize, text: (row: Int32Array) => row.join(' ') };
  const checked = checkedRating(rate, 'whose ratings are remembered', asRow);
  const known = new Map<string, { readonly logReward: number; readonly score: number | undefined }>();
  return async (objects) => {
    const count = objects.length / stateSize;
    const keys = Array.from({ length: count }, (_, i) => objects.subarray(i * stateSize, (i + 1) * stateSize).join());
    // An object known now may be forgotten while the others are rated.
    const answers = new Map<string, ReturnType<typeof known.get>>();
    const asked: number[] = [];
    for (const [i, key] of keys.entries()) {
      if (answers.has(key)) continue;
      answers.set(key, known.get(key));
      if (!known.has(key)) asked.push(i);
    }
    if (asked.length > 0) {
      const rows = new Int32Array(asked.length * stateSize);
      for (const [n, i] of asked.entries())
        rows.set(objects.subarray(i * stateSize, (i + 1) * stateSize), n * stateSize);
      const { logRewards, scores } = await checked(rows);
      for (const [n, i] of asked.entries()) {
        answers.set(keys[i], { logReward: logRewards[n], score: scores?.[n] });
      }
    }
    for (const [key, answer] of answers) {
      if (answer === undefined) continue;
      // A Map keeps the order of its entries, so the latest ones are moved to the end and the first are forgotten.
      known.delete(key);
      known.set(key, answer);
    }
    for (const key of known.keys()) {
      if (known.size <= max) break;
      known.delete(key);
    }
    const found = keys.map((key) => answers.get(key) ?? { logReward: Number.NaN, score: undefined });
    const logRewards = Float64Array.from(found, ({ logReward }) => logReward);
    if (found.some(({ score }) => score === undefined)) return { logRewards };
    return { logRewards, scores: Float64Array.from(found, ({ score }) => score ?? Number.NaN) };
  };
}
