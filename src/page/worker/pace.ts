/** Decides when to repeat something costly. */
export interface Pace {
  isDue(now: number): boolean;
  /** Reports when it began and ended. */
  took(begun: number, ended: number): void;
}

/** Limits something to once per `interval`, and to `share` of the time. Times are in milliseconds. */
export function createPace({ interval, share }: { readonly interval: number; readonly share: number }): Pace {
  let next = Number.NEGATIVE_INFINITY;
  return {
    isDue: (now) => now >= next,
    took(begun, ended) {
      next = Math.max(begun + interval, begun + (ended - begun) / share);
    },
  };
}
