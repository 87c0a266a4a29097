import type { ReplayState } from '../checkpoint/run-state.ts';
import type { Device } from '../device/device.ts';
import type { AnyProblem, RatedObjects } from '../environment/environment.ts';
import { guardedEnvironment } from '../environment/guarded.ts';
import type { OffPolicyLearner } from '../objective/index.ts';
import { lessEqual, toFloat } from '../ops/index.ts';
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
  TRANSITION_STEPS,
  tellResiduals,
  transitionBatch,
  transitionsTo,
} from '../replay/index.ts';
import { deduplicateStates, prepareRating, uploadedBatch } from '../rollout/index.ts';
import { createTape, type Tensor, type Variable } from '../tape/index.ts';
import type { HostPart } from './state-parts.ts';

/** Learning from objects sampled before, along new trajectories to them. */
export interface ReplayOptions extends ReplayBufferOptions {
  /**
   * What the buffer stores: `objects` (the default), each drawn with a new backward walk, or `transitions`, single
   * steps of one walk to each object, for objectives whose loss is a sum over steps.
   */
  readonly unit?: 'objects' | 'transitions' | undefined;
  /** Makes one replay update, of the same batch size, every `every` iterations. */
  readonly every: number;
  /** Iterations before the first replay update; the buffer fills from the start. 0 by default. */
  readonly start?: number;
}

/** The output of the update with the sizes of residuals. */
const toldName = 'sizes of residuals';

/** @throws Error on settings out of range */
export function checkReplay(options: ReplayOptions): void {
  checkReplayBuffer(options);
  const { kind, unit = 'objects', every, start = 0 } = options;
  if (unit === 'transitions' && (kind === 'prioritised' || kind === 'offline')) {
    throw new Error(`replay: transitions are kept by fifo and residual, not by ${kind}, which is of objects.`);
  }
  if (!Number.isSafeInteger(every) || every < 1) {
    throw new Error(`replay: it takes place every so many iterations, at least 1, not ${every}.`);
  }
  if (!Number.isSafeInteger(start) || start < 0) {
    throw new Error(`replay: the iterations before it starts must be a whole number from 0, not ${start}.`);
  }
}

/** Replay in training iterations. */
export interface Replaying extends HostPart<ReplayState> {
  /**
   * Ends an iteration: stores its objects, and makes a replay update if one is due. The update is only started (see
   * `Executable.run`), or with `checked` verified number by number.
   * @param sampled the objects of the iteration's batch
   */
  endIteration(sampled: RatedObjects, checked: boolean): Promise<void>;
  /** The diagnostics of the last replayed update, such as `replayedLoss`; none before the first. */
  diagnostics(): Promise<Record<string, number>>;
  readonly plan: Plan;
  /** How many times it has written a variable after so many iterations. */
  writesAfter(iterations: number, variable: Variable): number;
}

export interface ReplayingOptions {
  readonly problem: AnyProblem;
  readonly learner: OffPolicyLearner;
  readonly batch: number;
  readonly seed: number;
  /** The random stream of draws and backward walks, with a part for each iteration. */
  readonly stream: number;
  readonly replay: ReplayOptions;
  /** The initial objects of an `offline` buffer, packed row by row. */
  readonly offline?: Int32Array | undefined;
}

