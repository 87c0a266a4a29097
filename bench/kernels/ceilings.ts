/**
 * What a device can do at most: the best of several measurements, since whatever else the machine does only ever takes
 * from it.
 */
export interface Ceilings {
  /** Of the whole device. */
  readonly gigaflopsPerSecond: number;
  /** Of one thread, on the cpu. */
  readonly gigaflopsPerSecondOfThread?: number;
  /** Read and written together, out of memory. */
  readonly gigabytesPerSecond: number;
  /** The same within caches, on the cpu: for kernels whose operands fit there, see `cachedBytes`. */
  readonly gigabytesPerSecondInCache?: number;
  readonly how: string;
}

/** What is small enough to be taken for cached from one run of a kernel to the next. */
export const cachedBytes = 2 ** 22;
