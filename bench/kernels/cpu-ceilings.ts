import { cpus } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Ceilings } from './ceilings.ts';
import { flopsOfTurn, multiplyAddModule } from './multiply-add.ts';

/** Iterations of the loop in a call: a few milliseconds. */
const turns = 2_000_000;
const repetitions = 15;

/** The peak rates of WebAssembly here: on one thread, and on one thread per core at the same time. */
export async function measureCpuCeilings(): Promise<Ceilings> {
  const fused = WebAssembly.validate(multiplyAddModule(true));
  const bytes = multiplyAddModule(fused);
  const { instance } = await WebAssembly.instantiate(bytes);
  const run = instance.exports.run as (turns: number) => number;
  run(1000);
  const flops = flopsOfTurn * turns;
  const count = cpus().length;
  const together = await timeThreads(bytes, count);
  return {
    gigaflopsPerSecond: (count * flops) / together / 1e6,
    gigaflopsPerSecondOfThread: flops / fastest(() => run(turns)) / 1e6,
    gigabytesPerSecond: copyRate(2 ** 26, 1),
    gigabytesPerSecondInCache: copyRate(2 ** 18, 100),
    how:
      `${fused ? 'fused multiply-adds' : 'multiplications and additions'} in WebAssembly SIMD on ${count} threads; ` +
      'copies of 64 MiB, and of 256 KiB within caches',
  };
}

/** Gigabytes read and written per second. */
function copyRate(bytes: number, times: number): number {
  const from = new Float32Array(bytes / 4).fill(1);
  const to = new Float32Array(bytes / 4);
  const milliseconds = fastest(() => {
    for (let i = 0; i < times; i++) to.set(from);
  });
  return (2 * bytes * times) / milliseconds / 1e6;
}

/** Milliseconds. */
function fastest(run: () => unknown): number {
  run();
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < repetitions; i++) {
    const begun = performance.now();
    run();
    best = Math.min(best, performance.now() - begun);
  }
  return best;
}

const threadSource = `
const { parentPort, workerData: { bytes, turns } } = require('node:worker_threads');
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
exports.run(1000);
parentPort.on('message', () => parentPort.postMessage(exports.run(turns)));
parentPort.postMessage('ready');
`;

/** Milliseconds until all threads have finished. */
async function timeThreads(bytes: Uint8Array, count: number): Promise<number> {
  const workers = Array.from({ length: count }, () => {
    return new Worker(threadSource, { eval: true, workerData: { bytes, turns } });
  });
  const answers = () => Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('message', resolve))));
  await answers();
  let best = Number.POSITIVE_INFINITY;
  // The first run does not count.
  for (let i = 0; i <= repetitions; i++) {
    const begun = performance.now();
    const answered = answers();
    for (const worker of workers) worker.postMessage('run');
    await answered;
    if (i > 0) best = Math.min(best, performance.now() - begun);
  }
  await Promise.all(workers.map((worker) => worker.terminate()));
  return best;
}
