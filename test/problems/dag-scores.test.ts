import { describe, expect, test } from 'vitest';
import { allDags } from '../../src/problems/dag/enumerate.ts';
import { logGamma } from '../../src/problems/dag/log-gamma.ts';
import { edgePrior, erdosRenyiPrior, fairPrior } from '../../src/problems/dag/priors.ts';
import { bgeScore, bitsOf, type LocalScore, linearGaussianScore } from '../../src/problems/dag/scores.ts';

const values = [1, 0.5, -0.25, -0.5, 0.25, 0.75, 0.25, -1, 0.5, 1.5, 1, -0.5, -1, -0.75, 0, 0.5, 0.25, 1.25];
const data = { variables: 3, rows: 6, values };

/** Child, parents, BGe, linear-Gaussian. */
const told: readonly (readonly [number, readonly number[], number, number])[] = [
  [0, [], -10.000887164, -22.66837592],
  [0, [1], -9.302471363, -14.087120027],
  [0, [2], -10.948532712, -23.631568389],
  [0, [1, 2], -10.327947026, -15.704367363],
  [1, [], -8.41699326, -13.29337592],
  [1, [0], -7.718577459, -8.8792368],
  [1, [2], -9.37132589, -14.256568389],
  [1, [0, 2], -8.750740203, -10.35468583],
  [2, [], -7.424550797, -12.04337592],
  [2, [0], -8.372196345, -13.592977258],
  [2, [1], -8.378883426, -13.107181756],
  [2, [0, 1], -9.404359089, -14.761568133],
];
const maskOf = (parents: readonly number[]) => parents.reduce((mask, parent) => mask | (1 << parent), 0);
/** Values told to 9 decimals are half of the last one off. */
const told9 = 6e-10;

test('the BGe score of one variable is its multivariate t density, whatever the prior mean counts as', () => {
  const x = [0.5, -1.25, 2, 0.75];
  for (const [meanWeight, degreesOfFreedom] of [
    [3, 4],
    [0.25, 7],
  ]) {
    // The mean and then the precision integrated out: x^T (I + 1 1^T / alpha)^-1 x = sum x^2 - (sum x)^2 / (n + alpha).
    const n = x.length;
    const t = (meanWeight * (degreesOfFreedom - 2)) / (meanWeight + 1);
    const [sum, squares] = [x.reduce((a, b) => a + b), x.reduce((a, b) => a + b * b, 0)];
    const quadratic = t + squares - sum ** 2 / (n + meanWeight);
    const expected =
      logGamma((n + degreesOfFreedom) / 2) -
      logGamma(degreesOfFreedom / 2) +
      0.5 * (Math.log(meanWeight / (n + meanWeight)) - n * Math.log(Math.PI)) +
      0.5 * (degreesOfFreedom * Math.log(t) - (n + degreesOfFreedom) * Math.log(quadratic));
    const found = bgeScore({ variables: 1, rows: n, values: x }, { meanWeight, degreesOfFreedom })(0, 0);
    // A dozen terms of up to 10 in float64.
    expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-13);
  }
});

describe.each([
  ['BGe', bgeScore(data), 2, -23.139964038],
  ['linear-Gaussian', linearGaussianScore(data), 3, -38.554651027],
] as const)('the %s score of three variables', (_, score, column, logPartition) => {
  const scoreOf = (parents: readonly number[]) => parents.reduce((sum, set, variable) => sum + score(variable, set), 0);

  test('equals the score of every child and set of parents', () => {
    for (const row of told) expect(Math.abs(score(row[0], maskOf(row[1])) - row[column])).toBeLessThanOrEqual(told9);
  });

  test('has the log Z of all 25 graphs', () => {
    const graphs = allDags(3);
    const total = graphs.reduce((sum, graph) => sum + Math.exp(scoreOf(graph) - logPartition), 0);
    expect(graphs).toHaveLength(25);
    expect(Math.abs(Math.log(total))).toBeLessThanOrEqual(told9);
  });
});

