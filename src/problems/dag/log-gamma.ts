import { log } from '../../numeric/elementary.ts';

/** Coefficients B_2k / (2k (2k - 1)) of Stirling's series, k = 1 .. 6. */
const stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360];

/**
 * log Gamma(x) for x above 0, by Stirling's series from 10 on; below, Gamma(x) = Gamma(x + 1) / x. The first omitted
 * term, 1 / (156 x^13), is below 1e-15 there.
 */
export function logGamma(x: number): number {
  let shift = 0;
  let at = x;
  for (; at < 10; at++) shift += log(at);
  let series = 0;
  for (let k = 0, power = 1 / at; k < stirling.length; k++, power /= at * at) series += stirling[k] * power;
  return (at - 0.5) * log(at) - at + 0.5 * log(2 * Math.PI) + series - shift;
}
