import { beforeAll, describe, expect, test } from 'vitest';
import type { Device } from '../../src/device/device.ts';
import { differentiate } from '../../src/gradcheck/differences.ts';
import { innerProduct, normals } from '../../src/gradcheck/directions.ts';
import { readParameters } from '../../src/nn/index.ts';
import { applyValue, type EntPpoOptions, entPpo, generalizedAdvantage, softReturn } from '../../src/objective/index.ts';
import { categorical, gradient, multiply, pack, stopGradient, sum } from '../../src/ops/index.ts';
import { compile } from '../../src/plan/index.ts';
import { fromGrid, toGrid } from '../../src/rollout/index.ts';
import { createTape } from '../../src/tape/index.ts';
import { type Batch, prepareSample, sample } from '../rollout/batch.ts';
import { gridProblem } from '../rollout/problems.ts';
import { onEach, referenceDevice, testDevices, trainingDevices } from '../setup/devices.ts';
import { advantagesOf, logPolicy, plainTrajectories, policyGradient, valueGradient } from './plain-ent-ppo.ts';
import { outputOf, plainNetwork } from './plain-network.ts';
import { prepareUpdate, type RecordedUpdate, trajectorySlots } from './recorded.ts';

const problem = gridProblem(2, 5);
const architecture = { hidden: [9, 6] };
const size = 10;
const single = { policyUpdates: 1, valueEpochs: 1, valueChunks: 1, lambda: 0.7, clipRange: 0.2 };

/** Trajectories of another policy than the one that is updated: the probability ratios are all but 1. */
let batch: Batch;
beforeAll(async () => {
  batch = await sample(await referenceDevice.open(), prepareSample(problem, { batch: size, seed: 7, scale: 1.5 }));
});

async function prepare(device: Device, options: Partial<EntPpoOptions>, seed = 1): Promise<RecordedUpdate> {
  const update = await prepareUpdate(device, {
    problem,
    objective: entPpo(options),
    batch: size,
    network: architecture,
    seed,
  });
  update.load(batch);
  return update;
}

/** The batch with the logits that the updated policy itself has in every row. */
function onPolicy({ learner }: RecordedUpdate): Batch {
  const [{ parameters }] = learner.networks;
  const network = plainNetwork(parameters, architecture, parameters.values.initial ?? []);
  const inputs = rowInputs(batch);
  return { ...batch, logits: inputs.flatMap((input) => outputOf(network, input)) };
}

/** What the network sees in each row, in the order of rows. */
function rowInputs(of: Batch): number[][] {
  const steps = plainTrajectories(problem.environment, of);
  const seen = new Map<number, number>();
  return of.trajectory.map((b) => {
    const t = seen.get(b) ?? 0;
    seen.set(b, t + 1);
    return [...steps[b][t].input];
  });
}

const relativeError = (found: Float64Array, expected: Float64Array) =>
  Math.hypot(...found.map((value, i) => value - expected[i])) / Math.hypot(...expected);

