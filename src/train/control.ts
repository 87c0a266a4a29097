import { nextTask } from './next-task.ts';

/** Pause, resume and stop: requested at any time, carried out between iterations. */
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
    /** Resolves once training may continue, after letting the thread's other tasks run. */
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
