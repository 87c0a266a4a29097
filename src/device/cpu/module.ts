import type { WasmMemory, WasmModule } from '../../host-types.ts';
import { DeviceMemoryError } from '../errors.ts';

/** The compiled kernels and their memory. */
export interface LoadedKernels {
  readonly module: WasmModule;
  readonly memory: WasmMemory;
  /** The largest size of the memory, in pages of 64 KiB. */
  readonly maxPages: number;
}

/** The initial size of the memory, in pages. */
const firstPages = 16;
/** All 4 GiB that WebAssembly can address; 1 GiB if the system can't reserve that much for a shared memory. */
const sharedSizes = [65_536, 16_384];

/**
 * Compiles the kernels for a memory of this thread alone.
 * @throws DeviceMemoryError if the system does not provide the memory
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

/** The same for a memory that threads share; undefined if that is forbidden or unavailable. */
export async function loadSharedKernels(binary: Uint8Array): Promise<LoadedKernels | undefined> {
  if (!mayShareMemory()) return undefined;
  for (const maxPages of sharedSizes) {
    try {
      const memory = new WebAssembly.Memory({ initial: firstPages, maximum: maxPages, shared: true });
      return { module: await WebAssembly.compile(importSharedMemory(binary) as BufferSource), memory, maxPages };
    } catch {
      // Try the next smaller size.
    }
  }
  return undefined;
}

/** A page may share memory between threads only if it is isolated from other origins; other programs always may. */
function mayShareMemory(): boolean {
  const { crossOriginIsolated } = globalThis as { crossOriginIsolated?: boolean };
  return typeof SharedArrayBuffer === 'function' && crossOriginIsolated !== false;
}

const importSection = 2;
const memoryImport = 2;
const hasMaximum = 1;
const hasMaximumAndIsShared = 3;

/**
 * The same module with its memory import marked as shared. WebAssembly requires the module to say which kind it
 * imports, in one bit; the code is the same, so one binary serves both.
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
