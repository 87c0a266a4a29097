import { expect, test } from 'vitest';
import { gatherRows } from '../../src/ops/index.ts';
import { recordRollout } from '../../src/rollout/index.ts';
import { createTape } from '../../src/tape/index.ts';
import { expectClose } from '../setup/compare.ts';
import { onEach, testDevices } from '../setup/devices.ts';
import { prepareBatch, prepareSample, sample } from './batch.ts';
import { gridProblem, pairsProblem, stringsProblem } from './problems.ts';

const batch = 9;

onEach(testDevices, (open) => {
  for (const [name, problem] of [
    ['a hypergrid of 2 x 8', gridProblem(2, 8)],
    ['strings', stringsProblem()],
  ] as const) {
    test(`${name}: the trajectories are the same where the policy runs once for equal states`, async () => {
      const device = await open();
      const options = prepareSample(problem, { batch, scale: 3 });
      const { logits: expected, ...plain } = await sample(device, options);
      const tape = createTape();
      const trajectories = recordRollout(tape, { ...options, distinctStates: true });
      const { distinct, observation } = trajectories;
      if (!distinct) throw new Error('distinct states were asked for');
      const others = {
        seen: observation,
        again: gatherRows(distinct.observation, distinct.index),
        index: distinct.index,
      };
      const { executable, read } = await prepareBatch(device, tape, trajectories, others);
      for (const run of ['first', 'second']) {
        executable.run();
        const { logits, ...found } = await read();
        expect(found, `the ${run} run`).toEqual(plain);
        // Two layers of at most 12 terms, with weights up to 3.
        expectClose(logits, expected, { magnitude: 10, terms: 24 }, `the logits of the ${run} run`);
      }
      const size = problem.environment.observation.size;
      const part = async (of: 'seen' | 'again') => Array.from((await executable.read(of)).slice(0, plain.rows * size));
      expect(await part('again')).toEqual(await part('seen'));

      const index = Array.from((await executable.read('index')).slice(0, plain.rows));
      expect(index.slice(0, batch), 'the first step, at which all are at the initial state').toEqual(
        new Array(batch).fill(0),
      );
      const visits = plain.gridIndex.map((at, row) => {
        return `step ${Math.floor(at / batch)}: ${plain.observation.slice(row * size, (row + 1) * size)}`;
      });
      const numbers = [...new Set(visits)];
      expect(index).toEqual(visits.map((visit) => numbers.indexOf(visit)));
      expect(numbers.length).toBeLessThan(plain.rows);
      executable.release();
    });
  }
});

onEach(
  // The environment is in TypeScript alone.
  testDevices.filter(({ name }) => name !== 'webgpu'),
  (open) => {
    test('states seen as features are shared too', async () => {
      const device = await open();
      const options = prepareSample(pairsProblem(), { batch });
      const { logits: _, ...plain } = await sample(device, options);
      const { logits, ...found } = await sample(device, { ...options, distinctStates: true });
      expect(found).toEqual(plain);
      expect(logits.length).toBe(plain.rows * options.problem.environment.actionCount);
    });
  },
);
