import { afterEach, describe, expect, test } from 'vitest';
import { type Device, DeviceLostError, openCpuDevice } from '../../src/device/index.ts';
import { totalVariation } from '../../src/metrics/distance.ts';
import { pageCatalogue } from '../../src/page/catalogue.ts';
import { defaultConfig } from '../../src/page/default-config.ts';
import type { Message, OpenedRun } from '../../src/page/protocol.ts';
import { createRunClient, type RunClient } from '../../src/page/run-client.ts';
import { pageProblem } from '../../src/page/worker/active-run.ts';
import { reasonOf } from '../../src/page/worker/failure.ts';
import { samplerOf } from '../../src/run/load.ts';
import { createConfiguredRun } from '../../src/run/run.ts';
import { decodeRun, withSteps } from '../../src/run/run-checkpoint.ts';
import type { RunConfig } from '../../src/run/run-config.ts';
import { NotFiniteError } from '../../src/train/index.ts';
import { arrayIn } from '../setup/states.ts';
import { workerHere } from './fake-worker.ts';

const clients: RunClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.terminate();
});

type Of<Kind extends Message['kind']> = Extract<Message, { kind: Kind }>;

/** A page without anything to look at: its client, and all that it has been told. */
function page(open: () => Promise<Device> = () => openCpuDevice({ threads: 1 })) {
  const openDevice = async () => ({ device: await open(), why: 'the test asked for it' });
  const client = createRunClient(() => workerHere({ openDevice }));
  clients.push(client);
  const told: Message[] = [];
  client.subscribe((message) => told.push(message));
  const all = <Kind extends Message['kind']>(kind: Kind, from = 0) =>
    told.slice(from).filter((message): message is Of<Kind> => message.kind === kind);
  /** Settles with the first message of a kind, of those from `from` on, that a condition holds for. */
  const message = <Kind extends Message['kind']>(
    kind: Kind,
    holds: (message: Of<Kind>) => boolean = () => true,
    from = 0,
  ) =>
    new Promise<Of<Kind>>((resolve, reject) => {
      const look = () => {
        const found = all(kind, from).find(holds);
        const failure = all('failure')[0];
        if (found || (failure && kind !== 'failure')) stop();
        if (found) resolve(found);
        else if (failure && kind !== 'failure') reject(new Error(failure.problem));
      };
      const stop = client.subscribe(look);
      look();
    });
  return { client, told, all, message };
}

/** A run of a few milliseconds an iteration. */
function config(changes: Partial<RunConfig> = {}, objective = 'ent-ppo'): RunConfig {
  const preset = defaultConfig('hypergrid', objective);
  const problemOptions = { ...preset.problemOptions, side: 4 };
  return { ...preset, problemOptions, batch: 4, steps: 20, evaluateEvery: 8, device: 'cpu', ...changes };
}

/** The same run as the command line has it, up to `steps` of its iterations, as a checkpoint file. */
async function inNode(run: RunConfig, until = run.steps, checkpoint?: Uint8Array): Promise<Uint8Array> {
  const device = await openCpuDevice({ threads: 1 });
  const from = checkpoint && decodeRun(pageCatalogue, checkpoint).snapshot;
  const trained = await createConfiguredRun(device, run, await pageProblem(run), { from });
  for await (const { step } of trained) if (step >= until) break;
  const bytes = await trained.save();
  device.destroy();
  return bytes;
}

/** The distribution over objects of the policy in a checkpoint file. */
async function distributionOf(checkpoint: Uint8Array): Promise<Float64Array> {
  const { config: saved, snapshot } = decodeRun(pageCatalogue, checkpoint);
  const device = await openCpuDevice({ threads: 1 });
  const sampler = await samplerOf(device, { config: saved, snapshot }, await pageProblem(saved));
  const { distributions } = await sampler.evaluate();
  device.destroy();
  return distributions?.learnt ?? new Float64Array();
}

/** Without a look at each of a million numbers, as `toEqual` takes. */
function expectSame(found: Uint8Array, expected: Uint8Array): void {
  expect(Buffer.compare(found, expected)).toBe(0);
}

async function trained(run: RunConfig, checkpoint?: Uint8Array): Promise<Uint8Array> {
  const { client, message } = page();
  client.open({ config: run, ...(checkpoint ? { checkpoint } : {}) });
  await message('status', ({ status }) => status === 'finished');
  return client.save();
}

