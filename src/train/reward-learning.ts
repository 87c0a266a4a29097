import type { NamedArray } from '../checkpoint/safetensors.ts';
import type { Device } from '../device/device.ts';
import { isDeferred, type LearntReward } from '../environment/environment.ts';
import { guardedEnvironment } from '../environment/guarded.ts';
import { backwardLogRatios } from '../metrics/log-forward.ts';
import { log } from '../numeric/elementary.ts';
import { type Learner, randomStreams } from '../objective/index.ts';
import { uniformStream } from '../random/threefry.ts';
import { evaluateAtStates } from './evaluate-at-states.ts';
import { areFinite } from './finite.ts';
import { prepareSampling } from './iteration.ts';
import type { HostPart } from './state-parts.ts';
import type { CompleteTraining } from './training-options.ts';

/** Learning the reward in training iterations. */
export interface RewardLearning extends HostPart<readonly NamedArray[]> {
  /**
   * Ends an iteration: one step of the reward.
   * @param iteration the number of iterations before, which determines all draws
   */
  endIteration(iteration: number): Promise<void>;
  /** `acceptedShare`, of the sampler's objects in place of data in the last iteration; empty before the first. */
  diagnostics(): Record<string, number>;
  /** @throws Error that names an array that does not fit */
  check(saved: readonly NamedArray[]): void;
  /** Lets another run have the reward. */
  release(): void;
}

/**
 * Prepares to learn a problem's reward along with its sampler (energy-based GFlowNets, Zhang et al., Generative Flow
 * Networks for Discrete Probabilistic Modeling, ICML 2022).
 *
 * Each step draws objects x' from the sampler, and data x with backward walks of the uniform P_B; accepts x' in place of
 * x by Metropolis-Hastings, with the ratio R(x') P_B(x') P_F(x) / (R(x) P_B(x) P_F(x')), where P are the probabilities of
 * the walks; and lets the reward learn from the objects that are kept and the data. The walk is right with whatever P_B
 * the sampler itself is trained; the farther that one is from the uniform P_B, the fewer objects are accepted.
 */
export async function prepareRewardLearning(
  device: Device,
  given: {
    readonly options: Pick<CompleteTraining, 'problem' | 'batch' | 'seed' | KeepingSetting>;
    readonly learntReward: LearntReward;
    readonly learner: Learner;
  },
): Promise<RewardLearning> {
  const { options, learntReward, learner } = given;
  const { problem, batch, seed } = options;
  checkSettings(options);
  if (isDeferred(problem)) throw new Error(`${problem.reward.name} is learnt, so it has to be known at once.`);
  const { data, arrays } = learntReward;
  const { reward } = problem;
  const environment = guardedEnvironment(problem.environment);
  const { stateSize, observation, maxSteps } = environment;
  const count = data.length / stateSize;
  const policy = learner.logits;
  const stream = randomStreams.rewardSampling;
  const sampling = await prepareSampling(device, { problem, batch, seed, stream, policy });
  const logitsOf = evaluateAtStates(device, environment, policy);
  const chunk = Math.min(observation.rowsAtOnce, batch * maxSteps);
  const release = learntReward.take();
  // Whatever an earlier run has learnt is not this one's.
  for (const { values } of arrays) values.fill(0);
  let acceptedShare: number | undefined;
  return {
    async endIteration(iteration) {
      const random = uniformStream(seed, randomStreams.rewardData, iteration);
      const chosen = new Int32Array(batch * stateSize);
      for (let n = 0; n < batch; n++) {
        const from = Math.min(count - 1, Math.floor(random() * count)) * stateSize;
        chosen.set(data.subarray(from, from + stateSize), n * stateSize);
      }
      const ofData = await backwardLogRatios(environment, logitsOf, chosen, { chunk, random });
      sampling.restart(iteration);
      const own = await sampling.next();
      const accepted: number[] = [];
      for (let n = 0; n < batch; n++) {
        const row = chosen.slice(n * stateSize, (n + 1) * stateSize);
        const gain = own.logRewards[n] - own.logRatio[n] - (reward.logReward(row) - ofData[n]);
        if (log(random()) < gain) accepted.push(n);
      }
      const some = (states: Int32Array) => {
        const rows = new Int32Array(accepted.length * stateSize);
        for (const [i, n] of accepted.entries()) {
          rows.set(states.subarray(n * stateSize, (n + 1) * stateSize), i * stateSize);
        }
        return rows;
      };
      learntReward.learn({ sampled: some(own.states), replaced: some(chosen), batch });
      acceptedShare = accepted.length / batch;
    },
    diagnostics: () => (acceptedShare === undefined ? {} : { acceptedShare }),
    state: () =>
      arrays.map(({ name, values }) => ({ name, dtype: 'F32', shape: [values.length], data: values.slice() })),
    check: (saved) => checkArrays(learntReward, saved),
    restore: (saved) => restoreLearntReward(learntReward, saved),
    release,
  };
}

/**
 * Gives a learnt reward its state in a saved run.
 * @throws Error, without changing anything, that names an array that is missing, unexpected or of another size
 */
export function restoreLearntReward(learntReward: LearntReward, saved: readonly NamedArray[] = []): void {
  checkArrays(learntReward, saved);
  for (const { name, values } of learntReward.arrays) {
    const found = saved.find((array) => array.name === name);
    if (found) values.set(found.data);
  }
}

function checkArrays({ arrays }: LearntReward, saved: readonly NamedArray[]): void {
  const extra = saved.find(({ name }) => arrays.every((array) => array.name !== name));
  if (extra) throw new Error(`it has an array reward/${extra.name}, which this run does not have.`);
  for (const { name, values } of arrays) {
    const found = saved.find((array) => array.name === name);
    if (!found) throw new Error(`it has no array reward/${name}.`);
    if (found.dtype !== 'F32' || found.data.length !== values.length) {
      throw new Error(
        `its array reward/${name} is ${found.dtype} [${found.shape.join(', ')}], but this run needs F32 ` +
          `[${values.length}]: the data are of another size.`,
      );
    }
    if (!areFinite(found.data)) throw new Error(`its array reward/${name} holds numbers that are not finite.`);
  }
}

/** Settings that keep log-rewards, which change while the reward is learnt. */
type KeepingSetting = 'replay' | 'recentSamples' | 'keepBest' | 'prior';

/** @throws Error that names the setting */
function checkSettings({ replay, recentSamples, keepBest, prior }: Pick<CompleteTraining, KeepingSetting>): void {
  const keeping = Object.entries({ replay, recentSamples, keepBest, prior });
  const wrong = keeping.find(([, value]) => value !== undefined)?.[0];
  if (wrong === undefined) return;
  const reason = wrong === 'prior' ? 'weighs a reward that is known' : 'keeps log-rewards, which change';
  throw new Error(`train: ${wrong} ${reason}, and this problem's reward is learnt during the run. Leave it out.`);
}
