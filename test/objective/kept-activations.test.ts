import { describe, expect, test } from 'vitest';
import type { Device } from '../../src/device/device.ts';
import type { Problem } from '../../src/environment/environment.ts';
import { trajectoryBalance } from '../../src/objective/index.ts';
import { compile } from '../../src/plan/index.ts';
import { type RolloutOptions, recordRollout } from '../../src/rollout/index.ts';
import { createTape, variable } from '../../src/tape/index.ts';
import { gridProblem, stringsProblem } from '../rollout/problems.ts';
import { expectClose } from '../setup/compare.ts';
import { onEach, testDevices } from '../setup/devices.ts';
import { objectiveNamed, objectiveNames } from '../setup/objectives.ts';

type Variant = 'kept' | 'distinct' | 'second pass';

const network = { hidden: [7, 6], projection: 5 };
const batch = 4;

/** An iteration that learns from what its rollout computed, or as if it knew nothing of it. */
function record(problem: Problem, objective: string, variant: Variant) {
  const [name, backwardPolicy] = objective.split(', ');
  const options = backwardPolicy ? { backwardPolicy } : {};
  const learner = objectiveNamed(name, options).learner({ ...problem, batch, seed: 3, network });
  const rollout: RolloutOptions = {
    problem,
    batch,
    key: variable('key', 'i32', [4], Int32Array.of(9, 3, 0, 0)),
    settings: variable('settings', 'f32', [2], Float32Array.of(0.1, 1)),
    policy: variant === 'second pass' ? learner.logits : learner.networks[0],
    distinctStates: variant === 'distinct',
    ...(learner.needs ? { needs: learner.needs } : {}),
  };
  const tape = createTape();
  const plan = compile<string>(tape, learner.update(recordRollout(tape, rollout)));
  return { learner, plan };
}

/** What one iteration leaves: its diagnostics, and every network's numbers and first moments. */
async function iterate(device: Device, problem: Problem, objective: string, variant: Variant) {
  const { learner, plan } = record(problem, objective, variant);
  const executable = await device.prepare(plan);
  const before = device.counts.launches;
  executable.run();
  const launches = device.counts.launches - before;
  const read = async (name: string) => [name, Array.from(await executable.read(name))] as const;
  const diagnostics = Object.fromEntries(await Promise.all(Object.keys(plan.outputs).map(read)));
  const moments = await Promise.all(
    learner.networks.map(({ optimizer }) => device.read(optimizer.state['first-moment'])),
  );
  const values = await Promise.all(learner.networks.map(({ parameters }) => device.read(parameters.values)));
  const moved = learner.networks.map(
    (
      {
        parameters: {
          values: { initial },
        },
      },
      i,
    ) => Array.from(values[i]).some((value, k) => value !== initial?.[k]),
  );
  executable.release();
  return { launches, diagnostics, moments, values, moved };
}

describe('an iteration that learns from what the rollout computed', () => {
  describe('in float64', () => {
    for (const name of [...objectiveNames, 'db, learned', 'mdb, learned', 'vargrad, tlm', 'gae, tlm']) {
      test(`${name}: ends with the numbers of an iteration that runs the network again`, async () => {
        const device = await testDevices[2].open();
        // Strings of one length have neither a stop nor a potential on the way.
        const looksAhead = ['mdb', 'fl-db', 'fl-subtb'].some((each) => name.startsWith(each));
        for (const problem of looksAhead ? [gridProblem(2, 4)] : [gridProblem(2, 4), stringsProblem()]) {
          const expected = await iterate(device, problem, name, 'second pass');
          for (const variant of ['kept', 'distinct'] as const) {
            const found = await iterate(device, problem, name, variant);
            // The same sums, in another order: some 1e4 roundings of 2^-53 at each of a few updates. Adam divides small
            // gradients by themselves, so that the errors of its steps are relative to the step, 1e-3 to 0.1.
            const off = (a: ArrayLike<number>, b: ArrayLike<number>) =>
              Math.max(0, ...Array.from(a, (value, i) => Math.abs(value - b[i]) / (1 + Math.abs(b[i]))));
            for (const [figure, numbers] of Object.entries(expected.diagnostics)) {
              expect(off(found.diagnostics[figure], numbers), `${figure}, ${variant}`).toBeLessThan(1e-9);
            }
            expected.values.forEach((numbers, i) => {
              expect(off(found.values[i], numbers), `network ${i}, ${variant}`).toBeLessThan(1e-9);
              expect(expected.moved[i], `network ${i}`).toBe(true);
            });
          }
        }
      });
    }
  });

  onEach(testDevices, (open) => {
    for (const name of ['tb', 'subtb, learned', 'gae']) {
      test(`${name}: has the gradient of a second pass`, async () => {
        const device = await open();
        const problem = gridProblem(2, 4);
        const expected = await iterate(device, problem, name, 'second pass');
        for (const variant of ['kept', 'distinct'] as const) {
          const found = await iterate(device, problem, name, variant);
          expected.moments.forEach((moment, i) => {
            // Residuals and soft returns up to about 10, on some 30 rows, times activations below 1.
            const arithmetic = { terms: 42, magnitude: 10 };
            expectClose(found.moments[i], moment, arithmetic, `the first moment of network ${i}, ${variant}`);
          });
        }
      });
    }
  });
});

