/** A derivative from differences, with an error estimate, element by element. */
export interface DifferenceEstimate {
  readonly derivative: Float64Array;
  readonly error: Float64Array;
}

/** Widest step. Directions have elements of about 1, so this moves every number by about a hundredth. */
const firstStep = 2 ** -6;

/** Steps halve down to 2^-20, about 1e-6: float64's rounding, 1e-16 of f, is then still 1e-10 of the derivative. */
const maxSteps = 15;

/** If the estimated error is this small relative to f, smaller steps would only add rounding. */
const settled = 1e-12;

/**
 * The derivative of t -> f(t) at t = 0 by central differences, (f(h) - f(-h)) / 2h, over halving steps h, extrapolated
 * to h = 0. The error of a central difference is a series in h^2, so with D(i, 0) the difference at step h / 2^i
 *    D(i, k) = (4^k D(i, k-1) - D(i-1, k-1)) / (4^k - 1) is off by h^(2k+2) only. Each element takes the estimate that
 *   agrees best with the two it was computed from (Ridders, "Accurate computation of F'(x) and F'(x) F''(x)", 1982),
 *   which excludes steps across a kink.
 */
export async function differentiate(f: (t: number) => Promise<Float64Array>): Promise<DifferenceEstimate> {
  const size = (await f(0)).length;
  // Elements for which no step gives a number are unknown, rather than 0.
  const derivative = new Float64Array(size).fill(Number.NaN);
  const error = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
  let previous: Float64Array[] = [];
  for (let i = 0; i < maxSteps; i++) {
    const h = firstStep * 2 ** -i;
    const [above, below] = [await f(h), await f(-h)];
    const row = [above.map((value, n) => (value - below[n]) / (2 * h))];
    for (let k = 1; k <= i; k++) {
      const factor = 4 ** k;
      const extrapolated = row[k - 1].map((fine, n) => (factor * fine - previous[k - 1][n]) / (factor - 1));
      extrapolated.forEach((estimate, n) => {
        const off = Math.max(Math.abs(estimate - row[k - 1][n]), Math.abs(estimate - previous[k - 1][n]));
        if (off >= error[n]) return;
        error[n] = off;
        derivative[n] = estimate;
      });
      row.push(extrapolated);
    }
    previous = row;
    if (error.every((off, n) => off <= settled * Math.max(1, Math.abs(above[n])))) break;
  }
  return { derivative, error };
}
