/** When something that costs time is to be done again. */
export interface Pace {
  isDue(now: number): boolean;
  /** Tells when it was begun and when it had ended. */
  took(begun: number, ended: number): void;
}

/**
 * Keeps something from being done more often than every `interval`, or taking more than `share` of the time. Times are
 * in milliseconds.
 */
export function createPace({ interval, share }: { readonly interval: number; readonly share: number }): Pace {
  let next = Number.NEGATIVE_INFINITY;
  return {
    isDue: (now) => now >= next,
    took(begun, ended) {
      next = Math.max(begun + interval, begun + (ended - begun) / share);
    },
  };
}