describe('a run', () => {
  test('is opened, trains to its end, and shows the policy as it then is', async () => {
    const { client, told, all, message } = page();
    client.open({ config: config() });
    await message('status', ({ status }) => status === 'finished');
    const { learnt } = await message('distribution', ({ step }) => step === 20);
    const { walks } = await message('walks', ({ step }) => step === 20);

    expect(told[0]).toEqual({ kind: 'status', status: 'opening' });
    const { run } = await message('opened');
    expect(run).toMatchObject({ config: config(), reward: 'easy', step: 0 });
    expect(run.device).toEqual({
      kind: 'cpu',
      description: expect.stringContaining('SIMD'),
      why: 'the test asked for it',
    });
    expect(run.objects).toMatchObject({ count: 16, shape: [4, 4] });
    expect(run.bytes).toBeGreaterThan(run.parameters);
    expect(all('progress').at(-1)?.progress).toMatchObject({ step: 20, steps: 20, trajectories: 80 });
    const { loss, gradientNorm } = all('progress').at(-1)?.progress.diagnostics ?? {};
    expect([typeof loss, typeof gradientNorm]).toEqual(['number', 'number']);
    expect(all('status').map(({ status }) => status)).toEqual(['opening', 'running', 'finished']);

    // Both in float32 here: 16 numbers below 1, each rounded at 6e-8.
    const { target } = run.objects as NonNullable<OpenedRun['objects']>;
    const { metrics } = await message('metrics', ({ step }) => step === 20);
    const distance = totalVariation(Float64Array.from(target), Float64Array.from(learnt));
    expect(distance).toBeCloseTo(Number(metrics.totalVariation), 5);
    const exact = await distributionOf(await client.save());
    for (const [object, probability] of exact.entries()) expect(learnt[object]).toBeCloseTo(probability, 6);
    for (const { states, object, logReward } of walks) {
      expect(states[0]).toEqual([0, 0, 0]);
      const [x, y, stopped] = states.at(-1) as number[];
      expect([object, stopped]).toEqual([`(${x}, ${y}).`, 1]);
      expect(target[x * 4 + y]).toBeCloseTo(Math.exp(logReward - (run.objects?.logPartition ?? 0)), 6);
    }
  });

  test('receives metrics in order, once per iteration: before the first, at evaluations, at the end', async () => {
    const { client, all, message } = page();
    client.open({ config: config() });
    await message('metrics', ({ step }) => step === 20);
    const steps = all('metrics').map(({ step }) => step);
    expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
    for (const due of [0, 8, 16, 20]) expect(steps).toContain(due);
  });

  test('waits if opened paused, takes single iterations, continues and pauses again', async () => {
    const { client, told, message } = page();
    client.open({ config: config({ steps: 100_000 }), paused: true });
    await message('status', ({ status }) => status === 'paused');
    expect((await message('distribution')).step).toBe(0);
    client.send({ kind: 'step' });
    client.send({ kind: 'step' });
    await message('distribution', ({ step }) => step === 2);
    expect((await message('progress', ({ progress }) => progress.step === 2)).progress.trajectories).toBe(8);
    client.send({ kind: 'resume' });
    await message('progress', ({ progress }) => progress.step > 4);
    const from = told.length;
    client.send({ kind: 'pause' });
    await message('status', ({ status }) => status === 'paused', from);
    const at = decodeRun(pageCatalogue, await client.save()).snapshot.step;
    expect(told.filter(({ kind }) => kind === 'progress').at(-1)).toMatchObject({ progress: { step: at } });
    await message('distribution', ({ step }) => step === at);
  });

  test('that is hidden trains without drawings, and is drawn when it is visible again', async () => {
    const { client, told, all, message } = page();
    // No evaluations but those for the page.
    client.open({ config: config({ steps: 100_000, evaluateEvery: 100_000 }), paused: true });
    await message('walks');
    client.send({ kind: 'visible', visible: false });
    client.send({ kind: 'resume' });
    const from = told.length;
    await message('progress', ({ progress }) => progress.step >= 16, from);
    client.send({ kind: 'pause' });
    const { step } = await message('metrics', () => all('status').at(-1)?.status === 'paused', from);
    expect(step).toBeGreaterThanOrEqual(16);
    // What comes behind these figures has come when this is answered.
    await client.save();
    expect([...all('distribution', from), ...all('walks', from)]).toEqual([]);
    client.send({ kind: 'visible', visible: true });
    expect((await message('distribution', () => true, from)).step).toBe(step);
    expect((await message('walks', () => true, from)).step).toBe(step);
  });
});

