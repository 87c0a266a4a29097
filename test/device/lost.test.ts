import { describe, expect, test } from 'vitest';
import type { Device } from '../../src/device/device.ts';
import { DeviceLostError, deviceLossOf } from '../../src/device/errors.ts';
import { createLife } from '../../src/device/life.ts';
import { openReferenceDevice } from '../../src/device/reference.ts';
import { openWebgpuDevice, webgpuDevice } from '../../src/device/webgpu/webgpu.ts';
import { trajectoryBalance } from '../../src/objective/index.ts';
import * as ops from '../../src/ops/index.ts';
import { compile } from '../../src/plan/index.ts';
import { hypergrid } from '../../src/problems/hypergrid/environment.ts';
import { hypergridReward } from '../../src/problems/hypergrid/reward.ts';
import { createTape, variable } from '../../src/tape/index.ts';
import { createTrainer } from '../../src/train/index.ts';
import { openTestCpuDevice } from '../setup/cpu.ts';
import { testAdapter } from '../setup/gpu.ts';

const weights = variable('weights', 'f32', [4], Float32Array.of(1, 2, 3, 4));

/** Doubles the weights; another constant makes another plan with other pipelines. */
function planOf(constant = 2) {
  const tape = createTape();
  const doubled = ops.multiply(tape.read(weights), constant);
  ops.assign(weights, doubled);
  return compile(tape, { total: ops.sum(ops.tanh(doubled)) });
}

/** How each promise ends: the error, or the value. */
function endings(promises: readonly Promise<unknown>[]): Promise<unknown[]> {
  return Promise.all(promises.map((promise) => promise.catch((error: unknown) => error)));
}

