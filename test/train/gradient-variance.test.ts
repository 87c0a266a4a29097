import { describe, expect, test } from 'vitest';
import { enumerationOf } from '../../src/environment/enumeration.ts';
import type { Problem } from '../../src/environment/environment.ts';
import { entPpo, entTrpo, gae, type Learner, type Objective, trajectoryBalance } from '../../src/objective/index.ts';
import { gradientVariances, varianceMetrics } from '../../src/train/gradient-variance.ts';
import { createTrainer, type TrainingOptions } from '../../src/train/index.ts';
import { gridProblem, tabularProblem } from '../rollout/problems.ts';
import { onEach, trainingDevices } from '../setup/devices.ts';

const lambda = 0.6;

/** A policy that is a table of logits, all 0, with a critic that is a table too: 1.5 everywhere. */
function uniformLearner({ environment }: Problem): Learner {
  const learner = gae().learner({ environment, batch: 3, seed: 1, network: { hidden: [] } });
  for (const { parameters, network } of learner.networks) {
    const { initial } = parameters.values;
    initial?.fill(0);
    if (network.name === 'value') initial?.fill(1.5, parameters.offsets[1], parameters.offsets[1] + 1);
  }
  return learner;
}

/**
 * The same traces for single trajectories by enumerating them all: E|G|^2 - |E G|^2, where G is the sum over steps of
 * Psi_t times the gradient of log pi(a_t | s_t), which by the logits of s_t is 1 at a_t less pi(. | s_t). A table is a
 * perceptron without hidden layers: its weights are those logits, and its biases are added to the logits of all states.
 */
function exactTraces({ environment, reward }: Problem): Record<string, number> {
  const { indexOf, stateCount } = enumerationOf(environment, 'a table');
  const { actionCount, backwardActionCount, stateSize } = environment;
  const size = (stateCount + 1) * actionCount;
  const names = ['totalReturn', 'rewardToGo', 'valueBaseline', 'generalizedAdvantage'];
  const first = new Map(names.map((name) => [name, new Float64Array(size)]));
  const second = new Map(names.map((name) => [name, 0]));

  interface Taken {
    readonly index: number;
    readonly action: number;
    readonly policy: Float64Array;
    readonly softReturn: number;
  }
  const finish = (taken: readonly Taken[], probability: number) => {
    const toGo = taken.map((_, t) => taken.slice(t).reduce((sum, { softReturn }) => sum + softReturn, 0));
    const residual = taken.map(({ softReturn }, t) => softReturn + (t + 1 < taken.length ? 1.5 : 0) - 1.5);
    const credits: Record<string, number[]> = {
      totalReturn: taken.map(() => toGo[0]),
      rewardToGo: toGo,
      valueBaseline: toGo.map((value) => value - 1.5),
      generalizedAdvantage: taken.map((_, t) =>
        residual.slice(t).reduce((sum, delta, k) => sum + lambda ** k * delta, 0),
      ),
    };
    for (const name of names) {
      const total = new Float64Array(size);
      taken.forEach(({ index, action, policy }, t) => {
        for (let a = 0; a < actionCount; a++) {
          const part = credits[name][t] * ((a === action ? 1 : 0) - policy[a]);
          total[index * actionCount + a] += part;
          total[stateCount * actionCount + a] += part;
        }
      });
      const means = first.get(name) ?? total;
      total.forEach((value, i) => {
        means[i] += probability * value;
      });
      const squares = total.reduce((sum, value) => sum + value * value, 0);
      second.set(name, (second.get(name) ?? 0) + probability * squares);
    }
  };
  const walk = (state: Int32Array, taken: readonly Taken[], probability: number): void => {
    if (environment.isTerminal(state)) {
      finish(taken, probability);
      return;
    }
    const mask = new Int32Array(actionCount);
    environment.forwardMask(state, mask);
    const allowed = mask.reduce((sum, bit) => sum + bit, 0);
    const policy = Float64Array.from(mask, (bit) => bit / allowed);
    for (let action = 0; action < actionCount; action++) {
      if (mask[action] === 0) continue;
      const child = Int32Array.from(state);
      environment.step(child, action);
      const backward = new Int32Array(backwardActionCount);
      environment.backwardMask(child, backward);
      const logBackward = -Math.log(backward.reduce((sum, bit) => sum + bit, 0));
      const logReward = environment.isTerminal(child) ? reward.logReward(child) : 0;
      const softReturn = logBackward + logReward + Math.log(allowed);
      walk(child, [...taken, { index: indexOf(state), action, policy, softReturn }], probability / allowed);
    }
  };
  const initial = new Int32Array(stateSize);
  environment.initial(initial);
  walk(initial, [], 1);
  return Object.fromEntries(
    names.map((name) => {
      const norm = (first.get(name) ?? new Float64Array()).reduce((sum, value) => sum + value * value, 0);
      return [name, (second.get(name) ?? 0) - norm];
    }),
  );
}

