import { describe, expect, test } from 'vitest';
import { totalVariation } from '../../src/metrics/distance.ts';
import { exactTerminalDistribution } from '../../src/metrics/exact.ts';
import { uniformPolicy } from '../../src/metrics/policies.ts';
import { exactTarget } from '../../src/metrics/target.ts';
import { entPpo } from '../../src/objective/index.ts';
import { createTrainer } from '../../src/train/index.ts';
import { gridProblem } from '../rollout/problems.ts';
import { onEach, trainingDevices } from '../setup/devices.ts';
import { reportsOf } from './runs.ts';

const mean = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length;

describe('Ent-PPO with the settings of the paper, on an easy hypergrid of 8 x 8', () => {
  onEach([trainingDevices[0]], (open) => {
    test('learns the distribution and log Z in a thousand iterations', async () => {
      const trainer = await createTrainer({
        device: await open(),
        problem: gridProblem(2, 8),
        objective: entPpo(),
        steps: 1000,
        batch: 16,
        seed: 0,
        evaluateEvery: 50,
      });
      const metrics = (await reportsOf(trainer)).flatMap(({ metrics }) => (metrics ? [metrics] : []));
      expect(metrics[0].totalVariation).toBeGreaterThan(0.7);
      // At a constant learning rate both fluctuate. An implementation in numpy had total variations of 0.01 to 0.04 here,
      // and was within 0.07 of log Z at 2,000 iterations.
      const late = metrics.slice(-5);
      expect(mean(late.map(({ totalVariation }) => Number(totalVariation)))).toBeLessThan(0.1);
      const { logPartitionExact } = late[0];
      expect(
        Math.abs(mean(late.map(({ logPartition }) => Number(logPartition))) - Number(logPartitionExact)),
      ).toBeLessThan(0.15);
    });
  });
});

onEach([trainingDevices[1]], (open) => {
  test('a short run on an easy hypergrid of 4 x 4 leaves the uniform policy far behind', async () => {
    const problem = gridProblem(2, 4);
    const target = exactTarget(problem.environment, problem.reward);
    const uniform = await exactTerminalDistribution(problem.environment, uniformPolicy(problem.environment));
    const start = totalVariation(target.probability, uniform.probability);
    const trainer = await createTrainer({
      device: await open(),
      problem,
      // Small networks take larger steps than wide ones do.
      objective: entPpo({ learningRate: 0.01, valueLearningRate: 0.01, valueEpochs: 2 }),
      network: { hidden: [16] },
      steps: 60,
      batch: 16,
      seed: 1,
      evaluateEvery: 60,
    });
    const reports = await reportsOf(trainer);
    const end = reports[reports.length - 1].metrics?.totalVariation;
    // Half of the start is far from what chance would do, and far from what a longer run reaches.
    expect(end).toBeLessThan(start / 2);
  });
});
