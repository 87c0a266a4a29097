import type { WasmMemory } from '../../host-types.ts';
import { DeviceLimitError, DeviceMemoryError, smallerAdvice } from '../errors.ts';

/** Allocates byte ranges of one WebAssembly memory. */
export interface CpuMemory {
  readonly memory: WasmMemory;
  /** Allocates zeroed bytes at a multiple of 256. @throws if the memory can't hold them */
  allocate(bytes: number): number;
  free(address: number): void;
  /** @throws if blocks of these sizes do not fit; allocates nothing */
  checkRoom(bytes: number): void;
  /** Bytes allocated. */
  readonly reserved: number;
  /** The memory as numbers. A view dies when the memory grows, so never keep one. */
  f32(): Float32Array;
  i32(): Int32Array;
}

export const pageBytes = 65_536;

/**
 * @param base the first address that the kernels' own static data leaves free
 * @param maxPages the largest size of the memory, in pages of 64 KiB
 */
export function createCpuMemory(memory: WasmMemory, base: number, maxPages: number): CpuMemory {
  const blocks = new Map<number, number>();
  let holes: { address: number; bytes: number }[] = [];
  let end = align(base);
  let reserved = 0;
  let floats = new Float32Array(memory.buffer);
  let integers = new Int32Array(memory.buffer);

  const checkRoom = (bytes: number) => {
    if (end + bytes <= maxPages * pageBytes) return;
    const max = (maxPages * pageBytes) / 2 ** 30;
    throw new DeviceLimitError(
      `cpu device: ${bytes} more bytes do not fit into WebAssembly's ${max} GiB, of which ${reserved} are in use. ` +
        smallerAdvice,
    );
  };
  const grow = (pages: number) => {
    try {
      memory.grow(pages);
    } catch (cause) {
      throw new DeviceMemoryError(
        `cpu device: the system gives no ${pages * pageBytes} bytes more to the ${memory.buffer.byteLength} of ` +
          `WebAssembly's memory. ${smallerAdvice}`,
        { cause },
      );
    }
  };
  const take = (bytes: number): number => {
    const hole = holes.find((candidate) => candidate.bytes >= bytes);
    if (hole) {
      holes = holes.filter((candidate) => candidate !== hole);
      if (hole.bytes > bytes) holes.push({ address: hole.address + bytes, bytes: hole.bytes - bytes });
      return hole.address;
    }
    const address = end;
    checkRoom(bytes);
    const pages = Math.ceil((address + bytes) / pageBytes);
    const missing = pages - memory.buffer.byteLength / pageBytes;
    if (missing > 0) {
      grow(missing);
      floats = new Float32Array(memory.buffer);
      integers = new Int32Array(memory.buffer);
    }
    end = address + bytes;
    return address;
  };

  return {
    memory,
    allocate(bytes) {
      const size = align(Math.max(bytes, 1));
      // Memory that is new is zero, and is not given by the system before it is used.
      const old = integers.length;
      const address = take(size);
      integers.fill(0, address / 4, Math.min(old, (address + size) / 4));
      blocks.set(address, size);
      reserved += size;
      return address;
    },
    free(address) {
      const bytes = blocks.get(address);
      if (bytes === undefined) return;
      blocks.delete(address);
      reserved -= bytes;
      holes.push({ address, bytes });
      holes = mergeNeighbours(holes);
    },
    checkRoom,
    get reserved() {
      return reserved;
    },
    // Kernels read their windows through these views at every launch. Only `take` can grow the memory, so they are
    // renewed there: checking memory.buffer each time would cost more than the rest of a launch.
    f32: () => floats,
    i32: () => integers,
  };
}

function align(bytes: number): number {
  return Math.ceil(bytes / 256) * 256;
}

function mergeNeighbours(holes: readonly { address: number; bytes: number }[]): { address: number; bytes: number }[] {
  const merged: { address: number; bytes: number }[] = [];
  for (const hole of [...holes].sort((a, b) => a.address - b.address)) {
    const last = merged[merged.length - 1];
    if (last && last.address + last.bytes === hole.address) last.bytes += hole.bytes;
    else merged.push({ ...hole });
  }
  return merged;
}
