import type { RunPreset } from './description.ts';

/**
 * Settings of small runs on two cores: a minute, or two to three for molecules. Learning rates fall to a tenth, since
 * at constant rates a policy keeps moving about its optimum.
 */
export function smallRun(steps: number): RunPreset {
  return { training: { learningRate: { end: 0.1 } }, steps, batch: 32, evaluateEvery: steps / 20 };
}

/**
 * On molecules: a graph network small enough for two cores, and the best objects are kept.
 * @param learningRate of the policy; 5e-4 by default
 */
export function smallMoleculeRun(objective: string, steps: number, learningRate = 5e-4): RunPreset {
  const isEntPpo = objective === 'ent-ppo';
  return {
    objective: {
      ...(objective === 'ent-trpo' ? {} : { learningRate }),
      ...(isEntPpo || objective === 'gae' ? { valueLearningRate: 1e-3 } : {}),
      ...(isEntPpo ? { policyUpdates: 2, valueEpochs: 2, frozenTargets: true } : {}),
    },
    training: {
      learningRate: { end: 0.1 },
      optimizer: { clipParameterNorm: 10, averageDecay: 0.95 },
      valueOptimizer: { clipParameterNorm: 10 },
      network: { width: 64, layers: 2, heads: 2 },
      evaluationTrajectories: 128,
      keepBest: 100,
    },
    steps,
    batch: 32,
    evaluateEvery: steps / 10,
  };
}

/** Objectives whose residuals are squared by default. */
const squared = ['tb', 'db', 'subtb', 'fl-db', 'fl-subtb', 'vargrad', 'rtb', 'fm'];
/** Objectives with a parameter for log Z. */
const withLogPartition = ['tb', 'rtb', 'trust-pcl'];
/** Objectives that learn from any trajectories. */
const offPolicy = [...squared, 'mdb', 'soft-dqn', 'trust-pcl'];

/**
 * For log-rewards that differ by many nats. The largest squared residuals would drown out all others, and log Z is far
 * from its initial 0: so Huber's loss is used, and log Z learns at rate 1.
 * @param explored whether trajectories are uniform at first, since otherwise the policy would only ever see the best
 * objects
 */
export function steepRun(objective: string, steps: number, explored = true): RunPreset {
  const { training, ...length } = smallRun(steps);
  const explores = explored && offPolicy.includes(objective);
  return {
    ...length,
    objective: {
      ...(squared.includes(objective) ? { residualLoss: 'huber' } : {}),
      ...(withLogPartition.includes(objective) ? { logPartitionLearningRate: 1 } : {}),
    },
    training: {
      ...training,
      ...(explores ? { exploration: { start: 1, end: 0.1, iterations: Math.round(steps / 2) } } : {}),
    },
  };
}