describe('a checkpoint', () => {
  const run = config({ seed: 9 });

  test('of the page is, byte for byte, that of the command line, drawings or not', async () => {
    expectSame(await trained(run), await inNode(run));
  });

  test('of the page continues in Node, and of Node in the page, to the same end', async () => {
    const whole = await inNode(run);
    const half = await inNode(run, 8);
    expect(decodeRun(pageCatalogue, half).snapshot.step).toBe(8);
    expectSame(await trained(run, half), whole);

    const { client, message } = page();
    client.open({ config: run, paused: true });
    for (let step = 0; step < 8; step++) client.send({ kind: 'step' });
    await message('distribution', ({ step }) => step === 8);
    const saved = await client.save();
    expectSame(saved, half);
    expectSame(await inNode(run, 20, saved), whole);
  });

  test('brings its own configuration, except the iterations and the device', async () => {
    const half = await inNode(run, 8);
    const { client, message } = page();
    client.open({
      config: { ...defaultConfig('bit-sequence', 'tb'), steps: 30, device: 'auto' },
      checkpoint: half,
      paused: true,
    });
    const opened = (await message('opened')).run;
    expect(opened.step).toBe(8);
    expect(opened.config).toEqual({ ...withSteps(run, 30), device: 'auto' });
  });

  test.each([
    ['cut', (bytes: Uint8Array) => bytes.slice(0, -3), 'safetensors'],
    ['altered', (bytes: Uint8Array) => bytes.with(bytes.length - 9, bytes[bytes.length - 9] ^ 4), 'checksum'],
    ['of fewer iterations than it has', (bytes: Uint8Array) => bytes, 'iterations'],
  ])('that is %s is refused with the reason', async (name, damage, reason) => {
    const half = await inNode(run, 8);
    const { client, message } = page();
    client.open({
      config: name === 'of fewer iterations than it has' ? { ...run, steps: 5 } : run,
      checkpoint: damage(half),
    });
    const failure = await message('failure');
    expect(failure).toMatchObject({ reason: 'refused', problem: expect.stringContaining(reason) });
    expect(client.isOpen).toBe(false);
  });
});

describe('other settings', () => {
  const long = config({ steps: 100_000 });

  test('of learning and of the reward continue from the networks; of seed, grid or objective restart', async () => {
    const { client, told, message } = page();
    client.open({ config: long, paused: true });
    for (let step = 0; step < 3; step++) client.send({ kind: 'step' });
    await message('distribution', ({ step }) => step === 3);
    const next = async (changed: RunConfig) => {
      const from = told.length;
      client.send({ kind: 'change', config: changed });
      return (await message('opened', () => true, from)).run;
    };
    const { objectiveOptions, problemOptions } = long;
    const faster = { ...long, objectiveOptions: { ...objectiveOptions, learningRate: 0.01, policyUpdates: 2 } };
    expect((await next(faster)).step).toBe(3);
    const saved = decodeRun(pageCatalogue, await client.save());
    expect(saved.config).toEqual(faster);
    const rate = arrayIn(saved.snapshot, 'policy/optimizer/learning-rate')[0];
    // Falling to a tenth over 100,000 iterations, of which it has 3 behind it; float32 holds it to 6e-8 of itself.
    expect(rate).toBeCloseTo(0.01 * (1 - (0.9 * 3) / 100_000), 8);

    const painted = { ...problemOptions, reward: 'painted', painting: '0123456789012345' };
    const repainted = await next({ ...faster, problemOptions: painted });
    expect([repainted.step, repainted.reward]).toEqual([3, 'painted']);
    expect((await next({ ...faster, seed: 5 })).step).toBe(0);
    client.send({ kind: 'step' });
    await message('distribution', ({ step }) => step === 1);
    expect((await next({ ...faster, seed: 5, problemOptions: { ...problemOptions, side: 5 } })).step).toBe(0);
    expect((await next(config({ steps: 50 }, 'tb'))).step).toBe(0);
  });

  test('give back the memory of the run before', async () => {
    const device = await openCpuDevice({ threads: 1 });
    const { client, told, message } = page(async () => device);
    client.open({ config: long, paused: true });
    const bytes: number[] = [];
    for (const learningRate of [0.001, 0.002, 0.003, 0.004]) {
      const from = told.length;
      client.send({
        kind: 'change',
        config: { ...long, objectiveOptions: { ...long.objectiveOptions, learningRate } },
      });
      await message('distribution', () => true, from);
      bytes.push(device.counts.bytes);
    }
    expect(new Set(bytes.slice(1)).size).toBe(1);
  });

  test('that do not affect the numbers change none of them', async () => {
    const run = config({ seed: 9 });
    const { client, message } = page();
    client.open({ config: run, paused: true });
    client.send({ kind: 'step' });
    client.send({ kind: 'change', config: run });
    client.send({ kind: 'resume' });
    await message('status', ({ status }) => status === 'finished');
    expectSame(await client.save(), await inNode(run));
  });

  test('that cannot be used are refused, and the run continues', async () => {
    const exploring = { start: 0.5, end: 0, iterations: 10, temperature: 1 };
    const { client, message } = page();
    client.open({ config: long, paused: true });
    client.send({ kind: 'step' });
    await message('distribution', ({ step }) => step === 1);
    for (const [bad, reason] of [
      [{ ...long, batch: 1_000_000 }, 'at most 4096 trajectories'],
      [{ ...long, trainingOptions: { ...long.trainingOptions, exploration: exploring } }, 'exploration'],
      [{ ...long, objective: 'bogus' }, 'bogus'],
    ] as const) {
      client.send({ kind: 'change', config: bad });
      expect(await message('refusal', ({ problem }) => problem.includes(reason))).toBeDefined();
    }
    client.send({ kind: 'step' });
    await message('distribution', ({ step }) => step === 2);
  });

  test('with more iterations take a finished run further', async () => {
    const { client, told, message } = page();
    client.open({ config: config({ steps: 3 }) });
    await message('status', ({ status }) => status === 'finished');
    const from = told.length;
    client.send({ kind: 'change', config: config({ steps: 6 }) });
    expect((await message('opened', () => true, from)).run.step).toBe(3);
    await message('progress', ({ progress }) => progress.step === 6, from);
  });
});

