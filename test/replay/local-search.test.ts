import { expect, test } from 'vitest';
import { arraysOf } from '../../src/checkpoint/run-state.ts';
import { openCpuDevice } from '../../src/device/cpu/cpu.ts';
import { enumerationOf } from '../../src/environment/enumeration.ts';
import { exactTarget } from '../../src/metrics/target.ts';
import { entPpo, trajectoryBalance } from '../../src/objective/index.ts';
import { drawAllowed } from '../../src/random/draw-allowed.ts';
import { randomFrom } from '../../src/random/random-from.ts';
import { type ObjectRows, searchLocally } from '../../src/replay/index.ts';
import { createTrainer } from '../../src/train/index.ts';
import { gridProblem, namedProblem } from '../rollout/problems.ts';

/** A policy far from uniform, whose logits are as random as they come. */
const logitsOf = (actionCount: number) => async (states: Int32Array, count: number) =>
  Float64Array.from({ length: count * actionCount }, (_, at) => {
    const row = Math.floor(at / actionCount);
    const size = states.length / count;
    const sum = states
      .subarray(row * size, (row + 1) * size)
      .reduce((total, number, i) => total + (3 * i + 1) * number, 0);
    return Math.sin(1.7 * sum + 2.3 * (at % actionCount));
  });

test.each([
  ['a hypergrid', () => gridProblem(2, 3)],
  ['sets of up to 3', () => namedProblem('sets', { items: 4, size: 3, upTo: true })],
])('Metropolis-Hastings keeps the target of %s', async (_, make) => {
  const { environment, reward } = await make();
  const { probability } = exactTarget(environment, reward);
  const { objectCount, objectAt, objectIndexOf } = enumerationOf(environment, 'objects');
  const { stateSize, actionCount } = environment;
  const random = randomFrom(3);
  const count = 8_000;
  const states = new Int32Array(count * stateSize);
  const all = new Int32Array(objectCount).fill(1);
  const rowOf = (n: number) => states.subarray(n * stateSize, (n + 1) * stateSize);
  for (let n = 0; n < count; n++) objectAt(drawAllowed(all, probability, random), rowOf(n));
  const rate = async (rows: Int32Array) =>
    Float64Array.from({ length: rows.length / stateSize }, (_, n) =>
      reward.logReward(rows.slice(n * stateSize, (n + 1) * stateSize)),
    );
  const { kept, accepted } = await searchLocally(
    environment,
    { states, logRewards: await rate(states) },
    { share: 0.7, accept: 'metropolis-hastings' },
    { logitsOf: logitsOf(actionCount), chunk: 4096, rate, random },
  );
  const moved = accepted.reduce((sum, one) => sum + one, 0);
  expect(moved).toBeGreaterThan(count / 20);
  expect(moved).toBeLessThan(count);
  const found = new Float64Array(objectCount);
  for (let n = 0; n < count; n++) found[objectIndexOf(kept.states.slice(n * stateSize, (n + 1) * stateSize))]++;
  // Independent draws: five standard deviations for each object.
  probability.forEach((share, object) => {
    const deviation = Math.sqrt(count * share * (1 - share));
    expect(Math.abs(found[object] - count * share)).toBeLessThanOrEqual(5 * deviation);
  });
});

test('greedy rounds continue from the last accepted objects, never to a lower reward', async () => {
  const { environment, reward } = gridProblem(2, 4, 'hard');
  const { stateSize, actionCount } = environment;
  const random = randomFrom(5);
  const rate = async (rows: Int32Array) =>
    Float64Array.from({ length: rows.length / stateSize }, (_, n) =>
      reward.logReward(rows.slice(n * stateSize, (n + 1) * stateSize)),
    );
  const states = Int32Array.from(Array.from({ length: 30 }, () => [1, 1, 1]).flat());
  let objects: ObjectRows = { states, logRewards: await rate(states) };
  for (let round = 0; round < 3; round++) {
    const { kept, proposed, accepted } = await searchLocally(
      environment,
      objects,
      { share: 1, accept: 'greedy' },
      { logitsOf: logitsOf(actionCount), chunk: 8, rate, random },
    );
    for (const [n, isKept] of accepted.entries()) {
      const [from, to, before] = [proposed, kept, objects].map(({ states: rows }) => [
        ...rows.slice(n * stateSize, (n + 1) * stateSize),
      ]);
      expect(to).toEqual(isKept === 1 ? from : before);
      expect(kept.logRewards[n]).toBeGreaterThanOrEqual(objects.logRewards[n]);
      expect(isKept === 1).toBe(proposed.logRewards[n] >= objects.logRewards[n]);
    }
    expect(Array.from(kept.logRewards)).toEqual(Array.from(await rate(kept.states)));
    objects = kept;
  }
});

test('a run with local search continues from a snapshot to the same numbers; policy gradients refuse it', async () => {
  const device = await openCpuDevice();
  const settings = {
    ...{ device, problem: gridProblem(2, 4), objective: trajectoryBalance(), steps: 4, batch: 4, seed: 2 },
    ...{ network: { hidden: [8] }, localSearch: { rounds: 2 } },
  };
  const numbers = async (steps: number[], from?: Awaited<ReturnType<typeof first.snapshot>>) => {
    const trainer = await createTrainer({ ...settings, from });
    for (const count of steps) await trainer.step(count);
    const state = await trainer.snapshot();
    return { state, arrays: arraysOf(state).map(({ name, data }) => [name, Array.from(data)]) };
  };
  const first = await createTrainer(settings);
  const { diagnostics } = await first.step(2);
  expect(diagnostics.searchedLoss).toBeGreaterThan(0);
  expect(diagnostics.searchAccepted).toBeGreaterThan(0);
  const whole = await numbers([4]);
  expect((await numbers([2], await first.snapshot())).arrays).toEqual(whole.arrays);
  await expect(createTrainer({ ...settings, objective: entPpo() })).rejects.toThrow(
    'localSearch would bias its gradient',
  );
  device.destroy();
});
