import type { Device } from '../device/device.ts';
import type { Problem } from '../environment/environment.ts';
import type { Metrics } from '../metrics/catalogue.ts';
import { meanReward, meanRewardAgainst } from '../metrics/mean-reward.ts';
import { recentDistances, recentObjects } from '../metrics/recent-objects.ts';
import type { ExactTarget } from '../metrics/target.ts';
import { type RowProgram, rowProgram } from '../ops/index.ts';
import { type Tape, type Variable, variable, writeTo } from '../tape/index.ts';

/**
 * The most recently sampled objects, kept on the device: each iteration overwrites the oldest batch with its own. So no
 * batch is missed, however many iterations run between reports, and the cost is one copy of a batch.
 */
export interface RecentSamples {
  /** i32 [capacity, stateSize]: terminal states, as a ring: trajectory n of the run is in row n % capacity. */
  readonly objects: Variable;
  /**
   * Records the addition of a batch.
   * @param key the random key, whose third number counts the iterations
   * @param batch i32 [batch, stateSize], the objects sampled
   */
  record(tape: Tape, key: Variable, batch: Variable): void;
  /**
   * Metrics of the kept objects once `trajectories` have been sampled; none before the first. `recentDistances`
   * computes the distances of their empirical distribution from the target, which are not 0 even for a perfect sampler.
   * Without enumeration there is no target, and only the mean reward is given.
   */
  metrics(device: Device, trajectories: number, target: ExactTarget | undefined): Promise<Metrics>;
}

/** The product of an iteration's number and the batch size is computed in 32 bits. */
const max = 2 ** 31 - 1;

/**
 * A window on the last `capacity` objects of a run. The Ent-PPO paper compares the last 200,000 with the target.
 * @throws Error if the capacity is below one batch, or too large for 32-bit counting
 */
export function recentSamples({ environment, reward }: Problem, capacity: number, batch: number): RecentSamples {
  const { stateSize } = environment;
  if (!Number.isSafeInteger(capacity) || capacity < batch || capacity * Math.max(batch, stateSize) > max) {
    throw new Error(
      `training: recentSamples must be a whole number of objects, from a batch of ${batch} to ` +
        `${Math.floor(max / Math.max(batch, stateSize))}, not ${capacity}.`,
    );
  }
  const objects = variable('recent-samples/objects', 'i32', [capacity, stateSize]);
  const program = copyIntoRing(capacity, batch, stateSize);
  return {
    objects,
    record(tape, key, states) {
      rowProgram(tape, program, batch, [tape.read(key), tape.read(states)], [], [writeTo(objects)]);
    },
    async metrics(device, trajectories, target) {
      const count = Math.min(trajectories, capacity);
      if (count === 0) return {};
      const states = Int32Array.from(await device.read(objects)).subarray(0, count * stateSize);
      if (!target) {
        const stateAt = (n: number) => states.slice(n * stateSize, (n + 1) * stateSize);
        const logRewards = Float64Array.from({ length: count }, (_, n) => reward.logReward(stateAt(n)));
        return { recentMeanReward: meanReward(logRewards), recentSampleCount: count };
      }
      const recent = recentObjects(environment, capacity);
      recent.pushStates(states);
      const distances = recentDistances(recent, target.probability);
      const logRewards = Float64Array.from(recent.objects(), (object) => target.logReward[object]);
      const rewards = meanRewardAgainst(logRewards, target.expectedReward);
      return {
        recentTotalVariation: distances.totalVariation,
        recentKlPaper: distances.klPaper,
        recentJensenShannon: distances.jensenShannon,
        recentMeanReward: rewards.meanReward,
        recentRewardError: rewards.relativeDifference,
        recentSampleCount: count,
      };
    },
  };
}

function copyIntoRing(capacity: number, batch: number, stateSize: number): RowProgram {
  return {
    name: 'keep the objects sampled last',
    buffers: [{ name: 'key' }, { name: 'batch_rows' }, { name: 'ring_rows' }],
    host: ([key, states, ring], start, count) => {
      const first = (key[2] % capacity) * batch;
      for (let n = start; n < start + count; n++) {
        const slot = (first + n) % capacity;
        for (let i = 0; i < stateSize; i++) ring[slot * stateSize + i] = states[n * stateSize + i];
      }
    },
    // Iterations beyond 2^31 are not supported; (iteration % capacity) * batch stays below that too.
    wgsl: `
fn row(n: i32) {
  let slot = ((key[2] % ${capacity}) * ${batch} + n) % ${capacity};
  for (var i = 0; i < ${stateSize}; i++) { ring_rows[slot * ${stateSize} + i] = batch_rows[n * ${stateSize} + i]; }
}`,
  };
}
