import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Device } from '../../src/device/device.ts';
import { entPpo } from '../../src/objective/index.ts';
import { type CompileOptions, compile, kernelSteps } from '../../src/plan/index.ts';
import { recordRollout } from '../../src/rollout/index.ts';
import { createTape } from '../../src/tape/index.ts';
import { prepareSample } from '../rollout/batch.ts';
import { gridProblem } from '../rollout/problems.ts';
import { seeds } from '../setup/arbitraries.ts';
import { onEach, testDevices } from '../setup/devices.ts';
import { type Finished, prepareRerun, randomTape } from './random-tape.ts';

const plain = { fuse: false, shareMemory: false };

/** Compiling a shader takes a software GPU longer than running it, and every random chain is a new shader. */
const effort = {
  cpu: { runs: 60, longest: 30 },
  webgpu: { runs: 4, longest: 8 },
  reference: { runs: 150, longest: 30 },
};

describe('a random tape', () => {
  onEach(testDevices, (open) => {
    test('planned, fused and in shared memory gives the values of single operations, in every run', async () => {
      const device = await open();
      const { runs, longest } = effort[device.kind];
      await fc.assert(
        fc.asyncProperty(seeds, fc.integer({ min: 1, max: longest }), async (seed, length) => {
          const recorded = randomTape(seed, length);
          const [planned, unplanned] = [
            await prepareRerun(device, recorded),
            await prepareRerun(device, recorded, plain),
          ];
          const first = await planned.run();
          const expected = await unplanned.run();
          // A GPU's compiler may join a product and a sum into one rounding, but only within one launch.
          if (device.kind === 'webgpu') expectNear(first, expected);
          else expect(first).toEqual(expected);
          // The same bits again, whatever the first run left in the arena.
          expect(await planned.run()).toEqual(first);
          planned.release();
          unplanned.release();
        }),
        { seed: 20260101, numRuns: runs },
      );
    });
  });
});

/**
 * Each of up to 8 moves of at most 33 terms rounds by about 40 * 2^-24 = 2.4e-6 of numbers of size 1 to 8, and Adam's
 * first steps of 0.01 turn an error of a gradient into one of the same relative size; 1e-3 leaves room for all of it to
 * add up, and a tensor that reads another's numbers is off by about 1.
 */
function expectNear(found: Finished, expected: Finished): void {
  for (const kind of ['outputs', 'variables'] as const) {
    for (const [name, numbers] of Object.entries(expected[kind])) {
      const off = Math.max(0, ...Array.from(numbers, (value, i) => Math.abs(value - found[kind][name][i])));
      expect(off, `${kind} ${name}`).toBeLessThan(1e-3);
    }
  }
}

describe('a training iteration', () => {
  onEach(
    // On webgpu iterations are compared with plain loops (see test/objective/iteration.test.ts).
    testDevices.filter(({ name }) => name !== 'webgpu'),
    (open) => {
      test('fused and in shared memory gives the bits of unfused operations, in fewer steps and bytes', async () => {
        const device = await open();
        const [planned, unplanned] = [await trainTwice(device, {}), await trainTwice(device, plain)];
        expect(planned.numbers).toEqual(unplanned.numbers);
        expect(planned.steps).toBeLessThan(unplanned.steps);
        expect(planned.bytes).toBeLessThan(unplanned.bytes / 2);
      });
    },
  );
});

/** Two iterations of Ent-PPO on a batch that the updated policy samples. */
async function trainTwice(device: Device, options: CompileOptions) {
  const problem = gridProblem(2, 4);
  const learner = entPpo().learner({ environment: problem.environment, batch: 6, seed: 2, network: { hidden: [9] } });
  const tape = createTape();
  const rollout = { ...prepareSample(problem, { batch: 6 }), policy: learner.networks[0], distinctStates: true };
  const plan = compile<string>(tape, learner.update(recordRollout(tape, rollout)), options);
  const executable = await device.prepare(plan);
  executable.run(2);
  const figures = Object.keys(plan.outputs).map((name) => executable.read(name));
  const parameters = learner.networks.map(({ optimizer }) => device.read(optimizer.parameters.values));
  const numbers = await Promise.all([...figures, ...parameters]);
  executable.release();
  return { numbers, steps: kernelSteps(plan).length, bytes: plan.arenaBytes };
}