/** Prepares replay. @throws Error on settings out of range */
export async function prepareReplaying(device: Device, options: ReplayingOptions): Promise<Replaying> {
  const { problem, learner, batch, seed, stream, replay, offline } = options;
  checkReplay(replay);
  const environment = guardedEnvironment(problem.environment);
  const { stateSize } = environment;
  const { every, start = 0, unit = 'objects' } = replay;
  const ofTransitions = unit === 'transitions';
  if (ofTransitions && !learner.ofSteps) {
    throw new Error(
      'replay: this objective learns from whole walks, not from single transitions (replay.unit): leave it at objects, or ' +
        'train one whose loss is of steps (db, fl-db, mdb, soft-dqn).',
    );
  }
  const steps = ofTransitions ? TRANSITION_STEPS : environment.maxSteps;
  const uploaded = uploadedBatch(environment, batch, learner.needs ?? {}, 'replay', steps);
  const tape = createTape();
  const replayed = deduplicateStates(uploaded.trajectories(tape), device);
  let residuals: Tensor | undefined;
  const diagnostics = learner.update(
    // Rows of time 0 come first in the grid.
    ofTransitions ? { ...replayed, counted: toFloat(lessEqual(replayed.gridIndex, batch - 1)) } : replayed,
    (sizes) => {
      residuals = sizes;
    },
  );
  if (replay.kind === 'residual' && !residuals) {
    throw new Error(
      'replay: this objective has no residuals of trajectories to draw by (replay.kind residual): take fifo, or another ' +
        'balance objective.',
    );
  }
  const names = Object.keys(diagnostics);
  const told = replay.kind === 'residual' && residuals ? { [toldName]: residuals } : {};
  const update = await device.prepare(compile<string>(tape, { ...diagnostics, ...told }));
  const width = ofTransitions ? stateSize + 1 : stateSize;
  let buffer = createReplayBuffer(replay, width);
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
      throw new Error(
        `replay: ${environment.text(wrong)} of the data set is not finished: the walk is not at its end.`,
      );
    const { logRewards } = await (await prepareRating(device, problem))(offline);
    addObjects(buffer, { states: offline, logRewards: Float32Array.from(logRewards) });
  }
  // As in rollouts: seed, stream, iterations done.
  let key = Int32Array.of(seed, stream, 0, 0);
  let updated = false;

  return {
    async endIteration({ states, logRewards }, checked) {
      const iteration = key[2]++;
      const random = uniformStream(key[0], key[1], iteration);
      const sampled = { states, logRewards: Float32Array.from(logRewards) };
      if (replay.kind !== 'offline') {
        addObjects(buffer, ofTransitions ? transitionsTo(environment, sampled, random) : sampled);
      }
      if (iteration < start || (iteration + 1) % every !== 0) return;
      const drawn = drawObjects(buffer, batch, random);
      uploaded.write(
        device,
        ofTransitions
          ? transitionBatch(environment, drawn, learner.needs)
          : replayedBatch(environment, drawn, random, learner.needs),
      );
      if (checked) await update.runChecked();
      else update.run();
      if (replay.kind === 'residual') tellResiduals(buffer, drawn.slots, await update.read(toldName));
      updated = true;
    },
    async diagnostics() {
      if (!updated) return {};
      const entries = names.map(async (name) => {
        return [`replayed${name[0].toUpperCase()}${name.slice(1)}`, (await update.read(name))[0]] as const;
      });
      return Object.fromEntries(await Promise.all(entries));
    },
    state: () => ({ stateSize: width, ...bufferContents(buffer), key: key.slice() }),
    restore(saved) {
      if (saved.stateSize !== width || saved.logRewards.length > replay.capacity) {
        throw new Error(
          `its replay buffer has ${saved.logRewards.length} objects of ${saved.stateSize} numbers, but this run's holds ` +
            `at most ${replay.capacity} of ${width}.`,
        );
      }
      if ((saved.residuals !== undefined) !== (replay.kind === 'residual')) {
        throw new Error(
          `its replay buffer has ${saved.residuals ? '' : 'no '}sizes of residuals, and this run's is ${replay.kind}.`,
        );
      }
      const restored = createReplayBuffer(replay, width);
      addObjects(restored, saved);
      if (saved.residuals)
        tellResiduals(
          restored,
          Int32Array.from(saved.residuals, (_, slot) => slot),
          saved.residuals,
        );
      buffer = restored;
      key = saved.key.slice();
    },
    plan: update.plan,
    writesAfter: (iterations, variable) =>
      tape.versionOf(variable) * (Math.floor(iterations / every) - Math.floor(Math.min(iterations, start) / every)),
  };
}
