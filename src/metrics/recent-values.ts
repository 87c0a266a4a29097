/** The latest numbers of a stream: first in, first out. */
export interface RecentValues {
  /** The maximum number of values. */
  readonly capacity: number;
  /** The current number of values. */
  count(): number;
  /** Adds a value, and returns the oldest one if that is dropped for it. */
  push(value: number): number | undefined;
  /** The values, oldest first; pushed into a new buffer, they recreate this one. */
  values(): Float64Array;
}

/**
 * An empty buffer of recent values, such as the log-rewards of sampled objects. A push takes constant time.
 * @throws Error unless the capacity is an integer of at least 1
 */
export function recentValues(capacity: number): RecentValues {
  if (!Number.isSafeInteger(capacity) || capacity < 1) {
    throw new Error(`The capacity of recent values is an integer of at least 1, not ${capacity}.`);
  }
  const ring = new Float64Array(capacity);
  let count = 0;
  let next = 0;
  return {
    capacity,
    count: () => count,
    push(value) {
      const oldest = count === capacity ? ring[next] : undefined;
      ring[next] = value;
      next = next + 1 === capacity ? 0 : next + 1;
      if (count < capacity) count++;
      return oldest;
    },
    values() {
      // Until the buffer is full its oldest number is the first of the ring; afterwards it is the next to be replaced.
      if (count < capacity) return ring.slice(0, count);
      const values = new Float64Array(capacity);
      values.set(ring.subarray(next));
      values.set(ring.subarray(0, next), capacity - next);
      return values;
    },
  };
}
