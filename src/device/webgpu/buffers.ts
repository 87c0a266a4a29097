import type { DType } from '../../tape/index.ts';
import type { Numbers } from '../device.ts';
import type { Life } from '../life.ts';

/** The device's memory: buffers for arenas and variables, and reusable staging buffers. */
export interface Buffers {
  /** A storage buffer of zeros. */
  create(label: string, bytes: number): GPUBuffer;
  /** Uploads numbers, after everything submitted so far. */
  write(buffer: GPUBuffer, byteOffset: number, data: Float32Array | Int32Array): void;
  /** Frees a buffer; does nothing if it was freed before. */
  destroy(buffer: GPUBuffer): void;
  /** Frees all of them, staging buffers included. */
  destroyAll(): void;
  /**
   * Copies numbers out of a buffer, after everything submitted so far. Reads requested without waiting in between are
   * copied and mapped together.
   */
  read(buffer: GPUBuffer, byteOffset: number, count: number, dtype: DType): Promise<Numbers>;
  /** Submits the copies requested so far; must be called before submitting anything that has to come after them. */
  flush(): void;
  /** Bytes of storage reserved. */
  readonly bytes: number;
  /** Buffers made so far, staging included. */
  readonly created: number;
}

/** A pending read. */
interface Wanted {
  readonly buffer: GPUBuffer;
  readonly byteOffset: number;
  readonly bytes: number;
  readonly dtype: DType;
  readonly resolve: (numbers: Numbers) => void;
  readonly reject: (cause: unknown) => void;
}

/** The size of a storage buffer for this many bytes. */
export const storageBytes = (bytes: number): number => Math.max(256, Math.ceil(bytes / 256) * 256);

export function createBuffers(device: GPUDevice, life: Life, submit: (commands: GPUCommandBuffer) => void): Buffers {
  const storage = new Set<GPUBuffer>();
  const allStaging = new Set<GPUBuffer>();
  const staging: GPUBuffer[] = [];
  let wanted: Wanted[] = [];
  let bytes = 0;
  let created = 0;

  const takeStaging = (size: number): GPUBuffer => {
    const place = staging.findIndex((buffer) => buffer.size >= size);
    if (place >= 0) return staging.splice(place, 1)[0];
    created++;
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
    const buffer = device.createBuffer({ label: 'read-back', size, usage });
    allStaging.add(buffer);
    return buffer;
  };

  const flush = () => {
    if (wanted.length === 0) return;
    const groups = inGroups(wanted, device.limits.maxBufferSize);
    wanted = [];
    for (const copies of groups) {
      copyAll(copies).catch((cause) => {
        for (const { reject } of copies) reject(cause);
      });
    }
  };
  const copyAll = async (copies: readonly Wanted[]) => {
    const size = copies.reduce((sum, { bytes }) => sum + bytes, 0);
    const target = takeStaging(size);
    const encoder = device.createCommandEncoder();
    let at = 0;
    for (const { buffer, byteOffset, bytes } of copies) {
      encoder.copyBufferToBuffer(buffer, byteOffset, target, at, bytes);
      at += bytes;
    }
    submit(encoder.finish());
    await life.settled(target.mapAsync(GPUMapMode.READ, 0, size));
    const numbers = target.getMappedRange(0, size).slice(0);
    target.unmap();
    staging.push(target);
    at = 0;
    for (const { bytes, dtype, resolve } of copies) {
      const copy = numbers.slice(at, at + bytes);
      resolve(dtype === 'f32' ? new Float32Array(copy) : new Int32Array(copy));
      at += bytes;
    }
  };

  return {
    create(label, size) {
      const rounded = storageBytes(size);
      const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
      bytes += rounded;
      created++;
      const buffer = device.createBuffer({ label, size: rounded, usage });
      storage.add(buffer);
      return buffer;
    },
    write(buffer, byteOffset, data) {
      // An empty upload ends the whole process in Deno 2.9.
      if (data.byteLength === 0) return;
      flush();
      device.queue.writeBuffer(buffer, byteOffset, data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
    },
    destroy(buffer) {
      if (!storage.delete(buffer)) return;
      flush();
      bytes -= buffer.size;
      buffer.destroy();
    },
    destroyAll() {
      for (const buffer of [...storage, ...allStaging]) buffer.destroy();
      storage.clear();
      allStaging.clear();
      bytes = 0;
    },
    read(buffer, byteOffset, count, dtype) {
      if (count === 0) return Promise.resolve(dtype === 'f32' ? new Float32Array() : new Int32Array());
      return new Promise((resolve, reject) => {
        if (wanted.length === 0) queueMicrotask(flush);
        wanted.push({ buffer, byteOffset, bytes: 4 * count, dtype, resolve, reject });
      });
    },
    flush,
    get bytes() {
      return bytes;
    },
    get created() {
      return created;
    },
  };
}

/** Groups the copies so that each group fits one buffer. */
function inGroups(copies: readonly Wanted[], max: number): Wanted[][] {
  const groups: Wanted[][] = [];
  let room = 0;
  for (const copy of copies) {
    if (copy.bytes > room) {
      groups.push([]);
      room = max;
    }
    groups[groups.length - 1].push(copy);
    room -= copy.bytes;
  }
  return groups;
}
