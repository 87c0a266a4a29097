import type { Spread } from '../measure/statistics.ts';

/** What a device can do at most, measured. */
export interface Ceilings {
  /** Of the whole device. */
  readonly gigaflopsPerSecond: Spread;
  /** Of one thread, on the cpu. */
  readonly gigaflopsPerSecondOfThread?: Spread;
  /** Read and written together. */
  readonly gigabytesPerSecond: Spread;
  readonly how: string;
}