onEach(testDevices, (open) => {
  test('the first update starts from ratios of 1 and no divergence', async () => {
    const update = await prepare(await open(), { ...single, learningRate: 0.1 });
    update.load(onPolicy(update));
    update.reset();
    update.run();
    const diagnostics = await update.diagnostics();
    expect(diagnostics.clipFraction).toBe(0);
    // Logits reach the device rounded to float32, 6e-8 of numbers of about 1.
    expect(Math.abs(diagnostics.meanRatio - 1)).toBeLessThan(1e-6);
    expect(Math.abs(diagnostics.maxRatio - 1)).toBeLessThan(1e-6);
    expect(Math.abs(diagnostics.meanDivergence)).toBeLessThan(1e-6);
    const unclipped = await prepare(await open(), { ...single, learningRate: 0.1, withoutClipping: true });
    expect(await unclipped.diagnostics()).not.toHaveProperty('clipFraction');
    const again = await prepare(await open(), { ...single, policyUpdates: 3, learningRate: 0.1 });
    again.load(onPolicy(again));
    again.reset();
    again.run();
    expect((await again.diagnostics()).meanDivergence).toBeGreaterThan(1e-3);
  });

  test('one update has the gradient of the vanilla policy gradient with generalised advantages', async () => {
    const device = await open();
    const update = await prepare(device, single);
    const own = onPolicy(update);
    update.load(own);
    update.reset();
    update.run();
    const [found] = await update.gradients();
    const { gradientNorm } = await update.diagnostics();
    const length = Math.hypot(...found);
    // Sums of float32 squares, from gradients read back through Adam's float32 moments.
    expect(Math.abs(gradientNorm - length)).toBeLessThanOrEqual(1e-5 * length);

    const tape = createTape();
    const slots = trajectorySlots(tape, problem, size, batch.steps);
    const { trajectories } = slots;
    const { observation, mask, action, logBackward, logReward } = trajectories;
    const [policy, value] = update.learner.networks;
    const parameters = readParameters(tape, policy.parameters);
    const { logProbability } = categorical(policy.network.apply(parameters, observation), mask, action);
    const returns = toGrid(softReturn(logBackward, logReward, stopGradient(logProbability)), trajectories);
    const values = toGrid(applyValue(value, observation), trajectories);
    const advantage = stopGradient(fromGrid(generalizedAdvantage(returns, values, single.lambda), trajectories));
    const loss = multiply(sum(multiply(logProbability, advantage)), -1 / size);
    const { offsets } = policy.parameters;
    const flat = pack(gradient(loss, parameters), offsets, policy.parameters.values.shape[0]);
    const executable = await device.prepare(compile(tape, { flat }));
    update.reset();
    slots.load(device, own);
    executable.run();
    const expected = Float64Array.from(await executable.read('flat'));
    executable.release();
    // The one goes through exp and log of the ratio, the other does not; the reference only has the logits rounded.
    expect(relativeError(found, expected)).toBeLessThan(1e-5);
  });

  test('the policy moves as it does whatever the critic learns afterwards, and the critic whatever the policy does', async () => {
    const device = await open();
    const after = async (options: Partial<EntPpoOptions>) => {
      const update = await prepare(device, { ...single, ...options });
      update.reset();
      update.run();
      return update.parameters();
    };
    const [policy, value] = await after({ policyUpdates: 2 });
    const critical = await after({ policyUpdates: 2, valueLearningRate: 0.3, valueEpochs: 3, valueChunks: 2 });
    const political = await after({ policyUpdates: 5, learningRate: 0.3, clipRange: 0.5 });
    // Bit for bit: soft returns, and so the critic's targets, stay those of the policy that sampled.
    expect(critical[0]).toEqual(policy);
    expect(critical[1]).not.toEqual(value);
    expect(political[1]).toEqual(value);
    expect(political[0]).not.toEqual(policy);
  });
});

