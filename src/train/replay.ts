import type { NamedArray } from '../checkpoint/safetensors.ts';
import type { Device } from '../device/device.ts';
import type { AnyProblem, RatedObjects } from '../environment/environment.ts';
import { guardedEnvironment } from '../environment/guarded.ts';
import type { OffPolicyLearner } from '../objective/index.ts';
import { compile, type Plan } from '../plan/index.ts';
import { uniformStream } from '../random/threefry.ts';
import {
  addObjects,
  bufferContents,
  checkReplayBuffer,
  createReplayBuffer,
  drawObjects,
  type ReplayBufferOptions,
  replayedBatch,
} from '../replay/index.ts';
import { deduplicateStates, uploadedBatch } from '../rollout/index.ts';
import { createTape } from '../tape/index.ts';

/** Learning from objects that were sampled before, along new trajectories to them. */
export interface ReplayOptions extends ReplayBufferOptions {
  /** Iterations of which the last makes one more update, on as many trajectories as it sampled itself. */
  readonly every: number;
  /** Iterations at the start that replay nothing; the buffer fills from the first on. 0 unless said. */
  readonly start?: number;
}

/** @throws Error on settings out of range */
export function checkReplay(options: ReplayOptions): void {
  checkReplayBuffer(options);
  const { every, start = 0 } = options;
  if (!Number.isSafeInteger(every) || every < 1) {
    throw new Error(`replay: it takes place every so many iterations, at least 1, not ${every}.`);
  }
  if (!Number.isSafeInteger(start) || start < 0) {
    throw new Error(`replay: the iterations before it starts must be a whole number from 0, not ${start}.`);
  }
}

/** What replay adds to training iterations. */
export interface Replaying {
  /**
   * Ends an iteration: keeps the objects that it sampled, and makes the update on replayed ones if it is due. The update
   * itself is only begun (see `Executable.run`), or with `checked` looked at number by number.
   * @param sampled the objects of the iteration's batch
   */
  endIteration(sampled: RatedObjects, checked: boolean): Promise<void>;
  /** The diagnostics of the last replayed update, such as `replayedLoss`; none before the first. */
  diagnostics(): Promise<Record<string, number>>;
  /** Everything that later iterations depend on, as a copy. */
  arrays(): NamedArray[];
  /** Takes over what `arrays` returned. @throws Error, with nothing taken over, naming the array that does not fit */
  restore(arrays: readonly NamedArray[]): void;
  readonly plan: Plan;
}

export interface ReplayingOptions {
  readonly problem: AnyProblem;
  readonly learner: OffPolicyLearner;
  readonly batch: number;
  readonly seed: number;
  /** The random stream of draws and backward walks, which has a part for each iteration. */
  readonly stream: number;
  readonly replay: ReplayOptions;
}

const names = { states: 'replay/states', logRewards: 'replay/log-rewards', key: 'replay/key' } as const;

/** Makes replay ready. @throws Error on settings out of range */
export async function prepareReplaying(device: Device, options: ReplayingOptions): Promise<Replaying> {
  const { problem, learner, batch, seed, stream, replay } = options;
  checkReplay(replay);
  const environment = guardedEnvironment(problem.environment);
  const { stateSize } = environment;
  const { every, start = 0 } = replay;
  const uploaded = uploadedBatch(environment, batch, learner.needs ?? {}, 'replay');
  const tape = createTape();
  const replayed = deduplicateStates(uploaded.trajectories(tape), device);
  const update = await device.prepare(compile<string>(tape, learner.update(replayed)));
  let buffer = createReplayBuffer(replay, stateSize);
  // As in rollouts: seed, stream, iterations done.
  let key = Int32Array.of(seed, stream, 0, 0);
  let updated = false;

  return {
    async endIteration({ states, logRewards }, checked) {
      addObjects(buffer, { states, logRewards: Float32Array.from(logRewards) });
      const iteration = key[2]++;
      if (iteration < start || (iteration + 1) % every !== 0) return;
      const random = uniformStream(key[0], key[1], iteration);
      const drawn = drawObjects(buffer, batch, random);
      uploaded.write(device, replayedBatch(environment, drawn, random, learner.needs));
      if (checked) await update.runChecked();
      else update.run();
      updated = true;
    },
    async diagnostics() {
      if (!updated) return {};
      const entries = Object.keys(update.plan.outputs).map(async (name) => {
        return [`replayed${name[0].toUpperCase()}${name.slice(1)}`, (await update.read(name))[0]] as const;
      });
      return Object.fromEntries(await Promise.all(entries));
    },
    arrays() {
      const { states, logRewards } = bufferContents(buffer);
      return [
        { name: names.states, dtype: 'I32', shape: [logRewards.length, stateSize], data: states },
        { name: names.logRewards, dtype: 'F32', shape: [logRewards.length], data: logRewards },
        { name: names.key, dtype: 'I32', shape: [4], data: key.slice() },
      ];
    },
    restore(arrays) {
      const saved = readArrays(arrays, replay.capacity, stateSize);
      const restored = createReplayBuffer(replay, stateSize);
      addObjects(restored, saved);
      buffer = restored;
      key = saved.key;
    },
    plan: update.plan,
  };
}

function readArrays(arrays: readonly NamedArray[], capacity: number, stateSize: number) {
  const [states, logRewards, key] = [names.states, names.logRewards, names.key].map((name) => {
    const found = arrays.find((array) => array.name === name);
    if (!found) {
      throw new Error(`the checkpoint has no array ${name}: its run had no replay, and cannot be continued with it.`);
    }
    return found;
  });
  const count = logRewards.data.length;
  if (states.data.length !== count * stateSize || count > capacity || key.data.length !== 4) {
    throw new Error(
      `the checkpoint's replay buffer has ${count} log-rewards and states of shape [${states.shape.join(', ')}], but ` +
        `this run's holds at most ${capacity} objects of ${stateSize} numbers.`,
    );
  }
  return { states: Int32Array.from(states.data), logRewards: logRewards.data, key: Int32Array.from(key.data) };
}