describe('a state', () => {
  test('is shown while the run continues', async () => {
    const { client, message } = page();
    client.open({ config: config({ steps: 100_000 }) });
    await message('opened');
    const view = await client.inspect([1, 2, 0]);
    expect(view).toMatchObject({ state: [1, 2, 0], text: '(1, 2)' });
    expect(view.forward.map(({ action }) => action)).toEqual(['+1 along axis 0', '+1 along axis 1', 'stop']);
    const again = await client.inspect([1, 2, 0]);
    expect(again.step).toBeGreaterThanOrEqual(view.step);
    await expect(client.inspect([9, 9, 9])).rejects.toThrow('is not a state of hypergrid');
    await expect(client.inspect([])).rejects.toThrow('is not a state of hypergrid');
  });

  test('has the backward policy that is learnt', async () => {
    const { client } = page();
    const preset = config({}, 'tb');
    client.open({
      config: { ...preset, objectiveOptions: { ...preset.objectiveOptions, backwardPolicy: 'learned' } },
      paused: true,
    });
    const { backward } = await client.inspect([1, 2, 0]);
    const chances = backward.map(({ backwardProbability }) => backwardProbability);
    expect(chances).toHaveLength(2);
    expect(chances[0] + chances[1]).toBeCloseTo(1, 12);
    expect(chances[0]).not.toBe(chances[1]);
  });
});

describe('a failure', () => {
  /** A device that is lost after so many waits for it. */
  function losing(device: Device, after: number): Device {
    let left = after;
    return {
      ...device,
      counts: device.counts,
      async finish() {
        if (left-- <= 0) throw new DeviceLostError('the GPU was unplugged', 'lost');
        await device.finish();
      },
    };
  }

  test('of the device restores the last good state, from which the run continues', async () => {
    // Each iteration waits for its evaluation, so the device is lost within six of them.
    const run = config({ steps: 40, evaluateEvery: 1 });
    const { client, message } = page(async () => losing(await openCpuDevice({ threads: 1 }), 6));
    client.open({ config: run });
    const asked = client.inspect([0, 0, 0]).catch((error: Error) => error.message);
    const failure = await message('failure');
    expect(failure).toMatchObject({ reason: 'device-lost', problem: expect.stringContaining('unplugged') });
    expect(client.isOpen).toBe(false);
    // Answered or told that there is no answer: either way not waiting.
    await asked;
    await expect(client.save()).rejects.toThrow('no run to ask');
    const checkpoint = failure.checkpoint as Uint8Array;
    expect(decodeRun(pageCatalogue, checkpoint).snapshot.step).toBeLessThan(40);
    expectSame(await trained(run, checkpoint), await inNode(run));
  });

  test('to open a device is a refusal with the reason', async () => {
    const { client, message } = page(() => Promise.reject(new Error('There is no WebGPU adapter here.')));
    client.open({ config: config({ device: 'webgpu' }) });
    expect(await message('failure')).toMatchObject({ reason: 'refused', problem: 'There is no WebGPU adapter here.' });
  });

  test('is classified by its kind', () => {
    expect(reasonOf(new NotFiniteError(3, 'the loss is NaN'))).toBe('not-finite');
    expect(reasonOf(new Error('around it', { cause: new DeviceLostError('gone', 'lost') }))).toBe('device-lost');
    expect(reasonOf('anything else')).toBe('other');
  });
});

test('a self-check runs beside training, on a device of its own, and reports its progress', async () => {
  const { client, all, message } = page();
  client.open({ config: config({ steps: 100_000 }) });
  await message('progress');
  const report = await client.selfCheck('cpu');
  expect(report.checks.every(({ passed }) => passed)).toBe(true);
  expect(report).toMatchObject({ version: '0.0.0-test', browser: 'none' });
  const checks = all('check');
  expect(checks.map(({ done }) => done)).toEqual(report.checks.map((_, i) => i));
  expect(checks[0].of).toBe(report.checks.length);
  const before = all('progress').length;
  await message('progress', () => all('progress').length > before);
});
