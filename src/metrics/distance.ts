import { log } from '../numeric/elementary.ts';
import { checkGiven } from '../text/check-given.ts';

/** A distribution over objects, by object number. */
export type Distribution = Float32Array | Float64Array;

// Wide enough for distributions normalised in float32, narrow enough to refuse unnormalised ones.
const SUM_TOLERANCE = 1e-5;

/**
 * Total variation: 1/2 sum |p(x) - q(x)|, from 0 (equal) to 1 (disjoint). The `exact_dist.tv` of the Ent-PPO paper's
 * code.
 * @throws Error unless both are distributions over equally many objects.
 */
export function totalVariation(p: Distribution, q: Distribution): number {
  checkGiven('totalVariation', { p, q }, 'list');
  checkPair(p, q);
  let sum = 0;
  for (let i = 0; i < p.length; i++) sum += Math.abs(p[i] - q[i]);
  return sum / 2;
}

/**
 * KL(p ‖ q), the Kullback-Leibler divergence in nats: the sum of p log(p / q) over x with p(x) > 0. Infinite if q
 * misses an object that p has. In the metric `klTargetLearnt` p is the target.
 * @throws Error unless both are distributions over equally many objects.
 */
export function klDivergence(p: Distribution, q: Distribution): number {
  checkGiven('klDivergence', { p, q }, 'list');
  checkPair(p, q);
  return sumOfLogRatios(p, (i) => q[i]);
}

/**
 * The sum of target log(target / (learnt + 1e-9)), the `exact_dist.kl` of the Ent-PPO paper's code: always finite, and
 * below KL(target ‖ learnt) by about 1e-9 for each object, so that it can be slightly negative. In nats, as the metric
 * `klPaper`.
 * @throws Error unless both are distributions over equally many objects.
 */
export function klPaper(target: Distribution, learnt: Distribution): number {
  checkGiven('klPaper', { target, learnt }, 'list');
  checkPair(target, learnt);
  return sumOfLogRatios(target, (i) => learnt[i] + 1e-9);
}

/**
 * Jensen-Shannon divergence in nats: KL(p, m) / 2 + KL(q, m) / 2 with m = (p + q) / 2 (Lin, Divergence measures based
 * on the Shannon entropy, 1991). From 0 (equal) to ln 2 (disjoint), symmetric.
 * @throws Error unless both are distributions over equally many objects.
 */
export function jensenShannon(p: Distribution, q: Distribution): number {
  checkGiven('jensenShannon', { p, q }, 'list');
  checkPair(p, q);
  const middle = (i: number): number => (p[i] + q[i]) / 2;
  // Rounding may leave equal distributions a few 1e-17 apart, in either direction.
  return Math.max(0, (sumOfLogRatios(p, middle) + sumOfLogRatios(q, middle)) / 2);
}

function sumOfLogRatios(p: Distribution, denominator: (index: number) => number): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++) if (p[i] > 0) sum += p[i] * log(p[i] / denominator(i));
  return sum;
}

function checkPair(p: Distribution, q: Distribution): void {
  if (p.length !== q.length) {
    throw new Error(`Distributions over ${p.length} and over ${q.length} objects cannot be compared.`);
  }
  checkDistribution(p, 'first');
  checkDistribution(q, 'second');
}

function checkDistribution(p: Distribution, which: string): void {
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    if (!(p[i] >= 0 && p[i] < Number.POSITIVE_INFINITY)) {
      throw new Error(`The ${which} distribution gives object ${i} the probability ${p[i]}.`);
    }
    sum += p[i];
  }
  if (!(Math.abs(sum - 1) <= SUM_TOLERANCE)) {
    throw new Error(
      `The probabilities of the ${which} distribution sum to ${sum}, not to 1: divide them by their sum.`,
    );
  }
}
