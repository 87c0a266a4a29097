import { describe, expect, test } from 'vitest';
import { inclusionProbabilities, setsLogPartition } from '../../src/problems/sets/exact.ts';

const weights = Array.from({ length: 10 }, (_, i) => (((7 * i) % 10) - 4.5) / 5);

describe('sums over sets of 4 of 10 items', () => {
  test('log Z is that of all 210 sets', () => {
    // A dozen terms of order 1 in float64, told to 12 decimals.
    expect(Math.abs(setsLogPartition(weights, 4) - 5.775125786885)).toBeLessThanOrEqual(1e-12);
    let total = 0;
    for (let set = 0; set < 1024; set++) {
      const items = weights.filter((_, i) => (set >> i) & 1);
      if (items.length === 4) total += Math.exp(items.reduce((sum, weight) => sum + weight, 0));
    }
    expect(Math.abs(setsLogPartition(weights, 4) - Math.log(total))).toBeLessThanOrEqual(1e-13);
  });

  test('items occur in their known number of sets', () => {
    const told = [
      0.191818777, 0.528317741, 0.362832335, 0.227373692, 0.583819068, 0.416174283, 0.26782304, 0.636860768,
      0.471871628, 0.313108668,
    ];
    const found = inclusionProbabilities(weights, { size: 4 });
    // Told to 9 decimals.
    for (const [i, probability] of told.entries()) expect(Math.abs(found[i] - probability)).toBeLessThanOrEqual(5e-10);
    expect(Math.abs(found.reduce((sum, probability) => sum + probability, 0) - 4)).toBeLessThanOrEqual(1e-12);
  });

  test('a hundred items with large weights neither overflow nor lose their order', () => {
    const large = Array.from({ length: 100 }, (_, i) => 10 * i);
    // The largest set outweighs the next by e^10.
    expect(Math.abs(setsLogPartition(large, 3) - (990 + 980 + 970))).toBeLessThanOrEqual(1e-3);
  });
});
