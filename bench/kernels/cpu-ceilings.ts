import { cpus } from 'node:os';
import { Worker } from 'node:worker_threads';
import { spread } from '../measure/statistics.ts';
import type { Ceilings } from './ceilings.ts';
import { flopsOfTurn, multiplyAddModule } from './multiply-add.ts';

/** Turns of the loop in a call: some milliseconds. */
const turns = 2_000_000;
const copiedBytes = 2 ** 26;
const repetitions = 9;

/** The most that WebAssembly can do here: on one thread, and on a thread for each core at the same time. */
export async function measureCpuCeilings(): Promise<Ceilings> {
  const fused = WebAssembly.validate(multiplyAddModule(true));
  const bytes = multiplyAddModule(fused);
  const { instance } = await WebAssembly.instantiate(bytes);
  const run = instance.exports.run as (turns: number) => number;
  run(1000);
  const flops = flopsOfTurn * turns;
  const single = repeat(() => run(turns)).map((ms) => flops / ms / 1e6);
  const count = cpus().length;
  const together = await timeThreads(bytes, count);
  return {
    gigaflopsPerSecond: spread(together.map((ms) => (count * flops) / ms / 1e6)),
    gigaflopsPerSecondOfThread: spread(single),
    gigabytesPerSecond: spread(copies()),
    how: `${fused ? 'fused multiply-add' : 'multiply and add'} in WebAssembly SIMD, ${count} threads; a copy of 64 MiB`,
  };
}

/** Gigabytes read and written per second. */
function copies(): number[] {
  const from = new Float32Array(copiedBytes / 4).fill(1);
  const to = new Float32Array(copiedBytes / 4);
  return repeat(() => to.set(from)).map((ms) => (2 * copiedBytes) / ms / 1e6);
}

function repeat(run: () => unknown): number[] {
  run();
  return Array.from({ length: repetitions }, () => {
    const begun = performance.now();
    run();
    return performance.now() - begun;
  });
}

const threadSource = `
const { parentPort, workerData: { bytes, turns } } = require('node:worker_threads');
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
exports.run(1000);
parentPort.on('message', () => parentPort.postMessage(exports.run(turns)));
parentPort.postMessage('ready');
`;

/** Milliseconds until all threads are through, each time. */
async function timeThreads(bytes: Uint8Array, count: number): Promise<number[]> {
  const workers = Array.from({ length: count }, () => {
    return new Worker(threadSource, { eval: true, workerData: { bytes, turns } });
  });
  const answers = () => Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('message', resolve))));
  await answers();
  const times: number[] = [];
  // The first is not counted.
  for (let i = 0; i <= repetitions; i++) {
    const begun = performance.now();
    const answered = answers();
    for (const worker of workers) worker.postMessage('run');
    await answered;
    if (i > 0) times.push(performance.now() - begun);
  }
  await Promise.all(workers.map((worker) => worker.terminate()));
  return times;
}
