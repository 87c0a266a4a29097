import type { DType, Variable } from '../../tape/index.ts';
import { elementCount } from '../../tape/index.ts';
import type { Numbers } from '../device.ts';
import type { Buffers } from './buffers.ts';
import { fromStripes, stripeBytes, stripedBytes } from './replicate-shader.ts';

/** A variable of every replica, each its own numbers: see `stripeBytes`. */
export interface StripedVariable {
  readonly key: string;
  readonly buffer: GPUBuffer;
  /** The replicas that have it. */
  readonly users: Set<number>;
}

/** The numbers of replicas in striped buffers. */
export interface StripedMemory {
  /**
   * A replica's variable. It shares a buffer with what the other replicas have in its place: the variable that each was
   * as-many-th to use of this name, type and shape.
   */
  of(replica: number, variable: Variable): StripedVariable;
  holds(replica: number, variable: Variable): boolean;
  forget(replica: number, variable: Variable): void;
  /** Forgets all variables of a replica. */
  forgetAll(replica: number): void;
  write(replica: number, buffer: GPUBuffer, byteOffset: number, data: Float32Array | Int32Array): void;
  /** Numbers of a replica. All replicas that read the same place, with no run or upload in between, share one copy. */
  read(replica: number, place: StripedPlace): Promise<Numbers>;
  /** Tells that numbers have changed. */
  changed(): void;
}

export interface StripedPlace {
  readonly buffer: GPUBuffer;
  /** Where it begins for a replica alone. */
  readonly byteOffset: number;
  /** How many numbers. */
  readonly length: number;
  readonly dtype: DType;
}

export function stripedMemory(buffers: Buffers, count: number): StripedMemory {
  const shared = new Map<string, StripedVariable>();
  const known = Array.from({ length: count }, () => new Map<Variable, StripedVariable>());
  const used = Array.from({ length: count }, () => new Map<string, number>());
  const copies = new Map<GPUBuffer, Map<string, Promise<Numbers>>>();

  const write: StripedMemory['write'] = (replica, buffer, byteOffset, data) => {
    copies.clear();
    const width = stripeBytes / 4;
    for (let at = 0; at < data.length; at += width) {
      const stripe = byteOffset / stripeBytes + at / width;
      buffers.write(buffer, (stripe * count + replica) * stripeBytes, data.subarray(at, at + width));
    }
  };
  const forget: StripedMemory['forget'] = (replica, variable) => {
    const striped = known[replica].get(variable);
    if (!striped) return;
    known[replica].delete(variable);
    striped.users.delete(replica);
    if (striped.users.size > 0) return;
    buffers.destroy(striped.buffer);
    copies.delete(striped.buffer);
    shared.delete(striped.key);
  };
  return {
    of(replica, variable) {
      const found = known[replica].get(variable);
      if (found) return found;
      const { name, dtype, shape, initial } = variable;
      const kind = `${name}|${dtype}|${shape.join()}`;
      const number = used[replica].get(kind) ?? 0;
      used[replica].set(kind, number + 1);
      const key = `${kind}|${number}`;
      const bytes = stripedBytes(4 * elementCount(shape), count);
      const striped = shared.get(key) ?? { key, buffer: buffers.create(name, bytes), users: new Set() };
      shared.set(key, striped);
      striped.users.add(replica);
      known[replica].set(variable, striped);
      if (initial) write(replica, striped.buffer, 0, initial);
      return striped;
    },
    holds: (replica, variable) => known[replica].has(variable),
    forget,
    forgetAll(replica) {
      for (const variable of [...known[replica].keys()]) forget(replica, variable);
      used[replica].clear();
    },
    write,
    async read(replica, { buffer, byteOffset, length, dtype }) {
      const all = Math.ceil((4 * length) / stripeBytes) * (stripeBytes / 4) * count;
      const ofBuffer = copies.get(buffer) ?? new Map<string, Promise<Numbers>>();
      copies.set(buffer, ofBuffer);
      const key = `${byteOffset}|${all}|${dtype}`;
      const copy = ofBuffer.get(key) ?? buffers.read(buffer, byteOffset * count, all, dtype);
      ofBuffer.set(key, copy);
      const numbers = (await copy) as Float32Array | Int32Array;
      // It is kept for those who ask meanwhile.
      if (ofBuffer.get(key) === copy) ofBuffer.delete(key);
      return fromStripes(numbers, { replica, count, length });
    },
    changed: () => copies.clear(),
  };
}
