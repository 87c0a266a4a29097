import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstView, fitsShape, isInView, largest, planeOf, stateAt } from '../../src/page/ui/grid-view.ts';

const shapes = fc.array(fc.integer({ min: 2, max: 4 }), { minLength: 2, maxLength: 4 });

/** Distinct whole numbers for each cell, so that sums are exact and no two places can be taken for one another. */
function numbered(shape: readonly number[]): Float64Array {
  const count = shape.reduce((product, side) => product * side, 1);
  return Float64Array.from({ length: count }, (_, object) => object);
}

describe('the plane of a grid', () => {
  test('of two axes is the grid itself', () => {
    const { width, height, values } = planeOf([0, 1, 2, 3, 4, 5], [2, 3], firstView([2, 3]));
    expect([width, height]).toEqual([2, 3]);
    expect([...values]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('with its axes exchanged is the grid turned over', () => {
    const view = { ...firstView([2, 3]), horizontal: 1, vertical: 0 };
    expect([...planeOf([0, 1, 2, 3, 4, 5], [2, 3], view).values]).toEqual([0, 3, 1, 4, 2, 5]);
  });

  test('of sums covers all cells of the grid, whatever the axes', () => {
    fc.assert(
      fc.property(shapes, fc.nat(), fc.nat(), (shape, a, b) => {
        const horizontal = a % shape.length;
        const vertical = (horizontal + 1 + (b % (shape.length - 1))) % shape.length;
        const whole = numbered(shape);
        const { values } = planeOf(whole, shape, { ...firstView(shape), horizontal, vertical });
        const sum = (numbers: Float64Array) => numbers.reduce((total, value) => total + value, 0);
        expect(sum(values)).toBe(sum(whole));
      }),
    );
  });

  test('of a slice holds the cells of the states it stands for', () => {
    fc.assert(
      fc.property(shapes, fc.array(fc.nat(), { minLength: 4, maxLength: 4 }), (shape, places) => {
        const held = shape.map((side, axis) => places[axis] % side);
        const [horizontal, vertical] = [shape.length - 1, 0];
        const view = { horizontal, vertical, others: 'held' as const, held };
        const { width, height, values } = planeOf(numbered(shape), shape, view);
        for (let x = 0; x < width; x++) {
          for (let y = 0; y < height; y++) {
            const state = stateAt(view, x, y);
            expect(values[x * height + y]).toBe(state.reduce((index, place, axis) => index * shape[axis] + place, 0));
            expect(isInView(view, state)).toBe(true);
          }
        }
      }),
    );
  });

  test('has a highest value', () => {
    expect(largest(planeOf([0, 0.5, 0.2, 0.3], [2, 2], firstView([2, 2])))).toBe(0.5);
  });
});

test('a state outside of a slice is not in it, but is in sums', () => {
  const view = { ...firstView([3, 3, 3]), others: 'held' as const };
  expect(isInView(view, [1, 2, 1])).toBe(false);
  expect(isInView({ ...view, others: 'summed' }, [1, 2, 1])).toBe(true);
});

test('a view fits grids of its own number of axes, and places within them', () => {
  const view = firstView([4, 4, 4]);
  expect(fitsShape(view, [4, 4, 4])).toBe(true);
  expect(fitsShape(view, [4, 4])).toBe(false);
  expect(fitsShape({ ...view, held: [0, 0, 3] }, [4, 4, 3])).toBe(false);
  expect(fitsShape({ ...view, vertical: 0 }, [4, 4, 4])).toBe(false);
});