/** The probability of each edge i -> j. */
function edgeMarginals(score: LocalScore): number[] {
  const graphs = allDags(3).map((parents) => ({
    parents,
    weight: Math.exp(parents.reduce((sum, set, variable) => sum + score(variable, set), 0)),
  }));
  const total = graphs.reduce((sum, { weight }) => sum + weight, 0);
  const edges = [0, 1, 2].flatMap((i) => [0, 1, 2].filter((j) => j !== i).map((j) => [i, j] as const));
  return edges.map(
    ([i, j]) => graphs.reduce((sum, { parents, weight }) => sum + ((parents[j] >> i) & 1) * weight, 0) / total,
  );
}

test('has the stated marginals of edges, which a penalty with the wrong sign would change', () => {
  const marginals = [
    [bgeScore(data), [0.395050053, 0.205596276, 0.395023977, 0.204726589, 0.202433133, 0.201589522]],
    [linearGaussianScore(data), [0.0153968, 0.118848412, 0.984387279, 0.203810173, 0.146775341, 0.194199578]],
  ] as const;
  for (const [score, expected] of marginals) {
    const found = edgeMarginals(score);
    for (const [i, marginal] of expected.entries()) expect(Math.abs(found[i] - marginal)).toBeLessThanOrEqual(told9);
  }
});

test('graphs with the same independences have the same BGe score', () => {
  const score = bgeScore(data);
  const scoreOf = (parents: readonly number[]) => parents.reduce((sum, set, variable) => sum + score(variable, set), 0);
  // 0 -> 1 -> 2, 0 <- 1 <- 2 and 0 <- 1 -> 2.
  for (const graph of [
    [0, 0b001, 0b010],
    [0b010, 0b100, 0],
    [0b010, 0, 0b010],
  ]) {
    expect(Math.abs(scoreOf(graph) - -26.09834805)).toBeLessThanOrEqual(told9);
  }
});

test('acyclic graphs have their known number, by edges too', () => {
  expect([1, 2, 3, 4].map((d) => allDags(d).length)).toEqual([1, 3, 25, 543]);
  const byEdges = new Array<number>(7).fill(0);
  for (const graph of allDags(4)) byEdges[graph.reduce((sum, set) => sum + bitsOf(set).length, 0)]++;
  expect(byEdges).toEqual([1, 12, 60, 152, 186, 108, 24]);
  expect(() => allDags(6)).toThrow('too many');
});

test('log Gamma is that of factorials and halves', () => {
  let factorial = 1;
  for (let n = 1; n <= 20; n++) {
    // A few roundings of numbers up to 40.
    expect(Math.abs(logGamma(n) - Math.log(factorial))).toBeLessThanOrEqual(4e-14);
    factorial *= n;
  }
  expect(Math.abs(logGamma(0.5) - 0.5 * Math.log(Math.PI))).toBeLessThanOrEqual(1e-14);
});

test('priors of the sets of parents of one variable add up to the stated total', () => {
  const sets = [0, 1, 2, 3, 4, 5, 6, 7].map((set) => bitsOf(set).length);
  const sum = (prior: (parents: number) => number) => sets.reduce((total, size) => total + Math.exp(prior(size)), 0);
  // Each of 3 others is a parent or not: the probabilities of all 8 sets add up to 1.
  expect(Math.abs(sum(erdosRenyiPrior(4, 2)) - 1)).toBeLessThanOrEqual(1e-15 * 8);
  expect(Math.abs(sum(edgePrior(0.5)) - 1.5 ** 3)).toBeLessThanOrEqual(1e-15 * 8);
  // 1 / (4 choose k), up to a constant.
  expect(Math.abs(Math.exp(fairPrior(4)(1) - fairPrior(4)(0)) - 1 / 4)).toBeLessThanOrEqual(1e-14);
  expect(() => erdosRenyiPrior(3, 3)).toThrow('fewer than 3');
});
