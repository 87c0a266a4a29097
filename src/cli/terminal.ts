import type { Writable } from 'node:stream';
import { fileProblem } from './errors.ts';

/** What a command sees of the process it runs in. Tests give it one of their own. */
export interface Terminal {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /**
   * Calls `listener` with the number of the signal when the program is asked to end (Ctrl-C), and lets a second
   * such request end it at once. Returns how to stop listening.
   */
  onInterrupt(listener: (signal: number) => void): () => void;
}

export type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** Windows has SIGBREAK, and no SIGTERM: what asks for that there ends a process at once, and the run can be resumed. */
const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15, SIGBREAK: 21 } as const;

/** The terminal of this process. */
export function processTerminal(): Terminal {
  let listeners = 0;
  // A reader that has seen enough (`| head`) closes the pipe. That ends a program that only writes, but no run.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (listeners > 0) return;
    const hasLeft = error.code === 'EPIPE' || error.code === 'EOF';
    if (!hasLeft) process.stderr.write(`flowtape: Cannot write what was asked for: ${fileProblem(error)}.\n`);
    process.exit(hasLeft ? 0 : 1);
  });
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    onInterrupt(listener) {
      let asked = false;
      listeners++;
      const remove = Object.entries(signals).map(([name, number]) => {
        const handle = () => {
          if (asked) process.exit(128 + number);
          asked = true;
          listener(number);
        };
        process.on(name, handle);
        return () => process.off(name, handle);
      });
      return () => {
        listeners--;
        for (const stop of remove) stop();
      };
    },
  };
}

/** Writes a line, and waits where the stream is full. Does nothing where nobody reads any more. */
export async function writeLine(stream: OutputStream, text: string): Promise<void> {
  if (stream.destroyed || stream.write(`${text}\n`)) return;
  await new Promise<void>((resolve) => {
    const settle = () => {
      stream.off('drain', settle).off('close', settle);
      resolve();
    };
    stream.once('drain', settle).once('close', settle);
  });
}
