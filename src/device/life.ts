import { DeviceLostError } from './errors.ts';

/** Whether a device is usable. */
export interface Life {
  /** @throws the reason, if the device is unusable */
  check(): void;
  /** Ends it for this reason, and rejects everything that waits. Only the first reason counts. */
  end(reason: Error): void;
  readonly ended: Error | undefined;
  /** Settles as `work` does, or rejects with the reason if the device ends first. */
  settled<Result>(work: Promise<Result>): Promise<Result>;
  /** After a failed operation, waits as long as news of the device's loss may take. */
  news(): Promise<void>;
}

/**
 * The longest delay, in milliseconds, between an operation's failure and the news that its device is lost. A lost
 * device aborts its work, and the standard does not fix which of the two is reported first.
 */
const newsDelay = 1000;

export function createLife(): Life {
  let ended: Error | undefined;
  // Promise.race with one long-lived promise of the loss would retain memory for every operation.
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

/** Whether this is WebGPU's error for an aborted operation, which does not say why. */
function isBrokenOff(cause: unknown): boolean {
  return cause instanceof Error && (cause.name === 'AbortError' || cause.name === 'OperationError');
}

/** The error after the device's own `destroy`. */
export function destroyedByProgram(kind: string): DeviceLostError {
  return new DeviceLostError(`${kind} device: the device has been destroyed by the program.`, 'destroyed');
}
