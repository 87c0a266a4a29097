/** When a run is saved on its way. */
export interface Checkpoints {
  isDue(step: number): boolean;
  /** Saves, by `save`, and takes note of what it costs. */
  take(save: () => Promise<void>): Promise<void>;
}

/** Where no number of iterations is given: at most so many seconds of training are lost to a run that is killed... */
const maxSeconds = 5;

/** ...or as many as make saving this share of the time. */
const maxShare = 0.01;

/**
 * Saves every so many iterations, or without a number every few seconds; and where nothing is saved yet, at once.
 * @param saved whether there is a checkpoint of the run
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
