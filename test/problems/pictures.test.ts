import { describe, expect, test } from 'vitest';
import { type ExactObjects, isDeferred, type Problem } from '../../src/environment/environment.ts';
import { exactTarget } from '../../src/metrics/target.ts';
import { peptides } from '../../src/problems/amp/environment.ts';
import { peptideFigures } from '../../src/problems/amp/figures.ts';
import { chainMarginals, orderedChain, permutedChain } from '../../src/problems/chain/potentials.ts';
import { isingAgreement, torusPairs } from '../../src/problems/ising/exact.ts';
import { informationOf } from '../../src/problems/pictures/logo-letters.ts';
import { marginalsOf } from '../../src/problems/pictures/marginals.ts';
import { spreadWeights } from '../../src/problems/sets/environment.ts';
import { inclusionProbabilities } from '../../src/problems/sets/exact.ts';
import { objectRows } from '../../src/train/evaluator.ts';
import { namedProblem } from '../rollout/problems.ts';

async function exactly(name: string, options: Parameters<typeof namedProblem>[1]) {
  const problem = await namedProblem(name, options);
  if (isDeferred(problem)) throw new Error(`${name} has a reward that is known at once.`);
  const { probability } = exactTarget(problem.environment, problem.reward);
  const states = objectRows(problem.environment);
  const exact: ExactObjects = { states, learnt: probability, target: probability };
  return { problem, exact, rows: { states, stateSize: problem.environment.stateSize, weights: probability } };
}

const drawn = ({ picturesOf }: Problem, found: Parameters<NonNullable<Problem['picturesOf']>>[0]) =>
  picturesOf?.(found) ?? [];

describe('what formulas give, and pictures put beside samples, is what enumeration gives', () => {
  // Potentials, weights and factors are float32 in rewards: 6e-8 of sums of about 10.
  const tolerance = 2e-6;
  const expectClose = (found: ArrayLike<number>, expected: ArrayLike<number>) => {
    expect(found.length).toBe(expected.length);
    for (let i = 0; i < found.length; i++) expect(Math.abs(found[i] - expected[i])).toBeLessThanOrEqual(tolerance);
  };

  test.each(['ordered', 'permuted'] as const)('values of the variables of a chain, %s', async (kind) => {
    const { problem, exact, rows } = await exactly('chain', { variables: 5, values: 3, kind, potentialSeed: 3 });
    const due = chainMarginals((kind === 'ordered' ? orderedChain : permutedChain)(5, 3, 3));
    expectClose(due, marginalsOf(rows, 5, 3));
    const [{ svg }] = drawn(problem, { exact });
    // Two tables of 15 cells on white.
    expect(svg.match(/<rect/g)).toHaveLength(1 + 2 * 15);
    for (const share of due) expect(svg).toContain(`>${share.toFixed(2)}</text>`);
  });

  test.each([
    { items: 7, size: 3, upTo: false, beta: 2 },
    { items: 7, size: 3, upTo: true, beta: 2 },
  ])('items of sets, $upTo', async (options) => {
    const { problem, exact, rows } = await exactly('sets', options);
    const shares = marginalsOf(rows, 7, 2).filter((_, i) => i % 2 === 1);
    expectClose(inclusionProbabilities(spreadWeights(7, 2), options), shares);
    const [{ svg }] = drawn(problem, { exact });
    // A bar, and a line where it should end, for each.
    expect(svg.match(/fill="#7a9bd4"/g)).toHaveLength(7);
    expect(svg.match(/stroke="#c0392b"/g)).toHaveLength(7);
  });

  test.each([0.2, 0, 1e-5])('neighbours on a torus at sigma %d', async (sigma) => {
    const { problem, exact, rows } = await exactly('ising', { side: 3, sigma });
    let agreement = 0;
    for (const [n, share] of rows.weights.entries()) {
      const at = n * rows.stateSize;
      for (const [i, j] of torusPairs(3)) agreement += rows.states[at + i] === rows.states[at + j] ? share : -share;
    }
    expectClose([isingAgreement(3, sigma)], [agreement / 18]);
    const [{ svg, caption }] = drawn(problem, { exact });
    expect(svg.match(/fill="#24427a"/g)).toHaveLength(12);
    expect(caption).toContain(`agree by ${Math.abs(agreement / 18).toFixed(3)} on average`);
  });
});

describe('logos', () => {
  test('are as high as a place tells bits', () => {
    expect(informationOf(Float64Array.of(1, 0, 0, 0))).toBe(2);
    expect(informationOf(Float64Array.of(0.25, 0.25, 0.25, 0.25))).toBe(0);
    // Half of the sequences have no letter there.
    expect(informationOf(Float64Array.of(0.5, 0, 0, 0))).toBe(1);
    expect(informationOf(new Float64Array(4))).toBe(0);
  });

  test('of peptides, beside the figures of the best', async () => {
    const environment = peptides(4);
    const { metricsOf, picturesOf } = peptideFigures(environment, 4);
    const texts = ['KWKW', 'KW.', 'KW.', 'D.'];
    const samples = new Int32Array(texts.length * environment.stateSize);
    for (const [i, text] of texts.entries()) {
      environment.parse?.(text, samples.subarray(i * environment.stateSize, (i + 1) * environment.stateSize));
    }
    const [{ svg }] = picturesOf({ samples });
    // Two places of up to two letters each (K and D, W), then K and W of a quarter of all.
    expect(svg.match(/<text font-size="10" text-anchor="middle" fill="/g)).toHaveLength(5);
    expect(picturesOf({})).toEqual([]);
    const logRewards = Float64Array.of(2, 1, 1, 0);
    const scores = new Float64Array(4).fill(Number.NaN);
    const figures = await metricsOf({ states: samples, logRewards, scores });
    // Of three different ones, which are too few to be told how diverse they are.
    expect(Object.keys(figures)).toEqual(['topDistinctReward', 'topDistinctCount']);
    expect(figures.topDistinctCount).toBe(3);
    // Three terms of order 1 in float64.
    expect(Math.abs(figures.topDistinctReward - (Math.E ** 2 + Math.E + 1) / 3)).toBeLessThanOrEqual(1e-14);
  });
});
