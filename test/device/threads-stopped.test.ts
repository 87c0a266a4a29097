import { readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { expect, test, vi } from 'vitest';
import { openCpuDevice } from '../../src/device/cpu/cpu.ts';
import { createCpuMemory } from '../../src/device/cpu/memory.ts';
import { loadSharedKernels } from '../../src/device/cpu/module.ts';
import { type StartWorker, startThreads } from '../../src/device/cpu/threads.ts';
import { DeviceLostError } from '../../src/device/errors.ts';
import { createLife } from '../../src/device/life.ts';
import { startNodeWorker } from '../../src/node/cpu.ts';
import * as ops from '../../src/ops/index.ts';
import { type CpuExports, compile } from '../../src/plan/index.ts';
import { createTape } from '../../src/tape/index.ts';
import { createDraw, drawn } from '../setup/arbitraries.ts';
import { patience } from '../setup/patience.ts';

/** A team of the calling thread and one worker. */
async function teamOfTwo(startWorker: StartWorker, limits: { longestPart?: number; longestStart?: number }) {
  const loaded = await loadSharedKernels(new Uint8Array(await readFile('build/kernels.wasm')));
  if (!loaded) throw new Error('no shared memory here');
  const { module, memory } = loaded;
  const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as CpuExports;
  const shared = createCpuMemory(memory, kernels.heapBase() + 65_536, loaded.maxPages);
  const life = createLife();
  const settings = { workers: 1, startWorker, minWork: 1, life, ...limits };
  return { kernels, life, threads: await startThreads(kernels, shared, module, settings) };
}

/** A worker that takes one part and then ends without a word, as one that the system has killed. */
const startWorkerThatStops: StartWorker = (_, { memory, place, layout }) =>
  new Promise((resolve) => {
    const program = `
      const { parentPort, workerData: { memory, place, untaken } } = require('node:worker_threads');
      const words = new Int32Array(memory.buffer, place);
      parentPort.postMessage('ready');
      for (;;) {
        const left = Atomics.load(words, untaken);
        if (left > 0 && Atomics.compareExchange(words, untaken, left, left - 1) === left) process.exit(0);
      }`;
    const workerData = { memory, place, untaken: layout.untaken };
    const worker = new Worker(program, { eval: true, execArgv: [], workerData });
    worker.once('message', () => resolve({ end: () => void worker.terminate() }));
  });

test('a thread that stops in the middle of its work loses the device, with an error that says so', async () => {
  const { kernels, life, threads } = await teamOfTwo(startWorkerThatStops, { longestPart: 300 });
  const free = kernels.heapBase() + 4096;
  // One of many parts is the worker's, sooner or later.
  const sum = threads.parallel('reduceSum', [1, 1, free, free + 4096], { work: 1 });
  let error: unknown;
  const begun = performance.now();
  while (error === undefined && performance.now() - begun < patience) {
    try {
      sum(0, 8, 0, 1);
    } catch (cause) {
      error = cause;
    }
  }
  expect(error).toBeInstanceOf(DeviceLostError);
  expect(error).toMatchObject({
    reason: 'thread',
    message: expect.stringMatching(/1 parts of a kernel .* 0.3 seconds/),
  });
  expect(() => life.check()).toThrow(error as Error);
  threads.end();
});

test('a thread that ends while it has nothing to do leaves its work to the others, and no bit changes', async () => {
  const workers: { end(): void }[] = [];
  // One that has yet to end may take a part and leave it undone.
  const ended: Promise<number>[] = [];
  const { terminate } = Worker.prototype;
  vi.spyOn(Worker.prototype, 'terminate').mockImplementation(function (this: Worker) {
    const ending = terminate.call(this);
    ended.push(ending);
    return ending;
  });
  const device = await openCpuDevice({
    threads: 3,
    minWork: 1,
    async startWorker(source, start) {
      const worker = await startNodeWorker(source, start);
      workers.push(worker);
      return worker;
    },
  });
  const tape = createTape();
  const draw = createDraw(1);
  const y = ops.dense(drawn(tape, [40, 60], draw), drawn(tape, [60, 70], draw));
  const executable = await device.prepare(compile(tape, { y }));
  executable.run();
  const expected = await executable.read('y');
  // Long enough to be asleep.
  await new Promise((resolve) => setTimeout(resolve, 50));
  for (const worker of workers) worker.end();
  expect(await Promise.all(ended)).toHaveLength(2);
  executable.run(10);
  expect(await executable.read('y')).toEqual(expected);
  device.destroy();
  vi.restoreAllMocks();
});

test('a worker that never starts, or ends before it has, is not waited for: the device computes on one thread', async () => {
  const never = () => new Promise<never>(() => {});
  await expect(teamOfTwo(never, { longestStart: 50 })).rejects.toThrow(/a worker has not started within 0.05 seconds/);
  const broken = (_: string, start: Parameters<StartWorker>[1]) => startNodeWorker('() => process.exit(3)', start);
  await expect(teamOfTwo(broken, {})).rejects.toThrow(/A worker ended with code 3 before it had started/);
  const device = await openCpuDevice({ threads: 2, startWorker: broken });
  expect(device.description).toBe('WebAssembly with SIMD, one thread');
  device.destroy();
});

test('a worker that starts too late is ended', async () => {
  let ended = false;
  let arrive = () => {};
  const late: StartWorker = () =>
    new Promise((resolve) => {
      const end = () => {
        ended = true;
      };
      arrive = () => resolve({ end });
    });
  await expect(teamOfTwo(late, { longestStart: 10 })).rejects.toThrow(/has not started/);
  arrive();
  await expect.poll(() => ended).toBe(true);
});
