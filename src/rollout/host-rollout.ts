import type { Device, Executable } from '../device/device.ts';
import { drawCondition, givenLevel } from '../environment/condition.ts';
import type { AnyProblem, RatedObjects } from '../environment/environment.ts';
import { guardedEnvironment, unfinishedWalk } from '../environment/guarded.ts';
import { sampleAction } from '../ops/index.ts';
import { compile } from '../plan/index.ts';
import { uniformStream } from '../random/threefry.ts';
import type { Rows, Tape } from '../tape/index.ts';
import { createTape, variable } from '../tape/index.ts';
import { type HostBatch, hostBatch } from './host-batch.ts';
import { policyLogits } from './policy.ts';
import { prepareRating } from './rate.ts';
import { ratingQueue } from './rating-queue.ts';
import type { RolloutOptions } from './rollout.ts';
import type { Trajectories } from './trajectories.ts';
import { uploadedBatch } from './uploaded-batch.ts';

/** A rollout whose environment is stepped on the host. */
export interface HostRollout {
  /**
   * Prepares the policy's plan, which the first sampling otherwise does. Whoever trains on the batches prepares that plan
   * first: it is larger, and if it does not fit, it is refused before anything has been reserved.
   */
  prepare(): Promise<void>;
  /** Samples a batch and writes it to the device. @throws the error of a deferred reward; nothing is written then */
  sample(): Promise<void>;
  /** The last batch, on a tape. */
  trajectories(tape: Tape): Trajectories;
  /** The rewards of the last batch's objects. */
  ratings(): RatedObjects;
}

/** Rollouts of a problem whose reward may be deferred. */
export interface HostRolloutOptions extends Omit<RolloutOptions, 'problem'> {
  readonly problem: AnyProblem;
  /** The condition of all trajectories, such as an inverse temperature; by default one is drawn for each. */
  readonly condition?: number | undefined;
}

/**
 * Prepares a rollout with the policy on the device and the environment in TypeScript: one run, one read-back and one
 * upload for each step of the longest trajectory. The trajectories are those that `recordRollout` would sample with the
 * same key. Objects with a deferred reward are rated while the other trajectories continue.
 */
export async function prepareHostRollout(device: Device, options: HostRolloutOptions): Promise<HostRollout> {
  const { problem, batch, policy, key, settings, needs = {}, name = 'rollout' } = options;
  const environment = guardedEnvironment(problem.environment);
  const level = givenLevel(environment, options.condition);
  const { actionCount, maxSteps: steps } = environment;
  const { dtype: observed, size } = environment.observation;
  const window = variable(`${name}/present-rows`, 'i32', [2]);
  const gridIndex = variable(`${name}/present-grid-index`, 'i32', [batch]);
  const observation = variable(`${name}/present-observation`, observed, [batch, size]);
  const mask = variable(`${name}/present-mask`, 'i32', [batch, actionCount]);
  const tape = createTape();
  const rows: Rows = { capacity: batch, max: batch, window: tape.read(window) };
  const [seen, allowed, places] = [observation, mask, gridIndex].map((source) =>
    tape.read(source, { offset: 0, shape: source.shape, rows }),
  );
  const logits = policyLogits(policy, seen, actionCount);
  const action = sampleAction(logits, allowed, tape.read(key), places, tape.read(settings));
  const plan = compile(tape, { logits, action });
  let act: Executable<'logits' | 'action'> | undefined;
  const prepare = async () => {
    act = await device.prepare(plan);
    return act;
  };

  const uploaded = uploadedBatch(environment, batch, needs, name);
  const logitsOfRows = variable(`${name}/logits`, 'f32', [batch * steps, actionCount]);
  const rate = await prepareRating(device, problem);
  let rated: RatedObjects | undefined;

  /** The initial states of trajectories: their conditions follow from the key, like everything else. */
  const starts = async () => {
    if (!environment.condition) return {};
    if (level !== undefined) {
      const { index } = environment.condition;
      return {
        initial(state: Int32Array) {
          environment.initial(state);
          state[index] = level;
        },
      };
    }
    const [seed, stream, iteration] = await device.read(key);
    const random = uniformStream(seed, stream ^ conditionStream, iteration);
    return {
      initial(state: Int32Array) {
        environment.initial(state);
        drawCondition(environment, state, random);
      },
    };
  };
  const begin = async (onLast: (state: Int32Array, trajectory: number, row: number) => void): Promise<HostBatch> =>
    hostBatch(environment, batch, {
      needs,
      ...(await starts()),
      logReward(...last) {
        onLast(...last);
        return 0;
      },
    });

  return {
    async prepare() {
      await prepare();
    },
    async sample() {
      const ready = act ?? (await prepare());
      const queue = ratingQueue(rate);
      const logRewards = new Float64Array(batch);
      const scores = new Float64Array(batch).fill(Number.NaN);
      const onHost = await begin((state, trajectory, row) =>
        queue.add(state, (logReward, score) => {
          logRewards[trajectory] = logReward;
          columns.logReward[row] = logReward;
          if (score !== undefined) scores[trajectory] = score;
        }),
      );
      const { columns } = onHost;
      const logitsOnHost = new Float32Array(batch * steps * actionCount);
      const present = { gridIndex: new Int32Array(batch), mask: new Int32Array(batch * actionCount) };
      const seenNow = columns.observation.slice(0, batch * size);
      for (let time = 0; time < steps && onHost.active().length > 0; time++) {
        const active = onHost.active();
        const first = onHost.observe();
        const last = first + active.length;
        seenNow.set(columns.observation.subarray(first * size, last * size));
        present.mask.set(columns.mask.subarray(first * actionCount, last * actionCount));
        for (const [i, trajectory] of active.entries()) present.gridIndex[i] = time * batch + trajectory;
        device.write(window, [0, active.length]);
        device.write(gridIndex, present.gridIndex);
        device.write(observation, seenNow);
        device.write(mask, present.mask);
        ready.run();
        // Finished objects are rated while the device computes the rest.
        queue.send();
        const [actions, values] = await Promise.all([ready.read('action'), ready.read('logits')]);
        logitsOnHost.set(values.subarray(0, active.length * actionCount), first * actionCount);
        const rowOf = new Map(active.map((trajectory, i) => [trajectory, i]));
        onHost.advance((trajectory) => actions[rowOf.get(trajectory) as number]);
      }
      const [unfinished] = onHost.active();
      if (unfinished !== undefined) {
        const { stateSize } = environment;
        throw unfinishedWalk(environment, onHost.states.slice(unfinished * stateSize, (unfinished + 1) * stateSize));
      }
      await queue.settle();
      rated = { states: onHost.states.slice(), logRewards, scores };
      uploaded.write(device, onHost);
      device.write(logitsOfRows, logitsOnHost);
    },
    trajectories(onto) {
      const trajectories = uploaded.trajectories(onto);
      const { rows: counted } = trajectories.action;
      const { shape } = logitsOfRows;
      return {
        ...trajectories,
        logits: onto.read(logitsOfRows, { offset: 0, shape, ...(counted ? { rows: counted } : {}) }),
      };
    },
    ratings() {
      if (!rated) throw new Error('rollout: no batch has been sampled yet.');
      return rated;
    },
  };
}

/** Keeps draws of conditions apart from those of actions, which have the same seed and stream. */
const conditionStream = 0x636f6e64;
