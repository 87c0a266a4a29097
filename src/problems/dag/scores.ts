import { log } from '../../numeric/elementary.ts';
import { choleskyLogDeterminant, choleskySolve } from './cholesky.ts';
import { logGamma } from './log-gamma.ts';

/** Data of d variables: n packed rows of d numbers. */
export interface DagData {
  readonly variables: number;
  readonly rows: number;
  readonly values: ArrayLike<number>;
}

/**
 * The log marginal likelihood of a variable given its parents, whose sum is a graph's log-score: adding an edge changes
 * the score of only one variable.
 * @param parents a bit for each parent
 */
export type LocalScore = (variable: number, parents: number) => number;

/** Prior settings of the BGe score. */
export interface BgeOptions {
  /** alpha_mu: the number of observations that the prior mean counts as. 1 by default. */
  readonly meanWeight?: number | undefined;
  /** alpha_w: degrees of freedom of the Wishart prior, above d + 1. d + 2 by default. */
  readonly degreesOfFreedom?: number | undefined;
}

/**
 * The BGe score of linear-Gaussian networks with a normal-Wishart prior of mean 0 (Geiger & Heckerman 1994, with the
 * corrections of Kuipers, Moffa & Heckerman 2014). Graphs that imply the same independences have equal scores.
 * @throws on invalid degrees of freedom or an invalid weight of the mean
 */
export function bgeScore(data: DagData, options: BgeOptions = {}): LocalScore {
  const { variables: d, rows: n } = data;
  const { meanWeight = 1, degreesOfFreedom = d + 2 } = options;
  if (!(meanWeight > 0)) throw new Error(`BGe: meanWeight must be above 0, not ${meanWeight}.`);
  if (!(degreesOfFreedom > d + 1)) {
    throw new Error(
      `BGe: degreesOfFreedom must be above the number of variables plus 1, ${d + 1}, not ${degreesOfFreedom}.`,
    );
  }
  const t = (meanWeight * (degreesOfFreedom - d - 1)) / (meanWeight + 1);
  const scatter = posteriorScatter(data, t, meanWeight);
  const logDeterminant = (set: number) => choleskyLogDeterminant(submatrix(scatter, d, set));
  return (variable, parents) => {
    const p = bitsOf(parents).length;
    const freedom = degreesOfFreedom - d + p;
    return (
      0.5 * (log(meanWeight) - log(n + meanWeight)) +
      logGamma(0.5 * (n + freedom + 1)) -
      logGamma(0.5 * (freedom + 1)) -
      0.5 * n * log(Math.PI) +
      0.5 * (freedom + p + 1) * log(t) +
      0.5 * (n + freedom) * logDeterminant(parents) -
      0.5 * (n + freedom + 1) * logDeterminant(parents | (1 << variable))
    );
  };
}

/** T = t I + the scatter about the mean + the distance of the mean from the prior's, 0. */
function posteriorScatter({ variables: d, rows: n, values }: DagData, t: number, meanWeight: number): Float64Array {
  const mean = Float64Array.from({ length: d }, (_, i) => {
    let sum = 0;
    for (let row = 0; row < n; row++) sum += values[row * d + i];
    return sum / n;
  });
  const weight = (n * meanWeight) / (n + meanWeight);
  return Float64Array.from({ length: d * d }, (_, at) => {
    const [i, j] = [Math.floor(at / d), at % d];
    let sum = i === j ? t : 0;
    for (let row = 0; row < n; row++) sum += (values[row * d + i] - mean[i]) * (values[row * d + j] - mean[j]);
    return sum + weight * mean[i] * mean[j];
  });
}

/** The settings of the linear-Gaussian score. */
export interface LinearGaussianOptions {
  /** Variance of each variable given its parents. 0.1 by default. */
  readonly noiseVariance?: number | undefined;
  /** Variance of each edge's weight. 1 by default. */
  readonly weightVariance?: number | undefined;
}

/**
 * The score of linear-Gaussian networks with known noise and independent normal weights: of a variable x_j with
 * parents' columns X_P, log N(x_j; 0, noise I + weight X_P X_P^T). It is computed by the matrix inversion and
 * determinant lemmas, with matrices whose size is the number of parents.
 */
export function linearGaussianScore(data: DagData, options: LinearGaussianOptions = {}): LocalScore {
  const { noiseVariance = 0.1, weightVariance = 1 } = options;
  for (const [name, variance] of Object.entries({ noiseVariance, weightVariance })) {
    if (!(variance > 0)) throw new Error(`The linear-Gaussian score: ${name} must be above 0, not ${variance}.`);
  }
  const { variables: d, rows: n } = data;
  const products = crossProducts(data);
  return (variable, parents) => {
    const set = bitsOf(parents);
    const p = set.length;
    // S = noise I + weight X_P^T X_P, and y = X_P^T x_j.
    const s = Float64Array.from({ length: p * p }, (_, at) => {
      const [i, j] = [Math.floor(at / p), at % p];
      return weightVariance * products[set[i] * d + set[j]] + (i === j ? noiseVariance : 0);
    });
    const y = Float64Array.from(set, (parent) => products[parent * d + variable]);
    const solved = choleskySolve(s, y);
    const explained = y.reduce((sum, value, i) => sum + value * solved[i], 0) * weightVariance;
    const quadratic = (products[variable * d + variable] - explained) / noiseVariance;
    const logDeterminant = choleskyLogDeterminant(s) + (n - p) * log(noiseVariance);
    return -0.5 * (quadratic + logDeterminant + n * log(2 * Math.PI));
  };
}

/** X^T X. */
function crossProducts({ variables: d, rows: n, values }: DagData): Float64Array {
  return Float64Array.from({ length: d * d }, (_, at) => {
    const [i, j] = [Math.floor(at / d), at % d];
    let sum = 0;
    for (let row = 0; row < n; row++) sum += values[row * d + i] * values[row * d + j];
    return sum;
  });
}

/** The positions of the bits that are set. */
export function bitsOf(set: number): number[] {
  const bits: number[] = [];
  for (let i = 0; i < 32; i++) if ((set >>> i) & 1) bits.push(i);
  return bits;
}

function submatrix(matrix: Float64Array, size: number, set: number): Float64Array {
  const rows = bitsOf(set);
  return Float64Array.from(rows.flatMap((i) => rows.map((j) => matrix[i * size + j])));
}
