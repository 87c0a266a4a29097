import { describe, expect, test } from 'vitest';
import type { Problem } from '../../src/environment/environment.ts';
import { compile } from '../../src/plan/index.ts';
import { recordRollout } from '../../src/rollout/index.ts';
import { createTape, variable } from '../../src/tape/index.ts';
import { onEach, testDevices } from '../setup/devices.ts';
import { type Batch, prepareSample, rowsOf, sample } from './batch.ts';
import { gridProblem, pairsProblem, stringsProblem } from './problems.ts';

const problems: readonly [string, Problem, number][] = [
  ['a hypergrid of 2 x 8', gridProblem(2, 8), 33],
  ['a hard hypergrid of 3 x 5', gridProblem(3, 5, 'hard'), 7],
  ['a hypergrid of one dimension and two cells', gridProblem(1, 2), 5],
  ['strings', stringsProblem(), 9],
  ['pairs', pairsProblem(), 12],
];

/** Rows stand by time, then by trajectory, without gaps; `rowOfGrid` and `gridIndex` lead from the one order to the other. */
function expectLayout({ batch, steps, rows, gridIndex, trajectory, rowOfGrid }: Batch): void {
  expect(gridIndex.slice(0, batch)).toEqual(Array.from({ length: batch }, (_, b) => b));
  for (let row = 1; row < rows; row++) expect(gridIndex[row]).toBeGreaterThan(gridIndex[row - 1]);
  gridIndex.forEach((at, row) => {
    expect(trajectory[row]).toBe(at % batch);
    expect(rowOfGrid[at]).toBe(row);
    // A trajectory that is under way now was under way before.
    if (at >= batch) expect(rowOfGrid[at - batch]).toBeGreaterThanOrEqual(0);
  });
  expect(rowOfGrid.filter((row) => row >= 0).length).toBe(rows);
  expect(rowOfGrid.length).toBe(steps * batch);
}

/** Every trajectory, played again by the environment's TypeScript, is what was recorded. */
function expectReplays({ environment, reward }: Problem, sampled: Batch): void {
  const { stateSize, actionCount, observation } = environment;
  const size = environment.observation.size;
  for (let b = 0; b < sampled.batch; b++) {
    const state = new Int32Array(stateSize);
    const mask = new Int32Array(actionCount);
    const backwardMask = new Int32Array(environment.backwardActionCount);
    const seen = observation.kind !== 'features' ? new Int32Array(size) : new Float32Array(size);
    environment.initial(state);
    for (const row of rowsOf(sampled, b)) {
      expect(environment.isTerminal(state)).toBe(false);
      if (observation.kind !== 'features') observation.encode(state, seen as Int32Array);
      else observation.encode(state, seen as Float32Array);
      expect(sampled.observation.slice(row * size, (row + 1) * size)).toEqual([...seen]);
      environment.forwardMask(state, mask);
      expect(sampled.mask.slice(row * actionCount, (row + 1) * actionCount)).toEqual([...mask]);
      const action = sampled.action[row];
      expect(mask[action], `action ${action} at ${environment.text(state)}`).toBe(1);
      environment.step(state, action);
      environment.backwardMask(state, backwardMask);
      const parents = backwardMask.reduce((a, b) => a + b, 0);
      // Float32 holds log-probabilities and log-rewards of up to 10 to 5e-7; WGSL's log is good to 3 units there.
      expect(Math.abs(sampled.logBackward[row] + Math.log(parents))).toBeLessThan(3e-6);
      const logReward = environment.isTerminal(state) ? reward.logReward(state) : 0;
      expect(Math.abs(sampled.logReward[row] - logReward)).toBeLessThan(3e-6);
    }
    expect(environment.isTerminal(state)).toBe(true);
    expect(sampled.objects.slice(b * stateSize, (b + 1) * stateSize)).toEqual([...state]);
  }
}

onEach(testDevices, (open) => {
  test.each(problems)(
    'trajectories of %s are laid out without gaps and replay to their ends',
    async (_, problem, batch) => {
      const sampled = await sample(await open(), prepareSample(problem, { batch, scale: 3 }));
      expectLayout(sampled);
      expectReplays(problem, sampled);
    },
  );

  test('the next key gives other trajectories, the same key the same ones', async () => {
    const options = prepareSample(gridProblem(2, 8), { batch: 33, scale: 3 });
    const device = await open();
    const first = await sample(device, options);
    expect(await sample(device, options)).toEqual(first);
    device.write(options.key, [1, 3, 1, 0]);
    expect((await sample(device, options)).action).not.toEqual(first.action);
  });
});

describe('the cost of a rollout', () => {
  onEach(
    testDevices.filter(({ name }) => name !== 'webgpu'),
    (open) => {
      test('is that of its longest trajectory', async () => {
        const problem = gridProblem(2, 8);
        const options = prepareSample(problem, { batch: 3 });
        const device = await open();
        const tape = createTape();
        const { gridIndex } = recordRollout(tape, options);
        const executable = await device.prepare(compile(tape, { gridIndex }));
        const before = device.counts.launches;
        executable.run();
        const launches = device.counts.launches - before;
        const rows = Array.from(await executable.read('gridIndex'));
        const longest = Math.floor(Math.max(...rows) / 3) + 1;
        const { maxSteps } = problem.environment;
        expect(longest).toBeLessThan(maxSteps);
        const body = (executable.launches - launches) / (maxSteps - longest);
        expect(Number.isInteger(body) && body > 0).toBe(true);
        executable.release();
      });
    },
  );
});

test.each([0, -1, 1.5])('a batch of %s trajectories is refused', (batch) => {
  const options = { ...prepareSample(gridProblem(2, 4), { batch: 1 }), batch };
  expect(() => recordRollout(createTape(), options)).toThrow(`a batch of ${batch} trajectories cannot be sampled`);
});

test('rollouts on one tape stay separate', () => {
  const tape = createTape();
  const key = variable('key', 'i32', [4]);
  const options = { ...prepareSample(gridProblem(2, 4), { batch: 2 }), key };
  const [a, b] = [recordRollout(tape, options), recordRollout(tape, { ...options, name: 'other' })];
  expect(a.objects).not.toBe(b.objects);
  expect(() => compile(tape, { a: a.action, b: b.action })).not.toThrow();
});