onEach([trainingDevices[0]], (open) => {
  test('the traces are those of enumerated trajectories, divided by the batch', async () => {
    const problem = tabularProblem(gridProblem(2, 3));
    const exact = exactTraces(problem);
    const batch = 3;
    const found = await gradientVariances({
      ...{ device: await open(), problem, learner: uniformLearner(problem), batch, lambda },
      batches: 3000,
      seed: 5,
    });
    for (const [name, trace] of Object.entries(found)) {
      // From 3,000 batches a variance is known to about 3 %; the seed is fixed.
      expect(Math.abs(trace * batch - exact[name])).toBeLessThan(0.1 * exact[name]);
    }
  });
});

onEach(trainingDevices, (open) => {
  test('with lambda 1 generalised advantages are those of the baseline, and nothing is learnt meanwhile', async () => {
    const device = await open();
    const problem = gridProblem(2, 4);
    const learner = gae().learner({ environment: problem.environment, batch: 4, seed: 2, network: { hidden: [8] } });
    const options = { device, problem, learner, batch: 4, batches: 3, lambda: 1, seed: 1 };
    const found = await gradientVariances(options);
    // The same numbers in the same order: not even rounding differs.
    expect(found.generalizedAdvantage).toBe(found.valueBaseline);
    expect(found.totalReturn).toBeGreaterThan(0);
    expect(await gradientVariances(options)).toEqual(found);
  });
});

test.each([
  ['without a critic', trajectoryBalance(), 5, /has a value network and nothing else/],
  ['whose critic leaves log Z to a parameter', entTrpo(), 5, /has a value network and nothing else/],
  ['and a single batch', gae(), 1, /at least 2 batches, not 1/],
])('a policy %s is refused', async (_, objective, batches, reason) => {
  const problem = gridProblem(2, 4);
  const learner = objective.learner({ environment: problem.environment, batch: 4, seed: 0 });
  const device = await trainingDevices[0].open();
  await expect(gradientVariances({ device, problem, learner, batch: 4, batches, lambda: 1, seed: 0 })).rejects.toThrow(
    reason,
  );
});

describe('as a part of evaluations', () => {
  const settings = { batch: 4, steps: 4, evaluateEvery: 2, network: { hidden: [8] }, gradientVarianceBatches: 3 };
  const trainerOf = async (objective: Objective, options: Partial<TrainingOptions> = {}) =>
    createTrainer({
      ...{ device: await trainingDevices[0].open(), problem: gridProblem(2, 4), objective },
      ...settings,
      ...options,
    });

  test('the variances are those of the policy at that moment, also where a run is resumed', async () => {
    const metricsOf = async (options: Partial<TrainingOptions>) => {
      const trainer = await trainerOf(gae(), options);
      const found = [];
      for await (const { step, metrics } of trainer) if (metrics) found.push({ step, metrics });
      return found;
    };
    const whole = await metricsOf({});
    expect(whole.map(({ step }) => step)).toEqual([0, 2, 4]);
    const problem = gridProblem(2, 4);
    const learner = gae().learner({ ...settings, environment: problem.environment, seed: 0 });
    const device = await trainingDevices[0].open();
    const atStart = await gradientVariances({ device, problem, learner, batch: 4, batches: 3, seed: 0 });
    expect(whole[0].metrics).toMatchObject(varianceMetrics(atStart));
    const traces = whole.map(({ metrics }) => metrics['gradientVariance/totalReturn']);
    expect(new Set(traces).size).toBe(3);
    const half = await trainerOf(gae());
    await half.step(2);
    expect((await metricsOf({ from: await half.snapshot() })).at(-1)).toEqual(whole[2]);
  });

  test.each([
    ['a balance objective', trajectoryBalance(), /has a value network and nothing else/],
    ['a learnt backward policy', entPpo({ backwardPolicy: 'tlm' }), /the uniform backward policy/],
  ])('%s is refused before it trains', async (_, objective, reason) => {
    await expect(trainerOf(objective)).rejects.toThrow(reason);
  });
});
