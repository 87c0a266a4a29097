import { nextTask } from './next-task.ts';

/** Pause, resume, stop: asked for at any time, obeyed between iterations. */
export function createControl() {
  let paused = false;
  let stopped = false;
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
    stop: change(() => {
      stopped = true;
    }),
    /** Settles when training may go on. Lets other tasks of the thread run first. */
    async turn(): Promise<void> {
      await nextTask();
      while (paused && !stopped) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
