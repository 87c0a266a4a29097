import { scheme } from 'vega';
import { describe, expect, test } from 'vitest';
import { blueToRed, colourTable, inkOn, viridis } from '../../src/page/ui/colour-map.ts';

/** The published table of viridis, through a package that has it. */
const published = scheme('viridis') as (share: number) => string;

describe('viridis', () => {
  test('is within 2 percent of the published table in every channel', () => {
    // The polynomial is a fit of degree 6: its largest error is 4 of 255, and rounding adds at most 1.
    for (let i = 0; i <= 100; i++) {
      const expected =
        /(\d+), (\d+), (\d+)/
          .exec(published(i / 100))
          ?.slice(1)
          .map(Number) ?? [];
      viridis(i / 100).forEach((channel, at) => {
        expect(Math.abs(channel - expected[at]), `channel ${at} at ${i} %`).toBeLessThanOrEqual(5);
      });
    }
  });

  test('grows lighter all the way, so that it reads without its hues', () => {
    const lightness = (share: number) => {
      const [red, green, blue] = viridis(share);
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    for (let i = 1; i <= 50; i++) expect(lightness(i / 50)).toBeGreaterThan(lightness((i - 1) / 50));
  });

  test('stays at its ends beyond them', () => {
    expect(viridis(-3)).toEqual(viridis(0));
    expect(viridis(7)).toEqual(viridis(1));
  });
});

describe('blue to red', () => {
  test('has the published ends, and their grey in the middle', () => {
    // Moreland's table: (59, 76, 192), (221, 221, 221), (180, 4, 38); the constants that he gives have three digits.
    const expected = [
      [59, 76, 192],
      [221, 221, 221],
      [180, 4, 38],
    ];
    [-1, 0, 1].forEach((at, i) => {
      blueToRed(at).forEach((channel, k) => {
        expect(Math.abs(channel - expected[i][k])).toBeLessThanOrEqual(2);
      });
    });
  });

  test('goes to the red side above 0 and to the blue side below', () => {
    const [red, , blue] = blueToRed(0.5);
    expect(red).toBeGreaterThan(blue + 50);
    const [redBelow, , blueBelow] = blueToRed(-0.5);
    expect(blueBelow).toBeGreaterThan(redBelow + 50);
  });
});

test('a table holds the scale as opaque pixels', () => {
  const table = colourTable(viridis, 3);
  expect([...table.subarray(4, 8)]).toEqual([...viridis(0.5), 255]);
  expect(table.length).toBe(12);
});

test('ink is black on light colours and white on dark ones', () => {
  expect(inkOn(viridis(0))).toBe('white');
  expect(inkOn(viridis(1))).toBe('black');
});