describe('on the reference device', () => {
  test('the gradient of the policy loss is that of central differences, in float64', async () => {
    const update = await prepare(await referenceDevice.open(), single);
    const [start] = update.learner.networks.map(({ parameters }) => Float64Array.from(parameters.values.initial ?? []));
    update.reset();
    update.run();
    const [found] = await update.gradients();
    for (let k = 0; k < 3; k++) {
      const v = normals(start.length, 1, k);
      const { derivative } = await differentiate(async (t) => {
        update.reset({ policy: start.map((value, i) => value + t * v[i]) });
        update.run();
        return Float64Array.of((await update.diagnostics()).loss);
      });
      const { value, size: scale } = innerProduct(found, v);
      // Extrapolated differences are good to 1e-9, short of the kinks of relu and clip.
      expect(Math.abs(value - derivative[0]) / scale).toBeLessThan(1e-6);
    }
  });

  test('the gradient of the value loss is that of central differences, with the targets held', async () => {
    const update = await prepare(await referenceDevice.open(), single);
    update.reset();
    update.run();
    const [, found] = await update.gradients();
    const { parameters } = update.learner.networks[1];
    const start = Float64Array.from(parameters.values.initial ?? []);
    const trajectories = plainTrajectories(problem.environment, batch);
    const network = plainNetwork(parameters, architecture, start);
    const targets = trajectories.map((steps) => {
      const returns = steps.map((step) => step.reward - logPolicy(step.oldLogits, step.allowed)[step.action]);
      const values = steps.map((step) => outputOf(network, step.input)[0]);
      return advantagesOf(returns, values, single.lambda).map((advantage, t) => advantage + values[t]);
    });
    const lossAt = (values: Float64Array) =>
      valueGradient({ ...network, values }, trajectories, targets, problem.environment.horizon).loss;
    for (let k = 0; k < 3; k++) {
      const v = normals(start.length, 2, k);
      const { derivative } = await differentiate(async (t) =>
        Float64Array.of(lossAt(start.map((value, i) => value + t * v[i]))),
      );
      const { value, size: scale } = innerProduct(found, v);
      expect(Math.abs(value - derivative[0]) / scale).toBeLessThan(1e-6);
    }
  });

  test('derivatives by hand, which whole iterations are compared with, are those of central differences', async () => {
    const update = await prepare(await referenceDevice.open(), single);
    const { parameters } = update.learner.networks[0];
    const start = Float64Array.from(parameters.values.initial ?? []);
    const network = plainNetwork(parameters, architecture, start);
    const trajectories = plainTrajectories(problem.environment, batch);
    const old = trajectories.map((steps) => steps.map((step) => logPolicy(step.oldLogits, step.allowed)));
    const advantages = trajectories.map((steps, b) => steps.map((_, t) => Math.sin(3 * b + 5 * t)));
    const at = (values: Float64Array) =>
      policyGradient({ ...network, values }, trajectories, old, advantages, {
        ...update.learner,
        ...(entPpo(single).options as unknown as EntPpoOptions),
      });
    const v = normals(start.length, 3, 0);
    const { derivative } = await differentiate(async (t) =>
      Float64Array.of(at(start.map((value, i) => value + t * v[i])).loss),
    );
    const { value, size: scale } = innerProduct(at(start).gradient, v);
    expect(Math.abs(value - derivative[0]) / scale).toBeLessThan(1e-6);
  });
});

onEach(trainingDevices, (open) => {
  test('the gradient of every parameter is that of the reference', async () => {
    const gradientsOn = async (device: Device) => {
      const update = await prepare(device, single, 3);
      update.reset();
      update.run();
      const gradients = await update.gradients();
      return update.learner.networks.flatMap(({ network, parameters: { offsets } }, i) =>
        network.parameters.map(({ name, shape }, k) => {
          const start = offsets[k];
          const count = shape.reduce((a, b) => a * b, 1);
          return { name: `${network.name}/${name}`, numbers: gradients[i].slice(start, start + count) };
        }),
      );
    };
    const [found, expected] = [await gradientsOn(await open()), await gradientsOn(await referenceDevice.open())];
    found.forEach(({ name, numbers }, i) => {
      expect(relativeError(numbers, expected[i].numbers), name).toBeLessThan(1e-4);
    });
  });
});

describe('settings', () => {
  test.each<[Partial<EntPpoOptions>, string]>([
    [{ learningRate: 0 }, 'learningRate must be a number above 0 and at most 10, not 0'],
    [{ learningRate: Number.NaN }, 'learningRate must be a number above 0 and at most 10, not NaN'],
    [
      { valueLearningRate: Number.POSITIVE_INFINITY },
      'valueLearningRate must be a number above 0 and at most 10, not Infinity',
    ],
    [{ policyUpdates: 0 }, 'policyUpdates must be an integer from 1 to 1024, not 0'],
    [{ valueEpochs: 1.5 }, 'valueEpochs must be an integer from 1 to 1024, not 1.5'],
    [{ valueChunks: -1 }, 'valueChunks must be an integer from 1 to 1024, not -1'],
    [{ clipRange: -0.1 }, 'clipRange must be a number from 0 to 1, not -0.1'],
    [{ lambda: 1.1 }, 'lambda must be a number from 0 to 1, not 1.1'],
  ])('%o are refused', (options, message) => {
    expect(() => entPpo(options)).toThrow(`ent-ppo: ${message}`);
  });

  test('more value chunks than trajectories are refused before anything is run', async () => {
    const objective = entPpo({ valueChunks: 4 });
    const device = await referenceDevice.open();
    await expect(prepareUpdate(device, { problem, objective, batch: 3, network: architecture })).rejects.toThrow(
      '4 value chunks cannot be made of 3 trajectories',
    );
  });
});
