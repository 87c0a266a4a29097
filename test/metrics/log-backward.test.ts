import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Environment } from '../../src/environment/environment.ts';
import { exactTerminalDistribution } from '../../src/metrics/exact.ts';
import { exactEubo } from '../../src/metrics/exact-eubo.ts';
import { tabulateLogBackward } from '../../src/metrics/log-backward.ts';
import { tabularPolicy } from '../../src/metrics/policies.ts';
import { exactTarget } from '../../src/metrics/target.ts';
import { bitSequence } from '../../src/problems/bit-sequence/environment.ts';
import { hypergrid } from '../../src/problems/hypergrid/environment.ts';
import { randomFrom } from '../../src/random/random-from.ts';
import { pairsEnvironment } from '../environment/pairs.ts';
import { cases, everyTrajectory, randomBackward, randomLogits } from './walks.ts';

// Of the second and third environments objects have several parents.
const environments: Environment[] = [
  hypergrid({ dimension: 2, side: 3 }),
  pairsEnvironment(),
  bitSequence({ length: 3, wordSize: 1 }),
];

describe('bounds with a backward policy of one’s own', () => {
  test('equal the sums over all trajectories', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...environments), fc.nat(), async (environment, seed) => {
        const random = randomFrom(seed);
        const target = exactTarget(environment, { name: 'random', logReward: () => 4 * random() - 2 });
        const { logReward } = target;
        const table = randomLogits(environment, seed + 1);
        const backward = randomBackward(environment, seed + 2);
        const walks = everyTrajectory(environment, table, backward.logOf);
        const sumOf = (term: (walk: (typeof walks)[number]) => number) =>
          walks.reduce((sum, walk) => sum + term(walk), 0);
        const gain = (walk: (typeof walks)[number]) => logReward[walk.object] + walk.logBackward - walk.logForward;
        const chunk = 1 + (seed % 5);
        const logBackward = await tabulateLogBackward(environment, backward.logitsOf, { chunk });
        const policy = tabularPolicy(environment, table);
        const { elbo } = await exactTerminalDistribution(environment, policy, { chunk, logReward, logBackward });
        const eubo = await exactEubo(environment, policy, target, { chunk, logBackward });
        // Float64 on both sides; at most a few dozen trajectories with terms around 10.
        const tolerance = 1e-10;
        expect(Math.abs(elbo - sumOf((walk) => Math.exp(walk.logForward) * gain(walk)))).toBeLessThanOrEqual(tolerance);
        const ofTarget = sumOf((walk) => target.probability[walk.object] * Math.exp(walk.logBackward) * gain(walk));
        expect(Math.abs(eubo - ofTarget)).toBeLessThanOrEqual(tolerance);
        expect(elbo).toBeLessThanOrEqual(target.logPartition + tolerance);
        expect(eubo).toBeGreaterThanOrEqual(target.logPartition - tolerance);
      }),
      cases(40),
    );
  });

  test('ask for the logits of states with several parents alone, each once, in batches of one size', async () => {
    const environment = hypergrid({ dimension: 2, side: 3 });
    const asked: string[] = [];
    await tabulateLogBackward(
      environment,
      async (states, count) => {
        expect(count).toBe(3);
        for (let n = 0; n < count; n++) asked.push(environment.text(states.slice(n * 3, n * 3 + 3)));
        return new Float64Array(count * environment.backwardActionCount);
      },
      { chunk: 3 },
    );
    // Of 3 x 3 cells four have both neighbours; the second batch is filled up.
    expect(asked).toHaveLength(6);
    expect(new Set(asked.slice(0, 4)).size).toBe(4);
  });

  test('refuse logits that are not finite', async () => {
    const environment = pairsEnvironment();
    const nan = async (_: Int32Array, count: number) =>
      new Float64Array(count * environment.backwardActionCount).fill(Number.NaN);
    await expect(tabulateLogBackward(environment, nan)).rejects.toThrow('logits of allowed actions are finite');
  });
});
