import type { Metrics } from '../train/index.ts';
import type { Progress } from './engine.ts';
import type { OutputStream } from './terminal.ts';
import { formatCount, formatDuration, formatFigure, formatRate } from './text.ts';

/** Shows how far a run has come. */
export interface ProgressDisplay {
  report(progress: Progress): void;
  /** Writes a line without disturbing what is shown. */
  note(text: string): void;
  /** Leaves the terminal as it was found. */
  stop(): void;
}

/** Seconds between plain lines: often enough to see it move, seldom enough to read. */
const secondsBetweenLines = 2;

/** A bar on a terminal; elsewhere, and where every evaluation is wanted, plain lines. */
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
    format: '{bar} iteration {value}/{total}  {rate} trajectories/s  {left} left  {distance}',
    barsize: 20,
    barCompleteChar: '━',
    barIncompleteChar: '┄',
    hideCursor: true,
    fps: 5,
    // Without it Ctrl-C would end the program before the run is saved.
    gracefulExit: false,
  });
  let distance = '';
  bar.start(steps, 0, { rate: '-', left: 'unknown', distance });
  return {
    report(progress) {
      distance = describeDistance(progress) ?? distance;
      bar.update(progress.step, {
        rate: formatRate(progress.trajectoriesPerSecond),
        left: formatDuration(secondsLeft(progress)),
        distance,
      });
    },
    note(text) {
      stream.write(`\n${text}\n`);
    },
    stop() {
      bar.stop();
    },
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
      const parts = [
        `iteration ${formatCount(progress.step)}/${formatCount(progress.steps)}`,
        ...(progress.step === 0 ? [] : describePace(progress)),
        ...(distance === '' ? [] : [distance]),
        ...(verbose && progress.loss !== undefined ? [`loss ${formatFigure(progress.loss)}`] : []),
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

/** By the pace of the run so far. */
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
