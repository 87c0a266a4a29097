import { expect, test } from 'vitest';
import { clearPlace, thinned } from '../../../src/page/article/line-chart.ts';

const line = (...ys: number[]) => [{ name: '', colour: 0, points: ys.map((y, x) => ({ x, y })) }];

test('the name of a level is placed between the lines', () => {
  // A line that comes up to it from below leaves room above, and one from above leaves it below.
  expect(clearPlace(line(0, 1, 2, 3, 3.9), 4).isAbove).toBe(true);
  expect(clearPlace(line(8, 7, 6, 5, 4.1), 4).isAbove).toBe(false);
  // One that swings around it in the end leaves it at the start.
  expect(clearPlace(line(0, 1, 2, 3, 4.1, 3.9, 4.1, 3.9, 4.1, 3.9), 4)).toEqual({ isAtEnd: false, isAbove: true });
  expect(clearPlace([], 4)).toEqual({ isAtEnd: true, isAbove: true });
});

test('a curve with too many points loses every other one, but never its last', () => {
  const points = Array.from({ length: 7 }, (_, x) => ({ x, y: x }));
  expect(thinned(points, 6).map(({ x }) => x)).toEqual([1, 3, 5, 6]);
  expect(thinned(points, 7)).toEqual(points);
});
