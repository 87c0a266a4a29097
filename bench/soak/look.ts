import type { Device } from '../../src/device/index.ts';

/** One observation of the soak test's process and device; in bytes unless stated. */
export interface Look {
  /** Minutes since the start of the soak test. */
  readonly minute: number;
  /** All memory of the process, including the device's if that is on the host. */
  readonly resident: number;
  /** JavaScript's own heap after a collection. */
  readonly heap: number;
  /** Array buffers and other memory outside the heap. */
  readonly external: number;
  /** Live WebAssembly memories. */
  readonly wasm: number;
  /** The long run's device's own count of reserved bytes. */
  readonly reserved: number;
  /** Iterations per second of the long run since the last observation. */
  readonly rate: number;
  /** Complete runs so far, each on its own devices. */
  readonly runs: number;
}

const memories = new Set<WeakRef<WebAssembly.Memory>>();

/**
 * Counts every WebAssembly memory made from now on while it is alive. The process's own count of array buffers does not
 * include those that threads share.
 */
export function watchWasmMemories(): void {
  const { Memory } = WebAssembly;
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      memories.add(new WeakRef(this));
    }
  };
}

export async function lookAt(device: Device, seen: Pick<Look, 'minute' | 'rate' | 'runs'>): Promise<Look> {
  // Memory found dead in a first collection may only be released after a turn of the event loop.
  for (let i = 0; i < 2; i++) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    // Requires --expose-gc.
    globalThis.gc?.();
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { ...seen, resident: rss, heap: heapUsed, external, wasm: wasmBytes(), reserved: device.counts.bytes };
}

function wasmBytes(): number {
  let bytes = 0;
  for (const reference of memories) {
    const memory = reference.deref();
    if (memory) bytes += memory.buffer.byteLength;
    else memories.delete(reference);
  }
  return bytes;
}
