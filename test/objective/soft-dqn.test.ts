import { describe, expect, test } from 'vitest';
import { enumerationOf } from '../../src/environment/enumeration.ts';
import type { Problem } from '../../src/environment/environment.ts';
import { exactFlows } from '../../src/metrics/flows.ts';
import { exactTarget } from '../../src/metrics/target.ts';
import { softDqn } from '../../src/objective/index.ts';
import { prepareSample, sample } from '../rollout/batch.ts';
import { gridProblem, pairsProblem, tabularProblem } from '../rollout/problems.ts';
import { onEach, testDevices } from '../setup/devices.ts';
import { prepareUpdate } from './recorded.ts';

const network = { hidden: [] };

/** The network's table at the solution: rows of outputs by state number, for dueling [log pi, log F] and else Q. */
function solutionOf({ environment, reward }: Problem, { dueling, alpha }: { dueling: boolean; alpha: number }) {
  const { logFlow, logPolicy } = exactFlows(environment, exactTarget(environment, reward).logReward);
  const { actionCount } = environment;
  const temperature = 1 / (1 - alpha);
  return Array.from(logFlow, (flow, index) => {
    const logPi = logPolicy.slice(index * actionCount, (index + 1) * actionCount);
    return dueling ? [...logPi, flow] : Array.from(logPi, (log) => flow + temperature * log);
  });
}

const largest = (numbers: ArrayLike<number>) =>
  Array.from(numbers).reduce((most: number, number) => Math.max(most, Math.abs(number)), 0);

onEach(testDevices, (open) => {
  describe.each([
    ['Q itself', { dueling: false }],
    ['dueling', { dueling: true }],
    ['double', { dueling: false, double: true }],
    ['dueling and double', { dueling: true, double: true }],
    ['Munchausen', { dueling: false, munchausen: { weight: 0.5 } }],
    ['dueling Munchausen', { dueling: true, munchausen: { weight: 0.5 } }],
  ])('%s', (_, options) => {
    test.each([
      ['a hypergrid', gridProblem(2, 4)],
      ['pairs', pairsProblem()],
    ])('at the exact solution of %s the loss and its gradient vanish, and V(s0) is log Z', async (_, plain) => {
      const device = await open();
      const problem = tabularProblem(plain);
      const batch = 16;
      const objective = softDqn({ ...options, residualLoss: 'half-squared', terminalWeight: 2 });
      const update = await prepareUpdate(device, { problem, objective, batch, network });
      const alpha = 'munchausen' in options ? options.munchausen.weight : 0;
      const table = solutionOf(problem, { dueling: options.dueling, alpha }).flat();
      const [{ parameters }] = update.learner.networks;
      const [target] = update.learner.variables;
      const load = (numbers: readonly number[]) => {
        const values = Object.assign(new Float64Array(parameters.values.shape[0]), numbers).fill(
          0,
          parameters.offsets[1],
        );
        update.reset({ policy: values });
        device.write(target, values);
      };
      load(table);
      update.load(
        await sample(device, { ...prepareSample(problem, { batch, seed: 2 }), policy: update.learner.logits }),
      );
      update.run();
      // Its weight of 1/2 and temperature of 2 are exact in float32. As for temporal differences: float32 holds log-flows of up to 9 to 5e-7, and a residual takes four of them; the
      // loss is the square of that, the gradient at most the residual times the weight of 2.
      const allowed = device.kind === 'reference' ? 1e-10 : 1e-5;
      expect((await update.diagnostics()).loss).toBeLessThanOrEqual(allowed ** 2);
      for (const gradient of await update.gradients()) expect(largest(gradient)).toBeLessThanOrEqual(2 * allowed);
      // Away from the solution they do not.
      load(table.map((number) => 1.5 * number));
      update.run();
      expect((await update.diagnostics()).loss).toBeGreaterThan(1e-3);
    });
  });
});

test("Munchausen's fixed point has the policy of the exact solution", () => {
  const problem = gridProblem(2, 3);
  const { environment, reward } = problem;
  const { stateCount, stateAt, indexOf } = enumerationOf(environment, 'the fixed point');
  const { logPolicy } = exactFlows(environment, exactTarget(environment, reward).logReward);
  const [alpha, actionCount] = [0.3, environment.actionCount];
  const temperature = 1 / (1 - alpha);
  // Q by fixed-point iteration of y, in float64.
  let q = Array.from({ length: stateCount }, () => new Array<number>(actionCount).fill(0));
  const maskAt = (state: Int32Array) => {
    const mask = new Int32Array(actionCount);
    environment.forwardMask(state, mask);
    return mask;
  };
  const softValue = (row: readonly number[], mask: Int32Array) =>
    temperature * Math.log(row.reduce((sum, x, a) => sum + mask[a] * Math.exp(x / temperature), 0));
  const state = new Int32Array(environment.stateSize);
  for (let iteration = 0; iteration < 200; iteration++) {
    q = q.map((row, index) => {
      stateAt(index, state);
      const mask = maskAt(state);
      return row.map((old, action) => {
        if (mask[action] === 0) return 0;
        const child = state.slice();
        environment.step(child, action);
        const parents = new Int32Array(environment.backwardActionCount);
        environment.backwardMask(child, parents);
        const logBackward = -Math.log(parents.reduce((a, b) => a + b, 0));
        const rest = environment.isTerminal(child)
          ? reward.logReward(child)
          : softValue(q[indexOf(child)], maskAt(child));
        return logBackward + rest + alpha * (old - softValue(row, mask));
      });
    });
  }
  q.forEach((row, index) => {
    stateAt(index, state);
    const mask = maskAt(state);
    row.forEach((value, action) => {
      if (mask[action] === 0) return;
      const log = (value - softValue(row, mask)) / temperature;
      // alpha^200 of the start is left, and some hundred roundings of numbers up to 10.
      expect(Math.abs(log - logPolicy[index * actionCount + action])).toBeLessThanOrEqual(1e-12);
    });
  });
});

test('the target network moves when it is due, fully or by a share', async () => {
  const device = await testDevices[0].open();
  const problem = gridProblem(2, 3);
  for (const [targetEvery, targetMix] of [
    [3, 1],
    [1, 0.25],
  ]) {
    const objective = softDqn({ targetEvery, targetMix });
    const update = await prepareUpdate(device, { problem, objective, batch: 4, network: { hidden: [4] } });
    const [{ parameters }] = update.learner.networks;
    const [target] = update.learner.variables;
    update.reset();
    const drawn = { ...prepareSample(problem, { batch: 4, seed: 2 }), policy: update.learner.logits };
    update.load(await sample(device, drawn));
    let expected = Array.from(await device.read(target));
    for (let iteration = 1; iteration <= 7; iteration++) {
      update.run();
      const present = await device.read(parameters.values);
      if (iteration % targetEvery === 0) {
        expected = expected.map((past, i) => Math.fround(past + targetMix * (present[i] - past)));
      }
      const found = await device.read(target);
      // Three roundings of numbers below 2.
      expect(largest(expected.map((value, i) => value - found[i]))).toBeLessThanOrEqual(3 * 2 ** -23);
      expected = Array.from(found);
    }
  }
});
