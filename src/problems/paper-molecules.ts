import type { Values } from '../options/index.ts';
import type { RunPreset } from './description.ts';

/**
 * The settings of the experiments on molecules of Zykova-Myzina et al., "Proximal Policy Optimization for Amortized
 * Discrete Sampling" (arXiv 2606.15793), after its published code: graph transformers of 2.1 million parameters,
 * uniform backward policies, no exploration, evaluations of averaged parameters.
 *
 * Losses are scaled as in that code, since gradients are clipped by their norm: detailed balance is the sum over a
 * trajectory's steps without one half, the value loss half of the mean over the steps taken. For differences see
 * `paperDepartures`.
 */

const learningRate = 1e-4;

/** For Ent-PPO and the other policy gradients; E is K, the number of policy updates. */
const critic = { valueLearningRate: learningRate / 3, valueChunks: 4, valueLoss: 'half-steps', lambda: 0.7 };

/**
 * The settings of an experiment on molecules; undefined for objectives without one.
 * @param batch trajectories per iteration
 */
export function paperMoleculeRun(objective: string, batch: number): RunPreset | undefined {
  const options = optionsOf(objective);
  if (options === undefined) return undefined;
  return {
    objective: options,
    training: {
      learningRate: { end: 1 },
      optimizer: {
        ...{ weightDecay: 1e-8, clipNorm: null, clipParameterNorm: 10 },
        ...{ halfLife: 20_000, averageDecay: 0.95 },
      },
      valueOptimizer: { weightDecay: 1e-8, clipNorm: 10, clipParameterNorm: null },
      logPartitionOptimizer: { halfLife: 50_000 },
      network: { width: 128, layers: 4, heads: 2 },
      evaluationTrajectories: 2048,
      keepBest: 1000,
      recentSamples: null,
      exploration: null,
      replay: null,
    },
    steps: 1000,
    batch,
    evaluateEvery: 25,
  };
}

function optionsOf(objective: string): Values | undefined {
  // The reward of illegal molecules, and the minimum reward.
  const balance = { learningRate, updates: 1, logRewardFloor: -75 };
  switch (objective) {
    case 'ent-ppo':
      return { learningRate, ...critic, policyUpdates: 4, valueEpochs: 4, clipRange: 0.2, frozenTargets: true };
    case 'gae':
      return { learningRate, ...critic, valueEpochs: 1 };
    case 'tb':
      return { ...balance, logPartitionLearningRate: 1e-3 };
    case 'db':
      return { ...balance, residualLoss: 'squared', meanOver: 'trajectories' };
    case 'subtb':
      return { ...balance, decay: 1 };
    default:
      return undefined;
  }
}
