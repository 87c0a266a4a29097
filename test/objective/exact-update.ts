import type { Device } from '../../src/device/device.ts';
import { enumerationOf } from '../../src/environment/enumeration.ts';
import type { Problem } from '../../src/environment/environment.ts';
import { exactFlows } from '../../src/metrics/flows.ts';
import { exactTarget } from '../../src/metrics/target.ts';
import type { LearnerContext, Objective, OffPolicyLearner } from '../../src/objective/index.ts';
import { compile } from '../../src/plan/index.ts';
import { randomFrom } from '../../src/random/random-from.ts';
import { replayedBatch } from '../../src/replay/index.ts';
import { uploadedBatch } from '../../src/rollout/index.ts';
import { createTape } from '../../src/tape/index.ts';
import { tabularProblem } from '../rollout/problems.ts';

/** A state of the exact solution: log pi by action, log F, and the row. */
export interface SolvedState {
  readonly logPi: readonly number[];
  readonly logFlow: number;
  readonly state: Int32Array;
}

export interface ExactUpdateOptions {
  readonly problem: Problem;
  readonly objective: Objective;
  /** What the network, a table, has for a state. */
  readonly outputs: (solved: SolvedState) => readonly number[];
  readonly batch?: number;
  readonly prior?: LearnerContext['prior'];
}

/** One update of an objective whose policy is a table, on trajectories to objects drawn evenly. */
export async function prepareExactUpdate(
  device: Device,
  { problem: plain, objective, outputs, batch = 24, prior }: ExactUpdateOptions,
) {
  const problem = tabularProblem(plain);
  const { environment, reward } = problem;
  const { stateCount, objectCount, stateAt, objectAt } = enumerationOf(environment, 'a table');
  const { logFlow, logPolicy } = exactFlows(environment, exactTarget(environment, reward).logReward);
  const { actionCount, stateSize } = environment;
  const table = Array.from({ length: stateCount }, (_, index) => {
    const state = new Int32Array(stateSize);
    stateAt(index, state);
    const logPi = Array.from(logPolicy.slice(index * actionCount, (index + 1) * actionCount));
    return outputs({ logPi, logFlow: logFlow[index], state });
  }).flat();
  const learner = objective.learner({
    ...problem,
    ...{ batch, seed: 1, network: { hidden: [] }, prior },
  }) as OffPolicyLearner;

  const random = randomFrom(5);
  const states = new Int32Array(batch * stateSize);
  const logRewards = Array.from({ length: batch }, (_, b) => {
    const row = states.subarray(b * stateSize, (b + 1) * stateSize);
    objectAt(Math.floor(random() * objectCount), row);
    return reward.logReward(row.slice());
  });
  const uploaded = uploadedBatch(environment, batch, learner.needs ?? {}, 'given');
  const tape = createTape();
  const executable = await device.prepare(compile<string>(tape, learner.update(uploaded.trajectories(tape))));
  uploaded.write(device, replayedBatch(environment, { states, logRewards }, random, learner.needs));

  const [{ parameters, optimizer }] = learner.networks;
  const size = parameters.values.shape[0];
  return {
    learner,
    table,
    /** The largest |log R|, by which float32 rounds columns of rewards. */
    scale: Math.max(1, ...logRewards.map(Math.abs)),
    /** The loss and the gradient of the policy's parameters, with these numbers in the table, and in target networks. */
    async at(numbers: readonly number[], logPartition = 0) {
      const values = Object.assign(new Float64Array(size), numbers).fill(0, numbers.length);
      device.write(parameters.values, values);
      for (const other of learner.variables) if (other.name.endsWith('/target')) device.write(other, values);
      for (const { network, parameters: own } of learner.networks) {
        if (network.name === 'log-partition')
          device.write(own.values, Object.assign(new Float64Array(own.values.shape[0]), [logPartition]));
      }
      for (const moment of ['first-moment', 'second-moment'])
        device.write(optimizer.state[moment], new Float32Array(size));
      device.write(optimizer.updates, [0]);
      executable.run();
      // The first moment of Adam is then (1 - 0.9) times the gradient.
      const moment = await device.read(optimizer.state['first-moment']);
      return { loss: (await executable.read('loss'))[0], gradient: Array.from(moment, (m) => m / (1 - 0.9)) };
    },
  };
}
