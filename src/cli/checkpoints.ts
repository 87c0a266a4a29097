/** Decides when to save a run's checkpoint. */
export interface Checkpoints {
  isDue(step: number): boolean;
  /** Calls `save` and measures how long it takes. */
  take(save: () => Promise<void>): Promise<void>;
}

/** Without a given interval, a killed run loses at most this many seconds of training... */
const maxSeconds = 5;

/** ...or as many as keep saving below this share of the time. */
const maxShare = 0.01;

/**
 * Saves every `every` iterations, or every few seconds if that is not given. Saves at once if there is no checkpoint
 * yet.
 * @param saved whether the run has a checkpoint
 */
export function checkpointsOf(every: number | undefined, saved: boolean): Checkpoints {
  const now = () => performance.now() / 1000;
  let next = saved ? now() + maxSeconds : Number.NEGATIVE_INFINITY;
  return {
    isDue: (step) => (every === undefined || next < 0 ? now() >= next : step % every === 0),
    async take(save) {
      const begun = now();
      await save();
      const ended = now();
      next = ended + Math.max(maxSeconds, (ended - begun) / maxShare);
    },
  };
}
