import { checkGiven } from '../../text/check-given.ts';
import type { Device } from '../device.ts';
import type { StartWorker } from './threads.ts';

/** Options of the cpu device. */
export interface CpuDeviceOptions {
  /**
   * How many threads compute, including the calling one: by default one for each core, at most 8. It is one if threads
   * may not share memory, as in a page that is not isolated from other origins (`crossOriginIsolated`), or if no worker
   * starts. Results do not depend on it, to the bit.
   */
  readonly threads?: number;
  /**
   * Products of matrices round once for a multiplication and an addition, not twice, by relaxed SIMD: up to twice as
   * fast on processors whose multipliers and adders are the same units. Off by default, since the same seed then gives
   * other bits, and these depend on the processor; threads do not change them. Node 20 has it in `openNodeCpuDevice`
   * alone.
   */
  readonly fusedMultiplyAdd?: boolean | undefined;
  /** Starts a worker; by default a Web Worker. */
  readonly startWorker?: StartWorker;
  /** Kernels with fewer operations run on the calling thread alone. For tests, whose work is small. */
  readonly minWork?: number;
}

/** Default limit: at the usual sizes of networks more threads would get parts that are too small. */
export const defaultMaxThreads = 8;

/**
 * Opens a cpu device: kernels compiled to WebAssembly with SIMD, in a memory of their own. Needs nothing installed. In
 * Node, `openNodeCpuDevice` of `flowtape/node` is the same with more than one thread.
 *
 * @throws if the number of threads is not a positive integer, or if fused multiply-adds are asked for and this runtime
 * has no relaxed SIMD
 */
export async function openCpuDevice(options: CpuDeviceOptions = {}): Promise<Device> {
  checkGiven('openCpuDevice', { options }, 'object?');
  const { threads = Math.min(coreCount(), defaultMaxThreads) } = options;
  if (!Number.isInteger(threads) || threads < 1) {
    throw new Error(`cpu device: the number of threads has to be a whole number of at least 1, not ${threads}.`);
  }
  // Loaded only now, since programs on WebGPU never need the kernels.
  const [{ openOnThreads }, { default: binary }] = await Promise.all([
    import('./device.ts'),
    // A module of text, so that no other file has to be served.
    options.fusedMultiplyAdd ? import('../../../build/fused-kernels.wasm') : import('../../../build/kernels.wasm'),
  ]);
  return openOnThreads(binary, threads, options);
}

function coreCount(): number {
  return (globalThis.navigator as Navigator | undefined)?.hardwareConcurrency ?? 1;
}
