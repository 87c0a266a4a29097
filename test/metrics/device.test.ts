import { expect, test } from 'vitest';
import { elboEstimate, euboEstimate } from '../../src/metrics/bounds.ts';
import { exactTerminalDistribution, type PolicyLogits } from '../../src/metrics/exact.ts';
import { exactEubo } from '../../src/metrics/exact-eubo.ts';
import { estimateLogProbability } from '../../src/metrics/log-probability.ts';
import { tabulate } from '../../src/metrics/tabulate.ts';
import { exactTarget } from '../../src/metrics/target.ts';
import { objectStates, sampleTarget } from '../../src/metrics/target-samples.ts';
import { entPpo, randomStreams } from '../../src/objective/index.ts';
import { randomFrom } from '../../src/random/random-from.ts';
import { createEvaluator } from '../../src/train/evaluator.ts';
import { prepareSampling } from '../../src/train/iteration.ts';
import { gridProblem } from '../rollout/problems.ts';
import { trainingDevices } from '../setup/devices.ts';

const cpu = trainingDevices.filter(({ name }) => name === 'cpu');

for (const { name, open } of cpu) {
  test(`estimates with the network on ${name} are the exact figures within their standard errors`, async () => {
    const device = await open();
    const problem = gridProblem(2, 5);
    const { environment, reward } = problem;
    const target = exactTarget(environment, reward);
    const batch = 500;
    const learner = entPpo().learner({ environment, batch, seed: 1, network: { hidden: [8] } });
    const evaluator = await createEvaluator(device, problem, learner);
    const asked = new Set<number>();
    const logitsOf: PolicyLogits = (states, count) => {
      asked.add(count);
      return evaluator.logitsOf(states, count);
    };
    const random = randomFrom(2);
    const chunk = 128;

    const policy = await tabulate(environment, logitsOf, { chunk });
    const { probability, elbo } = await exactTerminalDistribution(environment, policy, target);
    const eubo = await exactEubo(environment, policy, target);

    const sampling = await prepareSampling(device, {
      problem,
      batch,
      seed: 3,
      stream: randomStreams.evaluation,
      policy: learner.logits,
    });
    const { states, logRatio } = await sampling.next();
    const logReward = Array.from({ length: batch }, (_, i) => reward.logReward(states.slice(i * 3, i * 3 + 3)));
    const sampledElbo = elboEstimate(logReward, logRatio);
    const objects = sampleTarget(environment, target.probability, batch, random);
    const sampledEubo = await euboEstimate(problem, logitsOf, objects, { random, chunk });
    // Three and a half standard errors: two figures, of which either is outside with a chance of 0.05 %.
    expect(Math.abs(sampledElbo.mean - elbo)).toBeLessThan(3.5 * sampledElbo.standardError);
    expect(Math.abs(sampledEubo.mean - eubo)).toBeLessThan(3.5 * sampledEubo.standardError);

    // Cells of an edge have a single trajectory; a float32 network has errors of about 1e-6 in each of five steps.
    const edge = objectStates(environment, [0, 1, 2, 3, 4]);
    const { logProbability } = await estimateLogProbability(environment, logitsOf, edge, { random, chunk });
    for (let cell = 0; cell < 5; cell++) expect(logProbability[cell]).toBeCloseTo(Math.log(probability[cell]), 5);

    // One plan for all states at once and one for chunks, however many steps were sampled.
    expect([...asked].sort((a, b) => a - b)).toEqual([25, chunk]);
  });
}
