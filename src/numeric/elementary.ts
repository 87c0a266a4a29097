/**
 * exp and log from additions, multiplications and divisions only, which round alike everywhere. Those of `Math` differ
 * in their last bit between engines, and then the metrics and checkpoints of a run would differ too.
 */

/** ln 2 as a sum: the first part has 32 bits, so that its products with an exponent are exact. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/** e to the power of x, within one unit of the last place. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY;
  if (x < -745.1332191019412) return 0;
  // x = k ln 2 + r, with r as a sum of two numbers, the second correcting the first.
  const k = Math.round(x * Math.LOG2E);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  // (e^r - 1 - r) / r^2 as 1/2! + r/3! + ... + r^11/13!: the next term is below a tenth of the last bit.
  const q = 1 / 362_880 + r * (1 / 3_628_800 + r * (1 / 39_916_800 + r * (1 / 479_001_600 + r / 6_227_020_800)));
  const series =
    1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720 + r * (1 / 5040 + r * (1 / 40_320 + r * q))))));
  const value = 1 + (high + (r * r * series - low));
  if (k > -1022 && k < 1023) return value * powerOfTwo(k);
  // Two factors, because 2^k alone may not be a normal number even if the product is.
  const half = k >> 1;
  return value * powerOfTwo(half) * powerOfTwo(k - half);
}

/** The natural logarithm, within one unit of the last place; NaN below 0. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  // x = 2^k (1 + f), 1 + f between the square roots of 1/2 and 2. A subnormal x is made normal first.
  const isSmall = x < 2.2250738585072014e-308;
  float[0] = isSmall ? x * 18_014_398_509_481_984 : x;
  const words = halves[upper];
  let k = (words >> 20) - 1023 - (isSmall ? 54 : 0);
  halves[upper] = (words & 0xfffff) | 0x3ff00000;
  let mantissa = float[0];
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    k++;
  }
  const f = mantissa - 1;
  // log(1 + f) = 2 atanh(s) = f - (f^2 / 2 - s (f^2 / 2 + R)): f is exact, and its correction is small.
  const s = f / (2 + f);
  const z = s * s;
  // (2 atanh(s) - 2 s) / s^3 as 2/3 + 2/5 z + ... + 2/23 z^10: the next term is below a tenth of the last bit.
  const q = 2 / 15 + z * (2 / 17 + z * (2 / 19 + z * (2 / 21 + z * (2 / 23))));
  const series = 2 / 3 + z * (2 / 5 + z * (2 / 7 + z * (2 / 9 + z * (2 / 11 + z * (2 / 13 + z * q)))));
  const square = 0.5 * f * f;
  return k * LN2_HIGH - (square - (s * (square + z * series) + k * LN2_LOW) - f);
}

/** x^2. `x ** 2` is the same in most engines, but not in all. */
export const square = (x: number): number => x * x;

/**
 * A number and its two 32-bit halves, of which one has the exponent. Always written before being read, so they carry no
 * state.
 */
const float = Float64Array.of(1);
const halves = new Int32Array(float.buffer);
const upper = halves[1] === 0 ? 0 : 1;

/** 2^k of a normal number. */
function powerOfTwo(k: number): number {
  halves[upper] = (k + 1023) << 20;
  halves[1 - upper] = 0;
  return float[0];
}
