import type { ReplayState } from '../checkpoint/run-state.ts';
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
import { deduplicateStates, prepareRating, uploadedBatch } from '../rollout/index.ts';
import { createTape } from '../tape/index.ts';
import type { HostPart } from './state-parts.ts';

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
export interface Replaying extends HostPart<ReplayState> {
  /**
   * Ends an iteration: keeps the objects that it sampled, and makes the update on replayed ones if it is due. The update
   * itself is only begun (see `Executable.run`), or with `checked` looked at number by number.
   * @param sampled the objects of the iteration's batch
   */
  endIteration(sampled: RatedObjects, checked: boolean): Promise<void>;
  /** The diagnostics of the last replayed update, such as `replayedLoss`; none before the first. */
  diagnostics(): Promise<Record<string, number>>;
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
  /** The objects that an `offline` buffer begins with, packed row behind row. */
  readonly offline?: Int32Array | undefined;
}

/** Makes replay ready. @throws Error on settings out of range */
export async function prepareReplaying(device: Device, options: ReplayingOptions): Promise<Replaying> {
  const { problem, learner, batch, seed, stream, replay, offline } = options;
  checkReplay(replay);
  const environment = guardedEnvironment(problem.environment);
  const { stateSize } = environment;
  const { every, start = 0 } = replay;
  const uploaded = uploadedBatch(environment, batch, learner.needs ?? {}, 'replay');
  const tape = createTape();
  const replayed = deduplicateStates(uploaded.trajectories(tape), device);
  const update = await device.prepare(compile<string>(tape, learner.update(replayed)));
  let buffer = createReplayBuffer(replay, stateSize);
  if (offline) {
    const count = offline.length / stateSize;
    if (!Number.isInteger(count) || count < 1 || count > replay.capacity) {
      throw new Error(
        `replay: a data set of ${offline.length} numbers is no 1 to ${replay.capacity} (capacity) rows of ${stateSize}.`,
      );
    }
    const wrong = Array.from({ length: count }, (_, n) => offline.slice(n * stateSize, (n + 1) * stateSize)).find(
      (state) => !environment.isTerminal(state),
    );
    if (wrong)
      throw new Error(`replay: ${environment.text(wrong)} of the data set is no object: the walk is not at its end.`);
    const { logRewards } = await (await prepareRating(device, problem))(offline);
    addObjects(buffer, { states: offline, logRewards: Float32Array.from(logRewards) });
  }
  // As in rollouts: seed, stream, iterations done.
  let key = Int32Array.of(seed, stream, 0, 0);
  let updated = false;

  return {
    async endIteration({ states, logRewards }, checked) {
      if (replay.kind !== 'offline') addObjects(buffer, { states, logRewards: Float32Array.from(logRewards) });
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
    state: () => ({ stateSize, ...bufferContents(buffer), key: key.slice() }),
    restore(saved) {
      if (saved.stateSize !== stateSize || saved.logRewards.length > replay.capacity) {
        throw new Error(
          `its replay buffer has ${saved.logRewards.length} objects of ${saved.stateSize} numbers, but this run's holds ` +
            `at most ${replay.capacity} of ${stateSize}.`,
        );
      }
      const restored = createReplayBuffer(replay, stateSize);
      addObjects(restored, saved);
      buffer = restored;
      key = saved.key.slice();
    },
    plan: update.plan,
  };
}
