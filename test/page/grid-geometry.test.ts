import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arrowPolygon, cellAt, cellBeside, cellsBetween, centreOf } from '../../src/page/ui/grid-geometry.ts';
import { fillCells } from '../../src/page/ui/grid-picture.ts';

const geometry = { columns: 4, rows: 3, width: 400, height: 300 };
const cells = fc.record({ x: fc.nat({ max: 20 }), y: fc.nat({ max: 20 }) });

describe('cells and points', () => {
  test('the first cell is at the lower left', () => {
    expect(centreOf(geometry, { x: 0, y: 0 })).toEqual({ left: 50, top: 250 });
    expect(cellAt(geometry, { left: 1, top: 299 })).toEqual({ x: 0, y: 0 });
  });

  test('the middle of a cell lies in that cell', () => {
    for (let x = 0; x < 4; x++)
      for (let y = 0; y < 3; y++) expect(cellAt(geometry, centreOf(geometry, { x, y }))).toEqual({ x, y });
  });

  test('there is no cell outside of the picture', () => {
    for (const point of [
      { left: -1, top: 5 },
      { left: 401, top: 5 },
      { left: 5, top: -1 },
      { left: 5, top: 301 },
    ]) {
      expect(cellAt(geometry, point)).toBeUndefined();
    }
  });
});

test('a stroke passes from cell to touching cell, from its first to its last', () => {
  fc.assert(
    fc.property(cells, cells, (from, to) => {
      const passed = cellsBetween(from, to);
      expect(passed[0]).toEqual(from);
      expect(passed.at(-1)).toEqual(to);
      for (let i = 1; i < passed.length; i++) {
        const step = Math.max(Math.abs(passed[i].x - passed[i - 1].x), Math.abs(passed[i].y - passed[i - 1].y));
        expect(step).toBe(1);
      }
      expect(passed.length).toBe(1 + Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y)));
    }),
  );
});

test('arrow keys move up the picture and to the right, and stop at its edges', () => {
  expect(cellBeside(geometry, { x: 1, y: 1 }, 'ArrowUp')).toEqual({ x: 1, y: 2 });
  expect(cellBeside(geometry, { x: 1, y: 1 }, 'ArrowRight')).toEqual({ x: 2, y: 1 });
  expect(cellBeside(geometry, { x: 0, y: 0 }, 'ArrowDown')).toEqual({ x: 0, y: 0 });
  expect(cellBeside(geometry, { x: 0, y: 0 }, 'ArrowLeft')).toEqual({ x: 0, y: 0 });
  expect(cellBeside(geometry, { x: 2, y: 1 }, 'End')).toEqual({ x: 3, y: 2 });
  expect(cellBeside(geometry, { x: 2, y: 1 }, 'a')).toBeUndefined();
});

test('an arrow ends in its point, and is as thick as asked', () => {
  const points = arrowPolygon({ left: 0, top: 0 }, { left: 100, top: 0 }, 6);
  expect(points[3]).toEqual({ left: 100, top: 0 });
  expect(points[0].top - points[6].top).toBe(6);
  expect(arrowPolygon({ left: 5, top: 5 }, { left: 5, top: 5 }, 3)).toEqual([]);
});

test('cells become pixels with the first row at the foot, values beyond the scale at its ends', () => {
  const pixels = new Uint8ClampedArray(16);
  const colours = Uint8ClampedArray.from([0, 0, 0, 255, 100, 100, 100, 255, 200, 200, 200, 255]);
  fillCells(pixels, { width: 2, height: 2, values: Float64Array.of(0, 0.5, 1, 9) }, colours, 0, 1);
  // Values stand as (0, 0), (0, 1), (1, 0), (1, 1); pixels from the upper left.
  expect([0, 4, 8, 12].map((at) => pixels[at])).toEqual([100, 200, 0, 200]);
});
