import { Writable } from 'node:stream';
import { createProgress, describeProgress, type ProgressDisplay } from './progress.ts';
import { type ProgressWords, progressLine } from './progress-line.ts';
import type { OutputStream } from './terminal.ts';

/** The display of several runs that train at the same time, each under its own name. */
export interface JointProgress {
  /** The display of one run. */
  of(name: string, steps: number): Promise<ProgressDisplay>;
  /** Writes a line that starts with the name of its run. */
  line(name: string, text: string): void;
  /** Leaves the terminal as it was found. */
  stop(): void;
}

/** A bar for each run on a terminal; elsewhere, and where every evaluation is wanted, plain lines with the run's name. */
export async function jointProgress(stream: OutputStream, { verbose }: { verbose: boolean }): Promise<JointProgress> {
  return stream.isTTY && !verbose ? jointBars(stream) : jointLines(stream, verbose);
}

async function jointBars(stream: OutputStream): Promise<JointProgress> {
  const { MultiBar } = (await import('cli-progress')).default;
  const bars = new MultiBar({
    stream,
    format: (_, { progress }, words: ProgressWords & { name: string }) =>
      `${words.name}  ${progressLine(words, progress, (stream.columns ?? 80) - words.name.length - 3)}`,
    hideCursor: true,
    fps: 5,
    gracefulExit: false,
    clearOnComplete: true,
  });
  const line = (name: string, text: string) => bars.log(`${name}: ${text}\n`);
  return {
    async of(name, steps) {
      const describe = describeProgress(steps);
      const bar = bars.create(steps, 0, { name, ...describe() });
      return {
        report: (progress) => bar.update(progress.step, { name, ...describe(progress) }),
        note: (text) => line(name, text),
        stop: () => void bars.remove(bar),
      };
    },
    line,
    stop: () => bars.stop(),
  };
}

function jointLines(stream: OutputStream, verbose: boolean): JointProgress {
  const line = (name: string, text: string) => {
    if (!stream.destroyed) stream.write(`${name}: ${text}\n`);
  };
  return {
    of: (name, steps) =>
      createProgress(
        lineStream((text) => line(name, text)),
        { steps, verbose },
      ),
    line,
    stop() {},
  };
}

/** A stream whose lines are each handed on, without their ends. */
export function lineStream(take: (line: string) => void): OutputStream {
  let rest = '';
  return new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) take(line);
      done();
    },
  });
}
