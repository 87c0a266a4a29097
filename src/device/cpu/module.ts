import type { WasmMemory, WasmModule } from '../../host-types.ts';
import { DeviceMemoryError } from '../errors.ts';

/** The kernels, compiled, and the memory that they work on. */
export interface LoadedKernels {
  readonly module: WasmModule;
  readonly memory: WasmMemory;
  /** How many pages of 64 KiB the memory may grow to. */
  readonly maxPages: number;
}

/** Pages that the kernels' memory begins with. */
const firstPages = 16;
/** All 4 GiB that WebAssembly can address; where a system can't set so much aside for a shared memory, 1 GiB. */
const sharedSizes = [65_536, 16_384];

/**
 * Compiles the kernels for a memory that this thread alone sees.
 * @throws DeviceMemoryError where the system gives no memory
 */
export async function loadKernels(binary: Uint8Array): Promise<LoadedKernels> {
  const maxPages = sharedSizes[0];
  const module = await WebAssembly.compile(binary as BufferSource);
  try {
    return { module, memory: new WebAssembly.Memory({ initial: firstPages, maximum: maxPages }), maxPages };
  } catch (cause) {
    throw new DeviceMemoryError('cpu device: the system gives no memory for WebAssembly.', { cause });
  }
}

/** The same for a memory that threads share; undefined where that is not allowed, or not at hand. */
export async function loadSharedKernels(binary: Uint8Array): Promise<LoadedKernels | undefined> {
  if (!mayShareMemory()) return undefined;
  for (const maxPages of sharedSizes) {
    try {
      const memory = new WebAssembly.Memory({ initial: firstPages, maximum: maxPages, shared: true });
      return { module: await WebAssembly.compile(importSharedMemory(binary) as BufferSource), memory, maxPages };
    } catch {
      // The next smaller one, if any.
    }
  }
  return undefined;
}

/** A page may share memory between threads only when it is isolated from other origins; outside of pages all may. */
function mayShareMemory(): boolean {
  const { crossOriginIsolated } = globalThis as { crossOriginIsolated?: boolean };
  return typeof SharedArrayBuffer === 'function' && crossOriginIsolated !== false;
}

const importSection = 2;
const memoryImport = 2;
const hasMaximum = 1;
const hasMaximumAndIsShared = 3;

/**
 * The same module, but importing its memory as a shared one: WebAssembly wants the importing module to say which of
 * the two it means, in one bit, and otherwise the code is the same. So one binary serves both.
 */
export function importSharedMemory(binary: Uint8Array): Uint8Array {
  const bytes = binary.slice();
  let at = 8;
  const readInteger = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const skipName = () => {
    const length = readInteger();
    at += length;
  };
  while (at < bytes.length) {
    const section = bytes[at++];
    const length = readInteger();
    if (section !== importSection) {
      at += length;
      continue;
    }
    readInteger();
    skipName();
    skipName();
    if (bytes[at++] !== memoryImport || bytes[at] !== hasMaximum) break;
    bytes[at] = hasMaximumAndIsShared;
    return bytes;
  }
  throw new Error('The first import of the kernels is not a memory with a maximum. This is a bug in flowtape.');
}
