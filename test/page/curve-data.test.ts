import { describe, expect, test } from 'vitest';
import { axisEnd, shortCount } from '../../src/page/ui/curve-data.ts';

describe('an axis of iterations', () => {
  test('ends with the run, and before that a third beyond what there is', () => {
    expect(axisEnd([], 500)).toBe(100);
    expect(axisEnd([0, 300], 500)).toBe(400);
    expect(axisEnd([0, 450], 500)).toBe(500);
    expect(axisEnd([0, 17_455], 1_000_000)).toBe(23_274);
    expect(axisEnd([0], 1)).toBe(1);
  });

  test('has short numbers', () => {
    expect([0, 500, 1000, 2500, 20_000, 1_500_000].map(shortCount)).toEqual(['0', '500', '1k', '2.5k', '20k', '1.5M']);
  });
});
