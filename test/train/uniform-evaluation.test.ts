import { expect, test } from 'vitest';
import type { Problem } from '../../src/environment/environment.ts';
import { hypergrid } from '../../src/problems/hypergrid/environment.ts';
import { hypergridReward } from '../../src/problems/hypergrid/reward.ts';
import { evaluateUniform } from '../../src/train/index.ts';
import { trainingDevices } from '../setup/devices.ts';

test('the uniform policy has the same figures by sampling as exactly, within the sampling error', async () => {
  const size = { dimension: 2, side: 8 };
  const problem: Problem = { environment: hypergrid(size), reward: hypergridReward({ ...size, difficulty: 'easy' }) };
  const openDevice = trainingDevices[0].open;
  const exact = await evaluateUniform(problem, { openDevice });
  const hidden = Object.create(problem.environment, { enumeration: { value: { reason: 'it is a secret.' } } });
  const sampled = await evaluateUniform({ ...problem, environment: hidden }, { openDevice, trajectories: 2048 });
  // The ELBO is exact, and its estimate's standard error is known: five of them either way.
  const elbo = Number(exact.elboGap) + Number(exact.logPartitionExact);
  expect(Math.abs(Number(sampled.elbo) - elbo)).toBeLessThan(5 * Number(sampled.elboError));
  // Lengths are 1 to 15 and vary by less than 3 steps: five standard errors of 3 / sqrt(2048).
  expect(Math.abs(Number(sampled.meanLength) - Number(exact.meanLength))).toBeLessThan(5 * (3 / Math.sqrt(2048)));
});
