import type { Device } from '../../device/device.ts';
import { trajectoryBalance } from '../../objective/tb/tb.ts';
import { checkGiven } from '../../text/check-given.ts';
import { createTrainer } from '../../train/index.ts';
import { ising } from '../ising/environment.ts';
import { couplingModel } from './model.ts';

/** An energy-based model learnt together with its sampler. */
export interface CouplingLearning {
  readonly device: Device;
  /** Spins along each side. */
  readonly side: number;
  /** i32 [n, side^2], -1 and 1: the training data, for example from `sampleSpins`. */
  readonly data: Int32Array;
  readonly steps: number;
  /** Objects from the sampler and from the data per iteration; 256 by default. */
  readonly batch?: number | undefined;
  readonly seed?: number | undefined;
  /** Of the couplings; 1e-4 by default. */
  readonly learningRate?: number | undefined;
  /** Of the sampler's policy and of its log Z; 1e-2 and 1e-3 by default. */
  readonly policyLearningRate?: number | undefined;
  readonly logPartitionLearningRate?: number | undefined;
  /** Penalty on the sum of the couplings' absolute values; 0.1 by default. */
  readonly sparsity?: number | undefined;
  /** Hidden layers of the policy; four of 256 by default. */
  readonly hidden?: readonly number[] | undefined;
}

/** The current state of learning. */
export interface LearntCouplings {
  /** Iterations done. */
  readonly step: number;
  /** J, [side^2, side^2], symmetric with a zero diagonal: a copy of the current values. */
  readonly couplings: Float64Array;
  /** The share of the sampler's objects that were accepted in place of data. */
  readonly accepted: number;
}

/**
 * Energy-based GFlowNets (Zhang et al., Generative Flow Networks for Discrete Probabilistic Modeling, ICML 2022): learns
 * the couplings J of log R(x) = sum over i, j of J_ij z_i z_j from configurations z, and a sampler of it by trajectory
 * balance. Each iteration is one of a run of the problem `ising-couplings`: see `prepareRewardLearning` and
 * `couplingModel`.
 *
 * @throws Error on incomplete configurations, and on numbers other than -1 and 1
 */
export async function* learnCouplings(given: CouplingLearning): AsyncGenerator<LearntCouplings> {
  checkGiven('learnCouplings', { given }, { device: 'device', data: 'list' });
  const {
    device,
    side,
    data,
    steps,
    batch = 256,
    seed = 0,
    learningRate = 1e-4,
    policyLearningRate = 1e-2,
    logPartitionLearningRate = 1e-3,
    sparsity = 0.1,
    hidden = [256, 256, 256, 256],
  } = given;
  const environment = ising(side);
  const spins = side * side;
  const count = data.length / spins;
  if (!Number.isInteger(count) || count < 1 || data.some((spin) => spin !== 1 && spin !== -1)) {
    throw new Error(
      `learnCouplings: the data are ${data.length} numbers; give configurations of ${spins} spins (side ${side}), each -1 or 1.`,
    );
  }
  const { reward, learntReward, couplings } = couplingModel(environment, spins, data, { learningRate, sparsity });
  const trainer = await createTrainer({
    ...{ device, problem: { environment, reward, learntReward }, steps, batch, seed },
    objective: trajectoryBalance({
      ...{ learningRate: policyLearningRate, logPartitionLearningRate, residualLoss: 'half-squared' },
    }),
    network: { hidden: [...hidden] },
  });
  try {
    for (let step = 1; step <= steps; step++) {
      const { diagnostics } = await trainer.step(1);
      yield { step, couplings: couplings(), accepted: diagnostics.acceptedShare };
    }
  } finally {
    await trainer.close();
  }
}
