import { describe, expect, test } from 'vitest';
import { isingLogPartition, torusPairs } from '../../src/problems/ising/exact.ts';

/** log Z by adding up all states. */
function byEnumeration(side: number, sigma: number): number {
  const pairs = torusPairs(side);
  let total = 0;
  for (let state = 0; state < 2 ** (side * side); state++) {
    const spin = (i: number) => 2 * ((state >> i) & 1) - 1;
    total += Math.exp(2 * sigma * pairs.reduce((sum, [i, j]) => sum + spin(i) * spin(j), 0));
  }
  return Math.log(total);
}

const told: Readonly<Record<number, readonly number[]>> = {
  3: [6.33541559, 6.669744604, 8.456456374, 16.541695727],
  4: [11.252588452, 11.771470359, 14.561093024, 28.868067938],
  5: [17.580900056, 18.369204245, 22.428359437, 44.716441773],
  6: [25.31634027, 26.44494918, 32.057294913, 64.08669014],
  9: [56.961730658, 59.497049786, 71.512723164, 143.328618698],
  10: [70.323124233, 73.453097804, 88.187700616, 176.786321893],
};
const sigmas = [0.05, 0.1, 0.2, 0.44];

describe('the Ising torus', () => {
  test('has 4, 18 and 32 pairs on sides of 2, 3 and 4', () => {
    expect([2, 3, 4].map((side) => torusPairs(side).length)).toEqual([4, 18, 32]);
  });

  test.each(Object.keys(told).map(Number))('of side %i: log Z by the formula', (side) => {
    for (const [i, sigma] of sigmas.entries()) {
      // Told to 9 decimals, so half of the last one.
      expect(Math.abs(isingLogPartition(side, sigma) - told[side][i])).toBeLessThanOrEqual(6e-10);
    }
  });

  test('the formula is the sum over all states, for negative couplings on an even side too', () => {
    for (const sigma of sigmas) {
      expect(Math.abs(isingLogPartition(3, sigma) - byEnumeration(3, sigma))).toBeLessThanOrEqual(1e-11);
    }
    for (const sigma of [0.2, -0.2]) {
      expect(Math.abs(isingLogPartition(4, sigma) - byEnumeration(4, sigma))).toBeLessThanOrEqual(1e-11);
    }
    expect(Math.abs(byEnumeration(3, -0.2) - 7.338559721)).toBeLessThanOrEqual(6e-10);
    expect(Math.abs(byEnumeration(2, 0.1) - 2.853577508)).toBeLessThanOrEqual(6e-10);
    expect(() => isingLogPartition(3, -0.2)).toThrow('frustrated');
    expect(() => isingLogPartition(2, 0.1)).toThrow('from a side of 3');
  });

  test('without a coupling every state counts once', () => {
    expect(isingLogPartition(7, 0)).toBe(49 * Math.LN2);
  });
});
