import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { farthestPoints } from '../../src/metrics/farthest-points.ts';

const gap = (a: number, b: number) => Math.abs(a - b);

describe('objects that are unlike one another', () => {
  test('start with the first, and go on with the farthest from all chosen', () => {
    expect(farthestPoints([5, 0, 4, 10, 7], 4, gap)).toEqual([0, 1, 3, 4]);
  });

  test('are each as far from those before as any object left could be', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 20 }), fc.nat(25), (objects, count) => {
        const chosen = farthestPoints(objects, count, gap);
        expect(chosen.length).toBe(Math.min(count, objects.length));
        expect(new Set(chosen).size).toBe(chosen.length);
        for (let i = 1; i < chosen.length; i++) {
          const before = chosen.slice(0, i);
          const reach = (place: number) => Math.min(...before.map((other) => gap(objects[place], objects[other])));
          const left = objects.map((_, place) => place).filter((place) => !before.includes(place));
          expect(reach(chosen[i])).toBe(Math.max(...left.map(reach)));
        }
      }),
    );
  });
});