describe('the launches of an iteration', () => {
  /** How often each kernel stands outside of the rollout's loop. */
  function outside(variant: Variant, objective = 'tb') {
    const { plan } = record(stringsProblem(), objective, variant);
    const counts = new Map<string, number>();
    for (const entry of plan.steps) {
      if (entry.kind === 'kernel') counts.set(entry.step.kernel, (counts.get(entry.step.kernel) ?? 0) + 1);
    }
    return counts;
  }

  test('repeat no layer outside of the rollout, except the product of the last two', () => {
    const [kept, again] = [outside('kept'), outside('second pass')];
    expect([kept.get('oneHotDense') ?? 0, again.get('oneHotDense')]).toEqual([0, 1]);
    // Two for the joined layers' weights and biases; a second pass joins them again, and has two layers on rows.
    expect([kept.get('dense'), again.get('dense')]).toEqual([2, 4]);
    for (const gradient of ['denseWeightGradient', 'denseInputGradient', 'oneHotDenseWeightGradient']) {
      expect(kept.get(gradient), gradient).toBe(again.get(gradient));
    }
  });

  test('of both policies from one pass: beyond it, only the states at the ends are computed', () => {
    const { plan } = record(stringsProblem(), 'tb, learned', 'kept');
    const steps = plan.steps.flatMap((entry) => (entry.kind === 'kernel' ? [entry.step] : []));
    const shapesOf = (kernel: string) =>
      steps.filter((step) => step.kernel === kernel).map(({ outputs: [y] }) => y.shape.join(' x '));
    // Hidden layers of 7, 6 and 5, of which the last is linear; 4 forward logits and 1 backward. Over all states it is
    // joined with the outputs, [6 x 5] weights and [1 x 5] biases; at the few ends that would be more work.
    expect(shapesOf('oneHotDense')).toEqual(['4 x 7']);
    expect(shapesOf('dense')).toEqual(['1 x 5', '6 x 5', '4 x 6', '4 x 5', '4 x 5']);
    const inputGradients = ['4 x 5', '4 x 6', '4 x 7', '32 x 6', '32 x 7', '6 x 5', '1 x 5'];
    expect(shapesOf('denseInputGradient')).toEqual(inputGradients);
    // Three matrices at the ends, two over all states, and the two that the joined one is made of.
    expect(shapesOf('denseWeightGradient')).toHaveLength(7);
    expect(shapesOf('oneHotDenseWeightGradient')).toEqual(['40 x 7', '40 x 7']);
  });

  test('save every launch of a second pass', async () => {
    const device = await testDevices[0].open();
    const launches = async (variant: Variant) => (await iterate(device, stringsProblem(), 'tb', variant)).launches;
    // In the second pass: three layers and the joining of the last two, by weights and by biases. Its rollout, which is
    // not told of the network, joins them anew at each of 8 steps.
    expect((await launches('second pass')) - (await launches('kept'))).toBe(3 + 2 * 8);
  });

  test('a policy whose parameters have been written since is run again', () => {
    const problem = gridProblem(2, 4);
    const learner = trajectoryBalance({ backwardPolicy: 'tlm' }).learner({
      environment: problem.environment,
      batch: 2,
      seed: 1,
      network: { hidden: [4] },
    });
    const tape = createTape();
    const rollout: RolloutOptions = {
      problem,
      batch: 2,
      key: variable('key', 'i32', [4]),
      settings: variable('settings', 'f32', [2], Float32Array.of(0, 1)),
      policy: learner.networks[0],
      ...(learner.needs ? { needs: learner.needs } : {}),
    };
    const trajectories = recordRollout(tape, rollout);
    expect(trajectories.policy).toBeDefined();
    const before = tape.nodes.length;
    learner.update(trajectories);
    const passes = tape.nodes.slice(before).filter((node) => {
      return node.operation.name === 'oneHotDense' && node.inputs[0].source === trajectories.observation.source;
    });
    // The likelihood's first update knows the rollout's outputs, its others run it. The last pass gives both policies'
    // logits for the balance.
    expect(passes).toHaveLength(4);
  });
});
