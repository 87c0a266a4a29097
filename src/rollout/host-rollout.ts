import type { Device } from '../device/device.ts';
import { sampleAction } from '../ops/index.ts';
import { compile } from '../plan/index.ts';
import type { Tape } from '../tape/index.ts';
import { createTape, variable } from '../tape/index.ts';
import { hostBatch } from './host-batch.ts';
import { policyLogits } from './policy.ts';
import { observationSize } from './programs.ts';
import type { RolloutOptions } from './rollout.ts';
import type { Trajectories } from './trajectories.ts';
import { uploadedBatch } from './uploaded-batch.ts';

/** A rollout whose environment is stepped on the host, for environments that are written in TypeScript alone. */
export interface HostRollout {
  /** Samples a batch and writes it to the device. */
  sample(): Promise<void>;
  /** The batch last sampled, on a tape. */
  trajectories(tape: Tape): Trajectories;
}

/**
 * Makes a rollout ready in which the policy runs on the device and the environment in TypeScript: one replay, one
 * read-back and one upload for each step of the longest trajectory. The trajectories are those that `recordRollout`
 * would sample with the same key.
 */
export async function prepareHostRollout(device: Device, options: RolloutOptions): Promise<HostRollout> {
  const { task, batch, policy, key, settings, records = {}, name = 'rollout' } = options;
  const { environment, reward } = task;
  const { actionCount, maxSteps: steps } = environment;
  const size = observationSize(environment);
  const observed = environment.observation.kind === 'tokens' ? 'i32' : 'f32';
  const place = variable(`${name}/present-place`, 'i32', [batch]);
  const observation = variable(`${name}/present-observation`, observed, [batch, size]);
  const mask = variable(`${name}/present-mask`, 'i32', [batch, actionCount]);
  const tape = createTape();
  const logits = policyLogits(policy, tape.read(observation), actionCount);
  const action = sampleAction(logits, tape.read(mask), tape.read(key), tape.read(place), tape.read(settings));
  const act = await device.prepare(compile(tape, { logits, action }));

  const uploaded = uploadedBatch(environment, batch, records, name);
  const logitsOfRows = variable(`${name}/logits`, 'f32', [batch * steps, actionCount]);

  return {
    async sample() {
      const onHost = hostBatch(environment, batch, records, (state) => reward.logReward(state));
      const { columns } = onHost;
      const logitsOnHost = new Float32Array(batch * steps * actionCount);
      // What the policy sees has a row for each trajectory, also for those that have ended.
      const present = {
        observation: columns.observation.slice(0, batch * size),
        mask: new Int32Array(batch * actionCount),
        place: new Int32Array(batch),
      };
      for (let time = 0; time < steps && onHost.active().length > 0; time++) {
        const active = onHost.active();
        const first = onHost.observe();
        for (const [i, trajectory] of active.entries()) {
          const row = first + i;
          present.observation.set(columns.observation.subarray(row * size, (row + 1) * size), trajectory * size);
          present.mask.set(columns.mask.subarray(row * actionCount, (row + 1) * actionCount), trajectory * actionCount);
          present.place[trajectory] = time * batch + trajectory;
        }
        device.write(place, present.place);
        device.write(observation, present.observation);
        device.write(mask, present.mask);
        act.run();
        const [actions, values] = await Promise.all([act.read('action'), act.read('logits')]);
        for (const [i, trajectory] of active.entries()) {
          const of = values.subarray(trajectory * actionCount, (trajectory + 1) * actionCount);
          logitsOnHost.set(of, (first + i) * actionCount);
        }
        onHost.advance((trajectory) => actions[trajectory]);
      }
      uploaded.write(device, onHost);
      device.write(logitsOfRows, logitsOnHost);
    },
    trajectories(onto) {
      const trajectories = uploaded.trajectories(onto);
      const { rows } = trajectories.action;
      const { shape } = logitsOfRows;
      return { ...trajectories, logits: onto.read(logitsOfRows, { offset: 0, shape, ...(rows ? { rows } : {}) }) };
    },
  };
}
