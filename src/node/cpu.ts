import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { hasRelaxedSimd } from '../device/cpu/relaxed-simd.ts';
import {
  type CpuDeviceOptions,
  type Device,
  defaultMaxThreads,
  openCpuDevice,
  type StartWorker,
} from '../device/index.ts';
import { checkGiven } from '../text/check-given.ts';
import { isNode } from './runtime.ts';

/** Threads of the cpu device where none are asked for. */
export const defaultThreads = (): number => Math.min(availableParallelism(), defaultMaxThreads);

/**
 * `openCpuDevice` for Node: with a thread for each core, up to 8, unless `threads` says otherwise. The process ends by
 * itself when only idle workers are left, whether the device was destroyed or not.
 *
 * @throws as `openCpuDevice` does
 */
export function openNodeCpuDevice(
  options: Pick<CpuDeviceOptions, 'threads' | 'fusedMultiplyAdd' | 'minWork'> = {},
): Promise<Device> {
  checkGiven('openNodeCpuDevice', { options }, 'object?');
  const { threads = defaultThreads() } = options;
  // Node 20 compiles relaxed SIMD only if it is told to; other runtimes have no flags of V8.
  if (options.fusedMultiplyAdd && isNode() && !hasRelaxedSimd()) {
    setFlagsFromString('--experimental-wasm-relaxed-simd');
  }
  return openCpuDevice({ ...options, threads, startWorker: startNodeWorker });
}

/** Starts one of Node's worker threads. */
export const startNodeWorker: StartWorker = (source, start) =>
  new Promise((resolve, reject) => {
    const program =
      "const { parentPort } = require('node:worker_threads');" +
      `parentPort.once('message', (start) => (${source})(start, () => parentPort.postMessage('ready')));`;
    // The process's own preload options are not meant for these workers.
    const worker = new Worker(program, { eval: true, execArgv: [], env: {}, name: `flowtape-${start.thread}` });
    worker.once('message', () => {
      worker.unref();
      resolve({ end: () => void worker.terminate() });
    });
    // After it has started nobody handles its error: if it stops during its work, the device notices.
    worker.on('error', reject);
    worker.once('exit', (code) => reject(new Error(`A worker ended with code ${code} before it had started.`)));
    worker.postMessage(start);
  });
