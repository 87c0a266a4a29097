import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recentValues } from '../../src/metrics/recent-values.ts';
import { cases } from './walks.ts';

test('a window holds the last values pushed, and returns those it drops', () => {
  const window = recentValues(3);
  expect([window.push(1), window.push(2), window.push(3)]).toEqual([undefined, undefined, undefined]);
  expect([window.push(4), window.push(5)]).toEqual([1, 2]);
  expect([...window.values()]).toEqual([3, 4, 5]);
  expect(window.count()).toBe(3);
});

test('a window is the end of the stream, whatever its capacity', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.array(fc.double({ noNaN: true }), { maxLength: 40 }),
      (size, all) => {
        const window = recentValues(size);
        const gone = all.map(window.push).filter((value) => value !== undefined);
        expect([...window.values()]).toEqual(all.slice(-size));
        expect(gone).toEqual(all.slice(0, Math.max(0, all.length - size)));
        expect(window.count()).toBe(Math.min(size, all.length));
      },
    ),
    cases(200),
  );
});

test('what a window holds is a copy', () => {
  const window = recentValues(2);
  window.push(1);
  window.values()[0] = 7;
  expect([...window.values()]).toEqual([1]);
});

test('a window without room is refused', () => {
  for (const capacity of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => recentValues(capacity)).toThrow(`at least 1, not ${capacity}`);
  }
});
