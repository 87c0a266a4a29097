import { PAPER_RECENT_SAMPLES } from '../metrics/recent-objects.ts';
import type { Values } from '../options/index.ts';
import type { RunPreset } from './description.ts';

/**
 * The settings of the experiments of Zykova-Myzina et al., "Proximal Policy Optimization for Amortized Discrete
 * Sampling" (arXiv 2606.15793), after the configuration files of its published code; they hold for uniform backward
 * policies, without exploration, gradient clipping or weight decay, at constant learning rates.
 *
 * Where sources differ:
 * - GAE on Hypergrid has lambda 0.9, value learning rate 1e-3, S = 1 and E = 1 in its configuration file, while the
 *    paper's Appendix G gives the settings of Ent-PPO (0.7, 3e-4, 2, 4) for the policy gradients too. The file's are
 *   used here.
 * - Log-partition variance and flow matching are not in the paper: they use the others' learning rate.
 * - The files have a rate for backward policies trained by likelihood (TLM) with Ent-PPO only; here it is every
 *   objective's.
 */

/** The constants in which the paper's synthetic experiments differ. */
export interface PaperExperiment {
  readonly problem?: Values | undefined;
  readonly steps: number;
  /** Of the policy, or of the only network. */
  readonly learningRate: number;
  /** Of the critic of Ent-PPO and Ent-TRPO. */
  readonly valueLearningRate: number;
  readonly gae: Values;
  /** K of Ent-PPO. */
  readonly policyUpdates: number;
  /** E of Ent-TRPO. */
  readonly trustRegionValueEpochs: number;
  /** Of a backward policy trained by likelihood. */
  readonly tlmLearningRate: number;
}

/** The constants that experiments on strings share. */
export const paperOnStrings = {
  learningRate: 3e-4,
  valueLearningRate: 1e-4,
  gae: { lambda: 0.7, valueLearningRate: 1e-4, valueChunks: 2, valueEpochs: 4 },
  policyUpdates: 2,
  tlmLearningRate: 3e-5,
} as const;

/** The settings of a synthetic experiment; undefined for objectives without one. */
export function paperRun(objective: string, experiment: PaperExperiment): RunPreset | undefined {
  const options = optionsOf(objective, experiment);
  if (options === undefined) return undefined;
  const { problem, steps, tlmLearningRate } = experiment;
  return {
    problem,
    // Flow matching has no backward policy.
    objective: objective === 'fm' ? options : { ...options, tlmLearningRate },
    training: {
      learningRate: { end: 1 },
      optimizer: { weightDecay: 0, clipNorm: null },
      exploration: null,
      recentSamples: PAPER_RECENT_SAMPLES,
    },
    steps,
    batch: 16,
    evaluateEvery: 500,
  };
}

function optionsOf(objective: string, experiment: PaperExperiment): Values | undefined {
  const { learningRate, valueLearningRate, gae, policyUpdates, trustRegionValueEpochs } = experiment;
  switch (objective) {
    case 'ent-ppo':
      return {
        learningRate,
        valueLearningRate,
        policyUpdates,
        valueEpochs: 4,
        valueChunks: 2,
        clipRange: 0.2,
        lambda: 0.7,
      };
    case 'ent-trpo':
      return {
        valueLearningRate,
        valueEpochs: trustRegionValueEpochs,
        valueChunks: 2,
        logPartitionLearningRate: 0.1,
        lambda: 0.7,
        maxDivergence: 0.01,
        conjugateGradientSteps: 10,
        damping: 0,
        lineSearchSteps: 10,
      };
    case 'gae':
      return { learningRate, ...gae };
    case 'gae-subeb':
      return { learningRate, valueLearningRate: 1e-3, lambda: 0.7, subTrajectoryDecay: 0.9 };
    case 'value-baseline':
      return { learningRate, valueLearningRate: learningRate, valueEpochs: 2, valueChunks: 1 };
    case 'tb':
      return { learningRate, logPartitionLearningRate: 0.1 };
    case 'subtb':
      return { learningRate, decay: 0.9 };
    case 'total-return':
    case 'reward-to-go':
    case 'db':
    case 'vargrad':
    case 'fm':
      return { learningRate };
    default:
      return undefined;
  }
}
