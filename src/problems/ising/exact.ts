import { exp, log, square } from '../../numeric/elementary.ts';
import { cosPi } from '../../numeric/turns.ts';

/**
 * The Ising model on an n by n torus: the log-reward of spins z is 2 sigma times the sum of z_i z_j over pairs of
 * neighbours (each pair counted in both directions, as a sum over an adjacency matrix does), so that the coupling of
 * physics is K = 2 sigma.
 */

/**
 * Each pair of neighbours once, with spins numbered row by row. On a side of 2 both directions are the same pair: 4,
 * not 8.
 */
export function torusPairs(side: number): readonly (readonly [number, number])[] {
  const pairs = new Map<string, readonly [number, number]>();
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const here = row * side + column;
      for (const there of [row * side + ((column + 1) % side), ((row + 1) % side) * side + column]) {
        if (here !== there) pairs.set([Math.min(here, there), Math.max(here, there)].join(), [here, there]);
      }
    }
  }
  return [...pairs.values()];
}

/**
 * log Z of the torus, exactly, by Kaufman's formula (B. Kaufman, Crystal Statistics II, Physical Review 76, 1949).
 *
 * @param side n, at least 3: on a side of 2 the torus has other pairs
 * @param sigma the coupling. A negative one on an even side has the partition function of its absolute value; on an odd
 * side
 *   the lattice is frustrated, and the formula does not hold
 * @throws on a side below 3, and on a negative coupling on an odd side
 */
export function isingLogPartition(side: number, sigma: number): number {
  if (!Number.isInteger(side) || side < 3) throw new Error(`Kaufman's formula holds from a side of 3, not of ${side}.`);
  if (sigma < 0 && side % 2 === 1) {
    throw new Error(
      `On an odd side (${side}) an antiferromagnet is frustrated: Kaufman's formula does not hold there.`,
    );
  }
  if (sigma === 0) return side * side * Math.LN2;
  const coupling = 2 * Math.abs(sigma);
  const [up, down] = [exp(2 * coupling), exp(-2 * coupling)];
  const [cosh, sinh] = [(up + down) / 2, (up - down) / 2];
  const gamma = (l: number) => {
    // gamma_0 keeps its sign: it is negative below the critical coupling.
    if (l === 0) return 2 * coupling + log((1 - exp(-2 * coupling)) / (1 + exp(-2 * coupling)));
    const cosine = square(cosh) / sinh - cosPi(l / side);
    return log(cosine + Math.sqrt((cosine - 1) * (cosine + 1)));
  };
  const half = (l: number) => (side * gamma(l)) / 2;
  const products = [1, 0].flatMap((odd) => {
    const halves = Array.from({ length: side }, (_, r) => half(2 * r + odd));
    return [
      { sign: 1, size: halves.reduce((sum, x) => sum + logTwoCosh(x), 0) },
      {
        sign: halves.reduce((sign, x) => sign * Math.sign(x), 1),
        size: halves.reduce((sum, x) => sum + logTwoSinh(Math.abs(x)), 0),
      },
    ];
  });
  const largest = Math.max(...products.map(({ size }) => size));
  const sum = products.reduce((total, { sign, size }) => total + sign * exp(size - largest), 0);
  const prefactor = ((side * side) / 2) * log(2 * sinh);
  return prefactor - Math.LN2 + largest + log(sum);
}

/**
 * The mean of z_i z_j over pairs of neighbours, which is the derivative of log Z by the coupling K = 2 sigma, divided
 * by the 2 n^2 pairs; by a central difference, to about 8 digits.
 *
 * @throws as `isingLogPartition` does
 */
export function isingAgreement(side: number, sigma: number): number {
  // The sign of the coupling is the same on both sides. Without coupling, neighbours are independent.
  if (sigma === 0) return 0;
  const step = Math.min(1e-4, Math.abs(sigma) / 2);
  const difference = isingLogPartition(side, sigma + step) - isingLogPartition(side, sigma - step);
  return difference / (4 * step) / (2 * square(side));
}

/** log(2 cosh x), without overflow. */
function logTwoCosh(x: number): number {
  return Math.abs(x) + log(1 + exp(-2 * Math.abs(x)));
}

/** log(2 sinh x) for x of at least 0. */
function logTwoSinh(x: number): number {
  if (x > 0.5) return x + log(1 - exp(-2 * x));
  // The difference would lose the digits of a small x: sinh x / x = 1 + x^2 / 6 (1 + x^2 / 20 (1 + ...)).
  const z = square(x);
  return log(2 * x * [6, 20, 42, 72, 110, 156, 210].reduceRight((rest, divisor) => 1 + (z / divisor) * rest, 1));
}
