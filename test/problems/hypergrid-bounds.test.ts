import { expect, test } from 'vitest';
import { gatherRows, reshape } from '../../src/ops/index.ts';
import { recordRollout } from '../../src/rollout/index.ts';
import { createTape, type Tensor, variable } from '../../src/tape/index.ts';
import { readBatch } from '../rollout/batch.ts';
import { gridProblem } from '../rollout/problems.ts';
import { onEach, testDevices } from '../setup/devices.ts';

/** Walks along one axis that end in each of its cells equally often: at cell x they stop with probability 1 / (side - x). */
function evenPolicy(side: number) {
  const logits = Array.from({ length: side }, (_, x) => [Math.log(Math.max(side - 1 - x, 1e-6)), 0]);
  return (observation: Tensor) => {
    const table = observation.tape.constant('f32', [side, 2], logits.flat());
    return gatherRows(table, reshape(observation, [observation.shape[0]]));
  };
}

onEach(testDevices, (open) => {
  // On sides of 11 and 21 cells lie on the bounds of a mode, 3/10 and 4/10, and on 21 on that of the ring too. All are
  // strict, so `<=` in a device's own program of the reward would be another target.
  test.each([11, 21])(
    'cells on the bounds of ring and modes have the reward of those outside, side %i',
    async (side) => {
      const problem = gridProblem(1, side, 'hard');
      const batch = 300;
      const tape = createTape();
      const key = variable('key', 'i32', [4], Int32Array.of(5, 3, 0, 0));
      const settings = variable('settings', 'f32', [2], Float32Array.of(0, 1));
      const trajectories = recordRollout(tape, { problem, batch, key, settings, policy: evenPolicy(side) });
      const { objects, logReward, trajectory } = await readBatch(await open(), tape, trajectories);
      const found = new Map<number, number>();
      for (let b = 0; b < batch; b++) found.set(objects[2 * b], logReward[trajectory.lastIndexOf(b)]);
      // By chance one of the cells might be missed; with this seed none is.
      expect([...found.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: side }, (_, x) => x));
      const onBounds = [...found.keys()].filter((x) => {
        const u = Math.abs(20 * x - 10 * (side - 1)) / (side - 1);
        return u === 5 || u === 6 || u === 8;
      });
      expect(onBounds.length).toBe(side === 11 ? 4 : 6);
      for (const [x, value] of found) {
        const u = Math.abs(20 * x - 10 * (side - 1)) / (side - 1);
        const reward = (u > 6 && u < 8 ? 3 : 0) + (u > 5 ? 1 : 0) + 1e-4;
        // A logarithm, rounded to float32.
        expect(Math.abs(value - Math.log(reward)), `cell ${x}`).toBeLessThanOrEqual(
          2 ** -22 * Math.abs(Math.log(reward)),
        );
      }
    },
  );
});
