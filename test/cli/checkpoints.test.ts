import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { checkpointsOf } from '../../src/cli/checkpoints.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** Saving that takes so many seconds. */
const taking = (seconds: number) => async () => {
  vi.advanceTimersByTime(1000 * seconds);
};

test('by default a run is saved at once and then every five seconds', async () => {
  const checkpoints = checkpointsOf(undefined, false);
  expect(checkpoints.isDue(0)).toBe(true);
  await checkpoints.take(taking(0.01));
  expect(checkpoints.isDue(1)).toBe(false);
  vi.advanceTimersByTime(4990);
  expect(checkpoints.isDue(2)).toBe(false);
  vi.advanceTimersByTime(20);
  expect(checkpoints.isDue(3)).toBe(true);
});

test('saves are less frequent if they would take more than a hundredth of the time', async () => {
  const checkpoints = checkpointsOf(undefined, false);
  await checkpoints.take(taking(2));
  vi.advanceTimersByTime(199_000);
  expect(checkpoints.isDue(1)).toBe(false);
  vi.advanceTimersByTime(2000);
  expect(checkpoints.isDue(2)).toBe(true);
});

test('a resumed run already has a checkpoint', () => {
  expect(checkpointsOf(undefined, true).isDue(7)).toBe(false);
  expect(checkpointsOf(4, true).isDue(7)).toBe(false);
});

test('with a number of iterations, runs are saved at its multiples, whatever the time', async () => {
  const checkpoints = checkpointsOf(4, false);
  expect(checkpoints.isDue(0)).toBe(true);
  await checkpoints.take(taking(100));
  expect([1, 3, 4, 8, 9].map(checkpoints.isDue)).toEqual([false, false, true, true, false]);
});
