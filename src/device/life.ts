import { DeviceLostError } from './errors.ts';

/** Whether a device can still be used. */
export interface Life {
  /** @throws why the device cannot be used any more, where it cannot */
  check(): void;
  /** Ends it, for this reason; whatever waits ends with it. Only the first reason counts. */
  end(reason: Error): void;
  readonly ended: Error | undefined;
  /** Settles as `work` does, or with the reason that the device ended, should that come first. */
  settled<Result>(work: Promise<Result>): Promise<Result>;
  /** Waits, after an operation has failed, until there could be no news any more that the device is lost. */
  news(): Promise<void>;
}

/**
 * Milliseconds between an operation's failure and the news that its device is lost, at most: a lost device breaks off
 * what it was doing, and which of the two is told first is not laid down.
 */
const newsDelay = 1000;

export function createLife(): Life {
  let ended: Error | undefined;
  // Not Promise.race with one promise of the loss: that would keep something of every operation for as long.
  const waiting = new Set<(reason: Error) => void>();
  return {
    check() {
      if (ended) throw ended;
    },
    end(reason) {
      if (ended) return;
      ended = reason;
      for (const reject of waiting) reject(reason);
      waiting.clear();
    },
    get ended() {
      return ended;
    },
    settled: (work) =>
      new Promise((resolve, reject) => {
        waiting.add(reject);
        if (ended) {
          reject(ended);
          waiting.delete(reject);
        }
        work.then(
          (result) => {
            waiting.delete(reject);
            resolve(result);
          },
          (cause: unknown) => {
            const tell = () => {
              waiting.delete(reject);
              reject(cause);
            };
            if (isBrokenOff(cause)) setTimeout(tell, newsDelay);
            else tell();
          },
        );
      }),
    news: () =>
      new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer);
          waiting.delete(done);
          resolve();
        };
        const timer = setTimeout(done, newsDelay);
        if (ended) done();
        else waiting.add(done);
      }),
  };
}

/** How WebGPU tells that an operation was broken off, without saying why. */
function isBrokenOff(cause: unknown): boolean {
  return cause instanceof Error && (cause.name === 'AbortError' || cause.name === 'OperationError');
}

/** The end of a device by its own `destroy`. */
export function destroyedByProgram(kind: string): DeviceLostError {
  return new DeviceLostError(`${kind} device: the device has been destroyed by the program.`, 'destroyed');
}
