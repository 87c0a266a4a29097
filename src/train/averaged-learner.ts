import type { Device } from '../device/device.ts';
import type { Learner } from '../objective/index.ts';

/** A learner for evaluation alone, whose networks have averaged parameters. */
export interface AveragedLearner {
  readonly learner: Learner;
  /** Copies the current averages. */
  refresh(): Promise<void>;
}

/** @param copy a learner of the same objective and context, whose variables become the averages */
export function averagedLearner(device: Device, learner: Learner, copy: Learner): AveragedLearner {
  const pairs = learner.networks.map(({ optimizer, parameters }, i) => ({
    from: optimizer.state.average ?? parameters.values,
    to: copy.networks[i].parameters.values,
  }));
  return {
    learner: copy,
    async refresh() {
      await Promise.all(pairs.map(async ({ from, to }) => device.write(to, await device.read(from))));
    },
  };
}
