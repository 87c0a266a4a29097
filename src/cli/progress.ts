import type { Metrics, Progress } from '../train/index.ts';
import { type ProgressWords, progressLine } from './progress-line.ts';
import type { OutputStream } from './terminal.ts';
import { formatCount, formatDuration, formatFigure, formatRate } from './text.ts';

/** Shows the progress of a run. */
export interface ProgressDisplay {
  report(progress: Progress): void;
  /** Prints a line without disturbing the display. */
  note(text: string): void;
  /** Restores the terminal. */
  stop(): void;
}

/** Escape codes for line wrapping. */
const wrapLines = { on: '\u001b[?7h', off: '\u001b[?7l' } as const;

/** Seconds between plain lines: often enough to see progress, rarely enough to read. */
const secondsBetweenLines = 2;

/** A bar on a terminal; plain lines elsewhere, or if every evaluation is wanted. */
export async function createProgress(
  stream: OutputStream,
  { steps, verbose }: { steps: number; verbose: boolean },
): Promise<ProgressDisplay> {
  return stream.isTTY && !verbose ? progressBar(stream, steps) : progressLines(stream, verbose);
}

async function progressBar(stream: OutputStream, steps: number): Promise<ProgressDisplay> {
  const { SingleBar } = (await import('cli-progress')).default;
  const bar = new SingleBar({
    stream,
    // The last column stays free, since some terminals wrap as soon as it is filled.
    format: (_, { progress }, words: ProgressWords) => progressLine(words, progress, (stream.columns ?? 80) - 1),
    hideCursor: true,
    fps: 5,
    // Without it Ctrl-C would end the program before the run is saved.
    gracefulExit: false,
  });
  const describe = describeProgress(steps);
  bar.start(steps, 0, describe());
  return {
    report: (progress) => bar.update(progress.step, describe(progress)),
    note(text) {
      // While the bar is shown the terminal cuts lines at its edge, but a message must be readable in full.
      stream.write(`\n${wrapLines.on}${text}\n${wrapLines.off}`);
    },
    stop() {
      bar.stop();
    },
  };
}

/** The words of a run's bar, which keep the last distance that was told: of its beginning, or of a report. */
export function describeProgress(steps: number): (progress?: Progress) => ProgressWords {
  let metric = '';
  return (progress) => {
    metric = (progress && describeDistance(progress)) ?? metric;
    const [rate = '', left = ''] = progress === undefined || progress.step === 0 ? [] : describePace(progress);
    const iteration = `iteration ${formatCount(progress?.step ?? 0)}/${formatCount(steps)}`;
    return { metric, iteration, left, rate };
  };
}

function progressLines(stream: OutputStream, verbose: boolean): ProgressDisplay {
  let shown = Number.NEGATIVE_INFINITY;
  let distance = '';
  return {
    report(progress) {
      distance = describeDistance(progress) ?? distance;
      const isDue = progress.step === progress.steps || progress.secondsElapsed - shown >= secondsBetweenLines;
      if (!isDue && !(verbose && progress.metrics !== undefined)) return;
      shown = progress.secondsElapsed;
      const { loss, gradientNorm } = progress.diagnostics;
      const parts = [
        `iteration ${formatCount(progress.step)}/${formatCount(progress.steps)}`,
        ...(progress.step === 0 ? [] : describePace(progress)),
        ...(distance === '' ? [] : [distance]),
        ...(verbose && loss !== undefined ? [`loss ${formatFigure(loss)}`] : []),
        ...(verbose && gradientNorm !== undefined ? [`gradient norm ${formatFigure(gradientNorm)}`] : []),
      ];
      stream.write(`${parts.join('  ')}\n`);
    },
    note(text) {
      stream.write(`${text}\n`);
    },
    stop() {},
  };
}

function describePace(progress: Progress): string[] {
  const rate = `${formatRate(progress.trajectoriesPerSecond)} trajectories/s`;
  return [rate, `${formatDuration(secondsLeft(progress))} left`];
}

/** At the run's average pace so far. */
function secondsLeft({ step, steps, secondsElapsed }: Progress): number {
  return step === 0 ? Number.NaN : (secondsElapsed / step) * (steps - step);
}

function describeElbo({ elbo }: Metrics): string {
  return elbo === undefined ? '' : `ELBO ${formatFigure(elbo)} nats`;
}

function describeDistance({ metrics }: Progress): string | undefined {
  if (metrics?.totalVariation !== undefined) return `total variation ${formatFigure(metrics.totalVariation)}`;
  if (metrics?.meanScore !== undefined)
    return `mean score ${formatFigure(metrics.meanScore)}  ${describeElbo(metrics)}`;
  if (metrics?.elbo !== undefined) return describeElbo(metrics);
  if (metrics?.elboGap !== undefined) return `ELBO gap ${formatFigure(metrics.elboGap)} nats`;
  return undefined;
}
