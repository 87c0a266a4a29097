/**
 * The peak rates of a device: the best of several measurements, since other load on the machine can only lower them.
 */
export interface Ceilings {
  /** Of the whole device. */
  readonly gigaflopsPerSecond: number;
  /** Of one thread, on the cpu. */
  readonly gigaflopsPerSecondOfThread?: number;
  /** Read and written together, from memory. */
  readonly gigabytesPerSecond: number;
  /** The same within caches, on the cpu: for kernels whose operands fit there, see `cachedBytes`. */
  readonly gigabytesPerSecondInCache?: number;
  readonly how: string;
}

/** Operands up to this size are taken to stay in cache between runs of a kernel. */
export const cachedBytes = 2 ** 22;
