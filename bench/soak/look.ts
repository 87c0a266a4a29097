import type { Device } from '../../src/device/index.ts';

/** What a soak sees of its process and its device at one moment; bytes where nothing else is said. */
export interface Look {
  /** Minutes since the soak began. */
  readonly minute: number;
  /** All that the system has given the process, the device's memory included where it is the host's. */
  readonly resident: number;
  /** JavaScript's own heap after a collection. */
  readonly heap: number;
  /** Array buffers and what else lies outside of the heap. */
  readonly external: number;
  /** WebAssembly memories that are alive. */
  readonly wasm: number;
  /** What the long run's device has reserved, by its own account. */
  readonly reserved: number;
  /** Iterations a second of the long run since the look before. */
  readonly rate: number;
  /** Runs made from beginning to end so far, each on devices of its own. */
  readonly runs: number;
}

const memories = new Set<WeakRef<WebAssembly.Memory>>();

/**
 * Has every WebAssembly memory made from now on counted for as long as it is alive. The process's own account of array
 * buffers leaves those out that threads share.
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
  // What a first collection finds dead may only be given back after a turn of the event loop.
  for (let i = 0; i < 2; i++) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    // With --expose-gc.
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
