import type { Device } from '../../src/device/device.ts';
import type { Problem } from '../../src/environment/environment.ts';
import { initializeParameters, type Network, type PerceptronOptions, perceptron } from '../../src/nn/index.ts';
import { recordRollout } from '../../src/rollout/index.ts';
import { createTape } from '../../src/tape/index.ts';
import { prepareBatch, prepareSample } from './batch.ts';

/** Samples two batches, one behind the other, and says in how many launches each. */
export async function sampled(device: Device, problem: Problem, batch: number, options: Partial<PerceptronOptions>) {
  const { environment } = problem;
  const { observation, actionCount: outputs } = environment;
  const network: Network = perceptron({ name: 'policy', observation, hidden: [12], outputs, ...options });
  const parameters = initializeParameters(network, 5, 1);
  // Far from uniform: other logits would show in the actions.
  parameters.values.initial?.forEach((value, i, all) => {
    all[i] = 3 * value;
  });
  const rollout = { ...prepareSample(problem, { batch, settings: [0.1, 0.8] }), policy: { network, parameters } };
  const tape = createTape();
  const { executable, read } = await prepareBatch(device, tape, recordRollout(tape, rollout));
  executable.run();
  const first = await read();
  device.write(rollout.key, [1, 3, 1, 0]);
  executable.run();
  const second = await read();
  executable.release();
  return { batches: [first, second], launches: executable.launches };
}
