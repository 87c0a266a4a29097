import type { Device } from '../../device/device.ts';
import type { Problem } from '../../environment/environment.ts';
import { backwardLogRatios } from '../../metrics/log-forward.ts';
import { log } from '../../numeric/elementary.ts';
import { trajectoryBalance } from '../../objective/tb/tb.ts';
import { uniformStream } from '../../random/threefry.ts';
import { checkGiven } from '../../text/check-given.ts';
import { evaluateAtStates } from '../../train/evaluate-at-states.ts';
import { createTrainer } from '../../train/index.ts';
import { prepareSampling } from '../../train/iteration.ts';
import { ising } from './environment.ts';

/** The random streams of the drawn data with their walks and acceptance, and of the sampler's own objects. */
const [dataStream, sampleStream] = [0x656267, 0x656273];

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
 * Energy-based GFlowNets (Zhang et al., Generative Flow Networks for Discrete Probabilistic Modeling, ICML 2022):
 * learns the couplings J of log R(x) = sum over i, j of J_ij z_i z_j from configurations z, and a sampler of it by
 * trajectory balance.
 *
 * Each iteration trains the sampler on the current J; draws objects x' from it, and data x with backward walks of the
 * uniform P_B; accepts x' in place of x by Metropolis-Hastings, with the ratio R(x') P_B(x') P_F(x) / (R(x) P_B(x)
 * P_F(x')), where P are the probabilities of the walks; and moves J by Adam down the gradient of
 *   mean log R of the kept objects - mean log R of the data + sparsity * sum of |J_ij|. J starts at 0.
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
  const { stateSize, observation } = environment;
  const spins = side * side;
  const count = data.length / spins;
  if (!Number.isInteger(count) || count < 1 || data.some((spin) => spin !== 1 && spin !== -1)) {
    throw new Error(
      `learnCouplings: the data are ${data.length} numbers; give configurations of ${spins} spins (side ${side}), each -1 or 1.`,
    );
  }
  const couplings = new Float64Array(spins * spins);
  const signs = (state: ArrayLike<number>, i: number) => 2 * state[i] - 1;
  const logReward = (state: ArrayLike<number>) => {
    let sum = 0;
    for (let i = 0; i < spins; i++) {
      for (let j = 0; j < i; j++) sum += 2 * couplings[i * spins + j] * signs(state, i) * signs(state, j);
    }
    return sum;
  };
  const problem: Problem = { environment, reward: { name: 'learnt couplings', of: environment, logReward } };
  const trainer = await createTrainer({
    ...{ device, problem, steps, batch, seed },
    objective: trajectoryBalance({
      ...{ learningRate: policyLearningRate, logPartitionLearningRate, residualLoss: 'half-squared' },
    }),
    network: { hidden: [...hidden] },
  });
  try {
    const { learner } = trainer;
    const sampling = await prepareSampling(device, {
      ...{ problem, batch, seed, stream: sampleStream },
      policy: learner.networks[0],
    });
    const logitsOf = evaluateAtStates(device, environment, (seen) => learner.logits(seen));
    const chunk = Math.min(observation.rowsAtOnce, batch * spins);
    const adam = adamOf(couplings.length, learningRate);
    for (let step = 1; step <= steps; step++) {
      await trainer.step(1);
      const random = uniformStream(seed, dataStream, step);
      const chosen = new Int32Array(batch * stateSize);
      for (let n = 0; n < batch; n++) {
        const from = Math.min(count - 1, Math.floor(random() * count)) * spins;
        for (let i = 0; i < spins; i++) chosen[n * stateSize + i] = (data[from + i] + 1) / 2;
        chosen[n * stateSize + spins] = spins;
      }
      const ofData = await backwardLogRatios(environment, logitsOf, chosen, { chunk, random });
      const own = await sampling.next();
      const gradient = new Float64Array(couplings.length);
      const add = (state: Int32Array, share: number) => {
        for (let i = 0; i < spins; i++) {
          for (let j = 0; j < i; j++) gradient[i * spins + j] += share * signs(state, i) * signs(state, j);
        }
      };
      let accepted = 0;
      for (let n = 0; n < batch; n++) {
        const [x, model] = [chosen, own.states].map((rows) => rows.slice(n * stateSize, (n + 1) * stateSize));
        const gain = logReward(model) - own.logRatio[n] - (logReward(x) - ofData[n]);
        const isTaken = log(random()) < gain;
        if (!isTaken) continue;
        // Data that was kept cancels in the gradient.
        accepted++;
        add(model, 2 / batch);
        add(x, -2 / batch);
      }
      // A coupling occurs twice in J, and twice in the penalty.
      for (let i = 0; i < spins; i++) {
        for (let j = 0; j < i; j++) gradient[i * spins + j] += 2 * sparsity * Math.sign(couplings[i * spins + j]);
      }
      adam(couplings, gradient);
      for (let i = 0; i < spins; i++) {
        for (let j = 0; j < i; j++) couplings[j * spins + i] = couplings[i * spins + j];
      }
      yield { step, couplings: couplings.slice(), accepted: accepted / batch };
    }
  } finally {
    await trainer.close();
  }
}

/** Steps of Adam (Kingma & Ba, ICLR 2015) with its usual constants. */
function adamOf(size: number, learningRate: number) {
  const [first, second] = [new Float64Array(size), new Float64Array(size)];
  let [beta1, beta2] = [1, 1];
  return (values: Float64Array, gradient: Float64Array): void => {
    beta1 *= 0.9;
    beta2 *= 0.999;
    for (let i = 0; i < size; i++) {
      first[i] = 0.9 * first[i] + 0.1 * gradient[i];
      second[i] = 0.999 * second[i] + 0.001 * gradient[i] ** 2;
      values[i] -= (learningRate * first[i]) / (1 - beta1) / (Math.sqrt(second[i] / (1 - beta2)) + 1e-8);
    }
  };
}
