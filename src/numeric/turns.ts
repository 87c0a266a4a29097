/**
 * Sine and cosine of half turns, by operations that round alike everywhere, which those of `Math` need not. Unlike
 * radians, half turns are reduced to range without rounding.
 */

/** cos(pi x), to a few units in the last place of 1. */
export function cosPi(x: number): number {
  const whole = Math.abs(x) % 2;
  const half = whole > 1 ? 2 - whole : whole;
  if (half > 0.5) return -cosPi(1 - half);
  return half > 0.25 ? sinUpToQuarter(Math.PI * (0.5 - half)) : cosUpToQuarter(Math.PI * half);
}

/** sin(pi x), to a few units in the last place of 1. */
export function sinPi(x: number): number {
  return cosPi((x % 2) - 0.5);
}

/** Taylor series up to pi / 4, where the next term is below 1e-17. */
function cosUpToQuarter(y: number): number {
  return series(1, [2, 12, 30, 56, 90, 132, 182, 240], y * y);
}

function sinUpToQuarter(y: number): number {
  return series(y, [6, 20, 42, 72, 110, 156, 210, 272], y * y);
}

/** first (1 - z / d0 (1 - z / d1 (1 - ...))). */
function series(first: number, divisors: readonly number[], z: number): number {
  return first * divisors.reduceRight((rest, divisor) => 1 - (z / divisor) * rest, 1);
}
