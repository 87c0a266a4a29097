import { describe, expect, test } from 'vitest';
import { enumerationOf } from '../../src/environment/enumeration.ts';
import type { Environment } from '../../src/environment/environment.ts';
import { objectStates } from '../../src/metrics/target-samples.ts';
import { bitSequence } from '../../src/problems/bit-sequence/environment.ts';
import { hypergrid } from '../../src/problems/hypergrid/environment.ts';
import { randomFrom } from '../../src/random/random-from.ts';
import { uniformStream } from '../../src/random/threefry.ts';
import { replayedBatch } from '../../src/replay/index.ts';
import { columnsOf } from '../../src/rollout/backward-data.ts';
import type { HostBatch } from '../../src/rollout/index.ts';
import { pairsEnvironment } from '../environment/pairs.ts';
import { prepareSample, sample } from '../rollout/batch.ts';
import { gridProblem } from '../rollout/problems.ts';
import { trainingDevices } from '../setup/devices.ts';

const environments: Environment[] = [
  hypergrid({ dimension: 3, side: 4 }),
  bitSequence({ length: 6, wordSize: 2 }),
  pairsEnvironment(),
];

/** Objects of an environment, some of them twice, with made-up log-rewards. */
function someObjects(environment: Environment) {
  const { objectCount } = enumerationOf(environment, 'a test');
  const random = randomFrom(4);
  const numbers = Array.from({ length: 40 }, () => Math.floor(random() * objectCount));
  return { states: objectStates(environment, numbers), logRewards: numbers.map((number) => number - 3.5) };
}

/** The rows of each trajectory, in time. */
function rowsByTrajectory({ columns, rows }: HostBatch, count: number): number[][] {
  const found = Array.from({ length: count }, (): number[] => []);
  for (let row = 0; row < rows(); row++) found[columns.trajectory[row]].push(row);
  return found;
}

/** A state's mask, as numbers. */
function maskAt(width: number, write: (mask: Int32Array) => void): number[] {
  const mask = new Int32Array(width);
  write(mask);
  return [...mask];
}

for (const environment of environments) {
  describe(`trajectories walked back from objects of ${environment.name}`, () => {
    const { stateSize, actionCount, backwardActionCount, observation } = environment;
    const objects = someObjects(environment);
    const count = objects.logRewards.length;
    const batch = replayedBatch(environment, objects, uniformStream(2, 5), { backward: true });
    const { columns, recorded } = batch;
    const trajectories = rowsByTrajectory(batch, count);

    test('lead from the initial state to their objects by allowed actions, seen as a policy sees them', () => {
      const { size } = observation;
      for (const [n, rows] of trajectories.entries()) {
        const state = new Int32Array(stateSize);
        environment.initial(state);
        for (const row of rows) {
          const mask = maskAt(actionCount, (into) => environment.forwardMask(state, into));
          expect([...columns.mask.subarray(row * actionCount, (row + 1) * actionCount)]).toEqual(mask);
          const seen = observation.kind !== 'features' ? new Int32Array(size) : new Float32Array(size);
          observation.encode(state, seen as Int32Array & Float32Array);
          expect(columns.observation.subarray(row * size, (row + 1) * size)).toEqual(seen);
          expect(environment.isTerminal(state)).toBe(false);
          expect(mask[columns.action[row]]).toBe(1);
          environment.step(state, columns.action[row]);
        }
        expect(environment.isTerminal(state)).toBe(true);
        expect(state).toEqual(objects.states.slice(n * stateSize, (n + 1) * stateSize));
        expect(state).toEqual(batch.states.slice(n * stateSize, (n + 1) * stateSize));
      }
    });

    test('have log P_B of each step, what undoes it, and log R in the last alone', () => {
      for (const [n, rows] of trajectories.entries()) {
        const state = new Int32Array(stateSize);
        environment.initial(state);
        for (const [i, row] of rows.entries()) {
          const action = columns.action[row];
          expect(recorded.backward?.action[row]).toBe(environment.backwardAction(state, action));
          environment.step(state, action);
          const mask = maskAt(backwardActionCount, (into) => environment.backwardMask(state, into));
          const allowed = mask.reduce((sum, entry) => sum + entry, 0);
          expect(columns.logBackward[row]).toBe(Math.fround(-Math.log(allowed)));
          expect(columns.logReward[row]).toBe(i === rows.length - 1 ? objects.logRewards[n] : 0);
        }
      }
    });

    test('lie in the layout of a rollout: by time first, each row at its place of the grid', () => {
      const places = Array.from(columns.gridIndex.subarray(0, batch.rows()));
      expect(places).toEqual([...places].sort((a, b) => a - b));
      expect(places).toEqual(
        trajectories.flatMap((rows, n) => rows.map((_, time) => time * count + n)).sort((a, b) => a - b),
      );
      columns.rowOfGrid.forEach((row, gridIndex) => {
        if (row < 0) expect(places).not.toContain(gridIndex);
        else expect(places[row]).toBe(gridIndex);
      });
    });

    test('of the same random numbers are the same, of others take other ways', () => {
      const again = replayedBatch(environment, objects, uniformStream(2, 5), { backward: true });
      expect(again.columns).toEqual(columns);
      expect(columnsOf(again.recorded)).toEqual(columnsOf(recorded));
      expect(replayedBatch(environment, objects, uniformStream(2, 5, 1)).columns.action).not.toEqual(columns.action);
    });
  });
}

test('where only one way leads to each object, what is replayed is the batch that was sampled', async () => {
  const { environment, reward } = gridProblem(1, 6);
  const options = prepareSample({ environment, reward }, { batch: 12, scale: 2 });
  const sampled = await sample(await trainingDevices[0].open(), options);
  const states = Int32Array.from(sampled.objects);
  const logRewards = Array.from({ length: 12 }, (_, n) => reward.logReward(states.subarray(n * 2, n * 2 + 2)));
  expect(environment.stateSize).toBe(2);
  const { columns, rows } = replayedBatch(environment, { states, logRewards }, uniformStream(1, 5));
  expect(rows()).toBe(sampled.rows);
  const { rowOfGrid, ...byRow } = columns;
  expect(Array.from(rowOfGrid)).toEqual(sampled.rowOfGrid);
  for (const [name, values] of Object.entries(byRow)) {
    const width = values.length / (12 * environment.maxSteps);
    const { [name as keyof typeof byRow]: expected } = sampled;
    expect(Array.from(values.subarray(0, rows() * width)), name).toEqual(expected);
  }
});

test('objects that are none, and environments that contradict themselves, are refused', () => {
  const environment = hypergrid({ dimension: 2, side: 4 });
  const states = new Int32Array(environment.stateSize);
  environment.initial(states);
  expect(() => replayedBatch(environment, { states, logRewards: [0] }, () => 0.5)).toThrow('not a terminal state');
  // Coordinates change places on the way forward.
  const swapped = (action: number) => (action === 2 ? 2 : 1 - action);
  const lost: Environment = Object.create(environment, {
    forwardAction: { value: (state: Int32Array, back: number) => swapped(environment.forwardAction(state, back)) },
  });
  const object = { states: objectStates(environment, [1]), logRewards: [0] };
  expect(() => replayedBatch(environment, object, () => 0.5)).not.toThrow();
  expect(() => replayedBatch(lost, object, () => 0.5)).toThrow(
    'leads to "(0, 0)", from where action 1, which redoes it (forwardAction), leads to "(0, 1)"',
  );
});