/** A GPUDevice whose promises, but for that of its loss, never settle, as those of a driver that hangs. */
function withoutAnswers(device: GPUDevice): GPUDevice {
  const never = () => new Promise<never>(() => {});
  const bound = (object: object, replaced: Readonly<Record<string, unknown>>) =>
    new Proxy(object, {
      get(target, name) {
        if (Object.hasOwn(replaced, name)) return replaced[String(name)];
        const value = Reflect.get(target, name) as unknown;
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  return bound(device, {
    queue: bound(device.queue, { onSubmittedWorkDone: never }),
    createComputePipelineAsync: never,
  }) as GPUDevice;
}

describe('a device that the program has destroyed', () => {
  const devices: [string, () => Promise<Device>][] = [
    ['reference', async () => openReferenceDevice()],
    ['cpu', () => openTestCpuDevice({ threads: 2 })],
    ['webgpu', async () => openWebgpuDevice(await testAdapter())],
    ['webgpu on a GPUDevice of the program', async () => webgpuDevice(await (await testAdapter()).requestDevice())],
  ];
  test.each(devices)('%s throws the same error from every call, and can be destroyed again', async (_, open) => {
    const device = await open();
    const executable = await device.prepare(planOf());
    executable.run();
    device.destroy();
    const calls = [
      async () => executable.run(),
      () => executable.read('total'),
      () => executable.runChecked(),
      () => device.prepare(planOf()),
      async () => device.write(weights, [0, 0, 0, 0]),
      () => device.read(weights),
      () => device.finish(),
    ];
    const errors = await endings(calls.map(async (call) => call()));
    for (const error of errors) expect(error).toBe(errors[0]);
    expect(errors[0]).toBeInstanceOf(DeviceLostError);
    expect(errors[0]).toMatchObject({
      reason: 'destroyed',
      message: expect.stringContaining('destroyed by the program'),
    });
    executable.release();
    device.destroy();
    expect(device.counts.bytes).toBe(device.kind === 'webgpu' ? 0 : device.counts.bytes);
  });

  test('webgpu ends what waits for it', async () => {
    const device = await openWebgpuDevice(await testAdapter());
    const executable = await device.prepare(planOf());
    executable.run(100);
    const waiting = [executable.read('total'), device.read(weights), device.finish(), device.prepare(planOf(3))];
    device.destroy();
    for (const error of await endings(waiting)) expect(error).toMatchObject({ reason: 'destroyed' });
  });
});

describe('a GPU that is lost', () => {
  async function opened(wrap = (gpu: GPUDevice) => gpu) {
    const gpu = await (await testAdapter()).requestDevice();
    return { gpu, device: webgpuDevice(wrap(gpu)) };
  }

  test('ends runs, reads, checks and prepares under way with one error, which later calls throw at once', async () => {
    const { gpu, device } = await opened();
    const executable = await device.prepare(planOf());
    executable.run(200);
    const waiting: Promise<unknown>[] = [executable.read('total'), device.read(weights), executable.runChecked()];
    waiting.push(device.finish(), device.prepare(planOf(3)));
    gpu.destroy();
    const [error, ...others] = await endings(waiting);
    expect(error).toBeInstanceOf(DeviceLostError);
    expect(error).toMatchObject({ reason: 'lost', message: expect.stringMatching(/the GPU was lost .*destroyed/) });
    for (const other of others) expect(other).toBe(error);
    expect(() => executable.run()).toThrow(error as Error);
    expect(() => device.write(weights, [1, 2, 3, 4])).toThrow(error as Error);
    const later = [
      executable.read('total'),
      device.read(weights),
      device.finish(),
      device.prepare(planOf()),
      executable.runChecked(),
    ];
    for (const other of await endings(later)) expect(other).toBe(error);
    executable.release();
    device.destroy();
    // What it was lost of stays what is told.
    expect(() => executable.run()).toThrow(error as Error);
  });

  test('ends waiting calls even if the driver never answers again', async () => {
    const { gpu, device } = await opened(withoutAnswers);
    const waiting = [device.finish(), device.prepare(planOf())];
    // Long enough for the plan to be at its pipelines, which never come.
    await new Promise((resolve) => setTimeout(resolve, 50));
    gpu.destroy();
    for (const error of await endings(waiting))
      expect(error).toMatchObject({ name: 'DeviceLostError', reason: 'lost' });
  });

  test('ends training with an error that names iteration and operation', async () => {
    const { gpu, device } = await opened();
    const size = { dimension: 2, side: 4 };
    const problem = { environment: hypergrid(size), reward: hypergridReward({ ...size, difficulty: 'easy' }) };
    const trainer = await createTrainer({
      device,
      problem,
      objective: trajectoryBalance(),
      steps: 1000,
      batch: 4,
      reportEvery: 1,
    });
    let last = 0;
    const training = (async () => {
      for await (const { step } of trainer) {
        last = step;
        if (step === 3) gpu.destroy();
      }
    })();
    const [error] = await endings([training]);
    expect(last).toBeGreaterThanOrEqual(3);
    expect((error as Error).message).toMatch(/^(iteration [45]|after iteration [34]): webgpu device: the GPU was lost/);
    expect(deviceLossOf(error)).toMatchObject({ reason: 'lost' });
    await expect(trainer.snapshot()).rejects.toBe(deviceLossOf(error));
  });

  test('leaves every other device alone', async () => {
    const [one, other] = [await opened(), await opened()];
    const executable = await other.device.prepare(planOf());
    one.gpu.destroy();
    await expect(one.device.finish()).rejects.toBeInstanceOf(DeviceLostError);
    other.device.write(weights, [1, 2, 3, 4]);
    executable.run();
    expect(Array.from(await other.device.read(weights))).toEqual([2, 4, 6, 8]);
    other.gpu.destroy();
  });
});

test('an operation that is broken off before its device is known to be lost ends with the loss', async () => {
  const life = createLife();
  const brokenOff = life.settled(Promise.reject(new DOMException('the buffer was destroyed', 'AbortError')));
  await Promise.resolve();
  const loss = new DeviceLostError('gone', 'lost');
  setTimeout(() => life.end(loss), 20);
  await expect(brokenOff).rejects.toBe(loss);
});

test('any other failure of an operation is reported as it is, at once', async () => {
  const failure = new Error('of its own');
  await expect(createLife().settled(Promise.reject(failure))).rejects.toBe(failure);
});

test('the loss behind an error is found however often the error was wrapped', () => {
  const loss = new DeviceLostError('gone', 'thread');
  expect(deviceLossOf(new Error('run', { cause: new Error('iteration 2', { cause: loss }) }))).toBe(loss);
  expect(deviceLossOf(loss)).toBe(loss);
  expect(deviceLossOf(new Error('something else', { cause: new TypeError() }))).toBeUndefined();
  expect(deviceLossOf('text')).toBeUndefined();
});

test('an error that no call has reported ends the work at the next wait', async () => {
  const gpu = await (await testAdapter()).requestDevice();
  const device = webgpuDevice(gpu);
  const executable = await device.prepare(planOf());
  // A copy that is not valid: the buffer is too small for it.
  const buffer = gpu.createBuffer({ size: 16, usage: GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST });
  const encoder = gpu.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, buffer, 0, 4096);
  gpu.queue.submit([encoder.finish()]);
  const [finish, read] = await endings([device.finish(), executable.read('total')]);
  expect(finish).toMatchObject({ message: expect.stringMatching(/^webgpu device: ./) });
  expect(read).toBe(finish);
  expect(deviceLossOf(finish)).toBeUndefined();
  gpu.destroy();
});
