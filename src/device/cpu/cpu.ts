import { checkGiven } from '../../text/check-given.ts';
import type { Device } from '../device.ts';
import type { StartWorker } from './threads.ts';

/** How the cpu device computes. */
export interface CpuDeviceOptions {
  /**
   * How many threads compute, the calling one among them: as many as there are cores by default, and at most 8. Where
   * memory may not be shared between threads, as in a page that is not isolated from other origins
   * (`crossOriginIsolated`), or where no worker starts, it is one. Results are the same to the bit whatever the number.
   */
  readonly threads?: number;
  /** How a worker is started: as a Web Worker by default. */
  readonly startWorker?: StartWorker;
  /** Operations under which a kernel runs on the calling thread alone. For tests, which work on little. */
  readonly minWork?: number;
}

/** Unless they are asked for: at the sizes of these networks the parts of more threads would be too small. */
const maxThreads = 8;

/**
 * Opens a cpu device: kernels compiled to WebAssembly with SIMD, in a memory of their own. Needs nothing installed.
 * In Node, `openNodeCpuDevice` of `flowtape/node` is the same with more than one thread.
 *
 * @throws if the number of threads is not a whole number of at least 1
 */
export async function openCpuDevice(options: CpuDeviceOptions = {}): Promise<Device> {
  checkGiven('openCpuDevice', { options }, 'object?');
  const { threads = Math.min(coreCount(), maxThreads) } = options;
  if (!Number.isInteger(threads) || threads < 1) {
    throw new Error(`cpu device: the number of threads has to be a whole number of at least 1, not ${threads}.`);
  }
  // The kernels are loaded now, since whoever computes on WebGPU never needs them.
  const [{ openOnThreads }, { default: binary }] = await Promise.all([
    import('./device.ts'),
    // A module of text, so that no file has to be served beside it.
    import('../../../build/kernels.wasm'),
  ]);
  return openOnThreads(binary, threads, options);
}

function coreCount(): number {
  return (globalThis.navigator as Navigator | undefined)?.hardwareConcurrency ?? 1;
}
