import type { Writable } from 'node:stream';
import { fileProblem } from './errors.ts';

/** A command's interface to its process. Tests substitute their own. */
export interface Terminal {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /**
   * Calls `listener` with the signal's number when the program is asked to end (Ctrl-C); a second request ends it at
   * once. Returns the function that stops listening.
   */
  onInterrupt(listener: (signal: number) => void): () => void;
}

export type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** Windows has SIGBREAK and no SIGTERM: whatever sends that there kills the process, and the run can be resumed. */
const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15, SIGBREAK: 21 } as const;

/** The terminal of this process. */
export function processTerminal(): Terminal {
  let listeners = 0;
  // A reader that has enough (`| head`) closes the pipe. That ends a program that only writes, but not a run.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (listeners > 0) return;
    const hasLeft = error.code === 'EPIPE' || error.code === 'EOF';
    if (!hasLeft) process.stderr.write(`flowtape: Cannot write the output: ${fileProblem(error)}.\n`);
    process.exit(hasLeft ? 0 : 1);
  });
  // Complaints that nobody reads are lost; they end nothing.
  process.stderr.on('error', () => undefined);
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

/** Writes a line, and waits if the stream is full. Does nothing once the reader is gone. */
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
