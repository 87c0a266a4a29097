import type { WasmMemory } from '../../host-types.ts';
import { DeviceLimitError, DeviceMemoryError, smallerAdvice } from '../errors.ts';

/** Byte ranges of one WebAssembly memory, given out and taken back. */
export interface CpuMemory {
  readonly memory: WasmMemory;
  /** Reserves bytes, all 0, at an address that is a multiple of 256. @throws if the memory can't hold them */
  allocate(bytes: number): number;
  free(address: number): void;
  /** @throws if so many bytes do not fit, in blocks of any sizes; reserves nothing */
  checkRoom(bytes: number): void;
  /** Bytes reserved now. */
  readonly reserved: number;
  /** The memory as numbers, now. A view dies when the memory grows, so none is ever kept. */
  f32(): Float32Array;
  i32(): Int32Array;
}

export const pageBytes = 65_536;

/**
 * @param base the first address that the kernels' own static data leaves free
 * @param maxPages how many pages of 64 KiB the memory may grow to
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
      const address = take(size);
      new Uint8Array(memory.buffer, address, size).fill(0);
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
    // Kernels read their windows by these for every launch. Only `take` lets the memory grow, so looking at
    // memory.buffer each time, which costs more than the rest of a launch, is not needed.
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
