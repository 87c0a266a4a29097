import { describe, expect, test } from 'vitest';
import { assertConformance } from '../../src/environment/conformance.ts';
import { enumerationOf } from '../../src/environment/enumeration.ts';
import { exactTarget } from '../../src/metrics/target.ts';
import { simulateData } from '../../src/problems/dag/data.ts';
import { edgeAuroc, edgeMarginals, expectedHammingDistance } from '../../src/problems/dag/edges.ts';
import { isAcyclic } from '../../src/problems/dag/enumerate.ts';
import { dag, dagReward } from '../../src/problems/dag/environment.ts';
import { uniformPrior } from '../../src/problems/dag/priors.ts';
import { bgeScore, bitsOf, linearGaussianScore } from '../../src/problems/dag/scores.ts';
import { objectRows } from '../../src/train/index.ts';
import { namedProblem } from '../rollout/problems.ts';

const values = [1, 0.5, -0.25, -0.5, 0.25, 0.75, 0.25, -1, 0.5, 1.5, 1, -0.5, -1, -0.75, 0, 0.5, 0.25, 1.25];
const data = { variables: 3, rows: 6, values };

describe('graphs of causes', () => {
  test.each([
    [1, 1],
    [2, 3],
    [3, 25],
    [4, 543],
  ])('of %i variables conform, and are all that are acyclic: %i', (variables, graphs) => {
    const environment = dag(variables);
    assertConformance(
      environment,
      dagReward(environment, 'flat', () => 0, uniformPrior),
    );
    const { stateCount, objectCount, objectAt } = enumerationOf(environment, 'a count');
    expect([stateCount, objectCount]).toEqual([graphs, graphs]);
    const state = new Int32Array(environment.stateSize);
    for (let object = 0; object < objectCount; object++) {
      objectAt(object, state);
      expect(isAcyclic(Array.from(state.subarray(0, variables)))).toBe(true);
    }
  });

  test.each([
    [
      'BGe',
      bgeScore(data),
      -23.139964038,
      [0.395050053, 0.205596276, 0.395023977, 0.204726589, 0.202433133, 0.201589522],
    ],
    [
      'linear-Gaussian',
      linearGaussianScore(data),
      -38.554651027,
      [0.0153968, 0.118848412, 0.984387279, 0.203810173, 0.146775341, 0.194199578],
    ],
  ] as const)(
    'the posterior by the %s score has the log Z and the edges that it should',
    (name, score, logZ, marginals) => {
      const environment = dag(3);
      const { logPartition, probability } = exactTarget(environment, dagReward(environment, name, score, uniformPrior));
      // Three local scores of at most 25, in float32: 3 x 25 x 6e-8.
      expect(Math.abs(logPartition - logZ)).toBeLessThanOrEqual(5e-6);
      const { objectAt } = enumerationOf(environment, 'edges');
      const state = new Int32Array(environment.stateSize);
      const edges = [0, 1, 2].flatMap((from) => [0, 1, 2].filter((to) => to !== from).map((to) => [from, to] as const));
      const found = edges.map(([from, to]) => {
        let sum = 0;
        for (const [object, share] of probability.entries()) {
          objectAt(object, state);
          if (bitsOf(state[to]).includes(from)) sum += share;
        }
        return sum;
      });
      for (const [i, marginal] of marginals.entries()) expect(Math.abs(found[i] - marginal)).toBeLessThanOrEqual(5e-6);
    },
  );

  test('edges, distance and ROC area equal values worked out by hand', () => {
    // Of three variables: 0 > 1 and 1 > 2, three quarters of the time; 1 > 0 alone, one quarter.
    const states = Int32Array.of(0, 0b001, 0b010, 0b010, 0, 0);
    const graphs = { states, weights: [0.75, 0.25] };
    const marginals = edgeMarginals(3, 3, graphs);
    expect(Array.from(marginals)).toEqual([0, 0.75, 0, 0.25, 0, 0.75, 0, 0, 0]);
    // The truth is 0 > 1 and 0 > 2. The first graph has 1 > 2 beyond it and lacks 0 > 2; the second turns 0 > 1 round and lacks 0 > 2.
    const truth = [0, 0b001, 0b001];
    expect(expectedHammingDistance(3, 3, graphs, truth)).toBe(2);
    // 0 > 1 (0.75) against 1 > 0, 1 > 2, 2 > 0 and 2 > 1: 1 + 1/2 + 1 + 1; 0 > 2 (0): 0 + 0 + 1/2 + 1/2; out of 8.
    expect(edgeAuroc(3, marginals, truth)).toBe(4.5 / 8);
    expect(edgeAuroc(3, marginals, [0, 0, 0])).toBeUndefined();
  });

  test('evaluations give edges, and a report draws them', async () => {
    const { environment, exactMetricsOf, metricsOf, picturesOf } = await namedProblem('dag', {
      variables: 3,
      edges: 2,
    });
    const states = objectRows(environment);
    const uniform = Float64Array.from({ length: 25 }, () => 1 / 25);
    const told = exactMetricsOf?.({ states, learnt: uniform, target: uniform });
    expect(Object.keys(told ?? {}).sort()).toEqual(['edgeAuroc', 'edgeMarginalError', 'expectedEdges', 'expectedShd']);
    expect(told?.edgeMarginalError).toBe(0);
    // 1, 6, 12, 6 graphs of 0 to 3 edges.
    expect(told?.expectedEdges).toBeCloseTo((6 + 24 + 18) / 25, 12);
    const sampled = await metricsOf?.({ states, logRewards: uniform, scores: uniform });
    expect(sampled?.expectedEdges).toBeCloseTo((6 + 24 + 18) / 25, 12);
    const most = uniform.map((share, n) => (n === 24 ? share * 2 : share));
    const [picture] = picturesOf?.({ exact: { states, learnt: most, target: uniform } }) ?? [];
    const edges = [0, 1, 2].flatMap((to) => bitsOf(states[24 * environment.stateSize + to])).length;
    expect(picture.svg.match(/<polygon/g) ?? []).toHaveLength(edges);
    expect(picture.svg.match(/<rect/g)).toHaveLength(1 + 2 * 6);
    expect(picturesOf?.({})).toEqual([]);
  });

  test('of more variables than are tabulated are scored on the host, to the same sums', () => {
    const environment = dag(13);
    const reward = dagReward(environment, 'edges', (_, parents) => -bitsOf(parents).length, uniformPrior);
    const state = new Int32Array(environment.stateSize);
    environment.initial(state);
    environment.step(state, 13 * 0 + 1);
    environment.step(state, 13 * 1 + 2);
    expect(reward.logReward(state)).toBe(-2);
    expect(reward.rows).toBeUndefined();
    // 2 > 0 would close a cycle through 1.
    const mask = new Int32Array(environment.actionCount);
    environment.forwardMask(state, mask);
    expect([mask[13 * 2 + 0], mask[13 * 0 + 2], mask[13 * 0 + 1]]).toEqual([0, 1, 0]);
  });

  test('simulated data are the same for the same seed, and their graph is acyclic', () => {
    const drawn = simulateData({ variables: 5, edges: 5, rows: 100, seed: 3 });
    expect(simulateData({ variables: 5, edges: 5, rows: 100, seed: 3 })).toEqual(drawn);
    expect(isAcyclic(drawn.graph)).toBe(true);
    expect(simulateData({ variables: 5, edges: 5, rows: 100, seed: 4 }).values).not.toEqual(drawn.values);
  });

  test('impossible numbers are refused by name', async () => {
    await expect(namedProblem('dag', { variables: 4, edges: 6 })).rejects.toThrow('6 edges on average are too many');
    await expect(namedProblem('dag', { variables: 32 })).rejects.toThrow('variables must be an integer from 1 to 31');
    expect((await namedProblem('dag', {})).environment.options).toEqual({ variables: 4 });
  });
});
