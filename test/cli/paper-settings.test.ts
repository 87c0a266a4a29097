import { describe, expect, test } from 'vitest';
import { makeRunConfig } from '../../src/cli/make-run-config.ts';
import { parseMethods } from '../../src/cli/methods.ts';
import { makeTrials } from '../../src/cli/trials.ts';
import { catalogue } from '../../src/run/catalogue.ts';
import type { RunConfig } from '../../src/run/run-config.ts';

function paper(problem: string, objective: string): RunConfig {
  return makeRunConfig({ problem, objective, preset: 'paper', given: new Map() });
}

describe('the settings of the paper', () => {
  // The configuration files of the published code, as far as they differ between environments.
  test.each([
    { problem: 'hypergrid', steps: 31_250, learningRate: 1e-3 },
    { problem: 'tfbind8', steps: 200_000, learningRate: 3e-4 },
    { problem: 'qm9-string', steps: 50_000, learningRate: 3e-4 },
  ])('exist for every objective on $problem, and share sizes, rates and protocol', (expected) => {
    // The paper has none of these.
    const others = ['soft-dqn', 'mdb', 'fl-db', 'fl-subtb', 'rtb', 'trust-pcl'];
    for (const { name } of catalogue.objectives.filter((objective) => !others.includes(objective.name))) {
      const { steps, batch, evaluateEvery, objectiveOptions, trainingOptions } = paper(expected.problem, name);
      expect({ steps, batch, evaluateEvery }).toEqual({ steps: expected.steps, batch: 16, evaluateEvery: 500 });
      // A trust region has no learning rate.
      if (name !== 'ent-trpo') expect(objectiveOptions.learningRate).toBe(expected.learningRate);
      expect(trainingOptions).toMatchObject({
        learningRate: { end: 1 },
        optimizer: { weightDecay: 0 },
        recentSamples: 200_000,
      });
      if ('backwardPolicy' in objectiveOptions) expect(objectiveOptions.backwardPolicy).toBe('uniform');
    }
  });

  test('use the easy grid, 20^4', () => {
    expect(paper('hypergrid', 'tb').problemOptions).toEqual({ dimension: 4, side: 20, reward: 'easy' });
  });

  test.each([
    [
      'hypergrid',
      'ent-ppo',
      { policyUpdates: 4, valueEpochs: 4, valueChunks: 2, lambda: 0.7, valueLearningRate: 3e-4 },
    ],
    ['tfbind8', 'ent-ppo', { policyUpdates: 2, valueEpochs: 4, valueChunks: 2, lambda: 0.7, valueLearningRate: 1e-4 }],
    ['qm9-string', 'ent-ppo', { policyUpdates: 2, clipRange: 0.2, lambda: 0.7, valueLearningRate: 1e-4 }],
    ['hypergrid', 'gae', { lambda: 0.9, valueLearningRate: 1e-3, valueChunks: 1, valueEpochs: 1 }],
    ['tfbind8', 'gae', { lambda: 0.7, valueLearningRate: 1e-4, valueChunks: 2, valueEpochs: 4 }],
    ['qm9-string', 'gae', { lambda: 0.7, valueLearningRate: 1e-4, valueChunks: 2, valueEpochs: 4 }],
    ['tfbind8', 'gae-subeb', { lambda: 0.7, valueLearningRate: 1e-3, subTrajectoryDecay: 0.9 }],
    ['hypergrid', 'value-baseline', { valueLearningRate: 1e-3, valueChunks: 1, valueEpochs: 2 }],
    ['qm9-string', 'value-baseline', { valueLearningRate: 3e-4, valueChunks: 1, valueEpochs: 2 }],
    [
      'hypergrid',
      'ent-trpo',
      { lambda: 0.7, valueLearningRate: 3e-4, valueEpochs: 4, maxDivergence: 0.01, damping: 0 },
    ],
    ['tfbind8', 'ent-trpo', { lambda: 0.7, valueLearningRate: 1e-4, valueEpochs: 2, logPartitionLearningRate: 0.1 }],
    ['qm9-string', 'ent-trpo', { valueEpochs: 4, conjugateGradientSteps: 10, lineSearchSteps: 10 }],
    ['tfbind8', 'tb', { logPartitionLearningRate: 0.1 }],
    ['hypergrid', 'subtb', { decay: 0.9 }],
  ])('on %s have for %s the constants of its file', (problem, objective, expected) => {
    expect(paper(problem, objective).objectiveOptions).toMatchObject(expected);
  });

  test.each([
    ['seh', 256],
    ['qm9-atoms', 128],
  ])('on %s are those of the graph transformer, with optimisers of their own for critic and log Z', (problem, size) => {
    const adam = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };
    const network = { width: 128, layers: 4, heads: 2 };
    for (const objective of ['ent-ppo', 'gae', 'tb', 'db', 'subtb']) {
      const { steps, batch, evaluateEvery, objectiveOptions, trainingOptions } = paper(problem, objective);
      expect({ steps, batch, evaluateEvery }).toEqual({ steps: 1000, batch: size, evaluateEvery: 25 });
      expect(objectiveOptions.learningRate).toBe(1e-4);
      expect(trainingOptions).toMatchObject({ network, evaluationTrajectories: 2048 });
      const { optimizer, valueOptimizer, logPartitionOptimizer } = trainingOptions;
      expect(optimizer).toEqual({
        ...adam,
        weightDecay: 1e-8,
        clipParameterNorm: 10,
        halfLife: 20_000,
        averageDecay: 0.95,
      });
      expect(valueOptimizer).toEqual({ ...adam, weightDecay: 1e-8, clipNorm: 10 });
      expect(logPartitionOptimizer).toEqual({ ...adam, halfLife: 50_000 });
    }
    expect(paper(problem, 'ent-ppo').objectiveOptions).toMatchObject({
      ...{ policyUpdates: 4, valueEpochs: 4, valueChunks: 4, clipRange: 0.2, lambda: 0.7, frozenTargets: true },
      valueLearningRate: 1e-4 / 3,
    });
    expect(paper(problem, 'tb').objectiveOptions).toMatchObject({
      ...{ updates: 1, logRewardFloor: -75, logPartitionLearningRate: 1e-3 },
    });
    expect(paper(problem, 'subtb').objectiveOptions).toMatchObject({ updates: 1, logRewardFloor: -75, decay: 1 });
  });

  test('exist only for the problems of the paper', () => {
    expect(() => paper('bit-sequence', 'tb')).toThrow(/The preset paper has no settings for tb on bit-sequence/);
  });

  test('makes shortened runs that end with an evaluation that is due', () => {
    for (const budget of [1e-9, 0.0001, 0.001, 0.0123, 0.01, 0.1, 1 / 3, 0.999]) {
      const [{ config }] = makeTrials({
        ...{ problem: 'hypergrid', seeds: [0], budget, device: 'cpu' },
        methods: parseMethods('tb'),
      });
      expect(config.steps % Number(config.evaluateEvery)).toBe(0);
      expect(Math.abs(config.steps - 31_250 * budget)).toBeLessThanOrEqual(
        Math.max(1, Number(config.evaluateEvery) / 2),
      );
    }
  });
});
