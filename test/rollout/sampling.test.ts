import { expect, test } from 'vitest';
import type { Device } from '../../src/device/device.ts';
import { enumerationOf } from '../../src/environment/enumeration.ts';
import type { Problem } from '../../src/environment/environment.ts';
import { evaluate } from '../../src/gradcheck/index.ts';
import { empiricalDistribution } from '../../src/metrics/empirical.ts';
import { exactTerminalDistribution, type PolicyLogits } from '../../src/metrics/exact.ts';
import { uniformPolicy } from '../../src/metrics/policies.ts';
import { policyLogits, type RolloutOptions } from '../../src/rollout/index.ts';
import { createTape } from '../../src/tape/index.ts';
import { fastDevices, onEach, testDevices } from '../setup/devices.ts';
import { type Batch, prepareSample, sample } from './batch.ts';
import { gridProblem, pairsProblem } from './problems.ts';

/** A policy's logits at any states, divided by a temperature. */
function logitsOf(device: Device, { problem, policy }: RolloutOptions, temperature = 1): PolicyLogits {
  const { observation, stateSize, actionCount } = problem.environment;
  const size = problem.environment.observation.size;
  return async (states, count) => {
    const rows = observation.kind !== 'features' ? new Int32Array(count * size) : new Float32Array(count * size);
    for (let n = 0; n < count; n++) {
      const state = states.slice(n * stateSize, (n + 1) * stateSize);
      const row = rows.subarray(n * size, (n + 1) * size);
      if (observation.kind !== 'features') observation.encode(state, row as Int32Array);
      else observation.encode(state, row as Float32Array);
    }
    const tape = createTape();
    const dtype = observation.kind !== 'features' ? 'i32' : 'f32';
    const { logits } = await evaluate(device, tape, {
      logits: policyLogits(policy, tape.constant(dtype, [count, size], rows), actionCount),
    });
    return Float64Array.from(logits, (logit) => logit / temperature);
  };
}

function objectCounts({ environment }: Problem, { objects, batch }: Batch): Float64Array {
  return empiricalDistribution(environment, Int32Array.from(objects)).map((share) => share * batch);
}

/**
 * Pearson's statistic of counts, and what it exceeds by chance once in a thousand times (Wilson and Hilferty's
 * approximation; 3.09 is the normal quantile). Objects expected less than five times count as one.
 */
function pearson(counts: Float64Array, probability: Float64Array): { statistic: number; limit: number } {
  const total = counts.reduce((a, b) => a + b, 0);
  const rare = { count: 0, expected: 0 };
  let statistic = 0;
  let freedom = -1;
  const add = (count: number, expected: number) => {
    statistic += (count - expected) ** 2 / expected;
    freedom++;
  };
  counts.forEach((count, i) => {
    const expected = total * probability[i];
    if (expected >= 5) add(count, expected);
    else {
      rare.count += count;
      rare.expected += expected;
    }
  });
  if (rare.expected >= 5) add(rare.count, rare.expected);
  const spread = 2 / (9 * freedom);
  return { statistic, limit: freedom * (1 - spread + 3.09 * Math.sqrt(spread)) ** 3 };
}

onEach(testDevices, (open) => {
  test('objects are sampled as often as the policy says', async () => {
    const device = await open();
    const problem = gridProblem(2, 4);
    const options = prepareSample(problem, { batch: 3000, scale: 2 });
    const { probability } = await exactTerminalDistribution(problem.environment, logitsOf(device, options));
    const { statistic, limit } = pearson(objectCounts(problem, await sample(device, options)), probability);
    expect(statistic).toBeLessThan(limit);
    // The same counts are far from what a uniform policy would give, so that the test can fail.
    const uniform = await exactTerminalDistribution(problem.environment, uniformPolicy(problem.environment));
    const wrong = pearson(objectCounts(problem, await sample(device, options)), uniform.probability);
    expect(wrong.statistic).toBeGreaterThan(wrong.limit);
  });

  test('actions that lead to one child are sampled separately', async () => {
    const device = await open();
    const problem = pairsProblem();
    const options = prepareSample(problem, { batch: 2000, scale: 2 });
    const { probability } = await exactTerminalDistribution(problem.environment, logitsOf(device, options));
    const { statistic, limit } = pearson(objectCounts(problem, await sample(device, options)), probability);
    expect(statistic).toBeLessThan(limit);
  });

  test('an exploration rate of 1 makes every allowed action as likely', async () => {
    const problem = gridProblem(2, 4);
    const options = prepareSample(problem, { batch: 3000, scale: 3, settings: [1, 1] });
    const { probability } = await exactTerminalDistribution(problem.environment, uniformPolicy(problem.environment));
    const { statistic, limit } = pearson(objectCounts(problem, await sample(await open(), options)), probability);
    expect(statistic).toBeLessThan(limit);
  });

  test('a temperature divides the logits', async () => {
    const device = await open();
    const problem = gridProblem(2, 4);
    const options = prepareSample(problem, { batch: 3000, scale: 3, settings: [0, 2.5] });
    const { probability } = await exactTerminalDistribution(problem.environment, logitsOf(device, options, 2.5));
    const { statistic, limit } = pearson(objectCounts(problem, await sample(device, options)), probability);
    expect(statistic).toBeLessThan(limit);
  });

  test('a policy that always stops stays at the initial state', async () => {
    const problem = gridProblem(2, 4);
    const options = prepareSample(problem, { batch: 50, scale: 0 });
    const { network, offsets, values } = options.parameters;
    // The last bias is that of the action to stop. With all others 0 any other action has a chance of e^-60.
    const lastBias = offsets[network.parameters.length - 1];
    values.initial?.set([0, 0, 60], lastBias);
    const sampled = await sample(await open(), options);
    expect(sampled.rows).toBe(50);
    expect(sampled.objects).toEqual(Array.from({ length: 50 }, () => [0, 0, 1]).flat());
  });
});

onEach([fastDevices[0]], (open) => {
  test('200,000 samples are within 0.02 of the exact distribution, as one L1 distance', async () => {
    const device = await open();
    const problem = gridProblem(2, 6);
    const { objectCount } = enumerationOf(problem.environment, 'the counts');
    const options = prepareSample(problem, { batch: 20_000 });
    const { probability } = await exactTerminalDistribution(problem.environment, logitsOf(device, options));
    const share = new Float64Array(objectCount);
    for (let draw = 0; draw < 10; draw++) {
      device.write(options.key, [1, 3, draw, 0]);
      const counts = objectCounts(problem, await sample(device, options));
      share.forEach((value, i) => {
        share[i] = value + counts[i] / 200_000;
      });
    }
    // By chance the distance is about the sum of sqrt(2 p (1 - p) / (pi n)): 0.01 for 36 objects and n = 200,000.
    expect(share.reduce((sum, value, i) => sum + Math.abs(value - probability[i]), 0)).toBeLessThan(0.02);
  });
});
