import type { Terminal } from './terminal.ts';

/** Requests to end, passed on to whoever listens. */
export interface Interrupts {
  /** As the terminal's. A listener that comes after the request hears of it, too: nobody listens while a run is prepared. */
  readonly onInterrupt: Terminal['onInterrupt'];
  tell(signal: number): void;
  /** What was asked for was for runs before: the next one does not hear of it. */
  forget(): void;
}

export function createInterrupts(): Interrupts {
  const listeners = new Set<(signal: number) => void>();
  let asked: number | undefined;
  return {
    onInterrupt(listener) {
      listeners.add(listener);
      if (asked !== undefined) {
        const signal = asked;
        queueMicrotask(() => {
          if (listeners.has(listener)) listener(signal);
        });
      }
      return () => void listeners.delete(listener);
    },
    tell(signal) {
      asked = signal;
      for (const listener of [...listeners]) listener(signal);
    },
    forget() {
      asked = undefined;
    },
  };
}
