import { nextTask } from './next-task.ts';

/** Pause, resume, one step, stop: asked for at any time, obeyed between iterations. */
export function createControl() {
  let paused = false;
  let stopped = false;
  let singles = 0;
  let wake = () => {};
  const change = (apply: () => void) => () => {
    apply();
    wake();
  };
  return {
    get stopped() {
      return stopped;
    },
    pause: change(() => {
      paused = true;
    }),
    resume: change(() => {
      paused = false;
    }),
    stepOnce: change(() => {
      if (paused) singles++;
    }),
    stop: change(() => {
      stopped = true;
    }),
    /** Settles when training may go on; true if for one iteration only. Lets other tasks of the thread run first. */
    async turn(): Promise<boolean> {
      await nextTask();
      while (paused && !stopped && singles === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (!paused) return false;
      singles = Math.max(0, singles - 1);
      return true;
    },
  };
}
