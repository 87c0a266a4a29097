import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { trainingFigures, trainingFiguresOf } from '../metrics/training-figures.ts';
import type { CurvePoint } from '../plot/learning-curve.ts';
import type { RunConfig } from '../run/run-config.ts';
import { isRecord } from '../text/is-record.ts';
import type { Snapshot } from '../train/index.ts';
import { codeOf } from './folders.ts';
import { runFiles } from './run-folder.ts';

/** What a run has logged up to its checkpoint. */
export interface RunHistory {
  /** The lines of metrics.jsonl to keep: those of an uninterrupted run. */
  readonly text: string;
  readonly curve: readonly CurvePoint[];
  /** Seconds of training until the checkpoint: until the last evaluation, plus the rest at its pace. */
  readonly seconds: number;
}

/** Fields of a row besides the metrics. */
const aside = new Set([
  ...['step', 'trajectories', 'seconds', 'trajectoriesPerSecond'],
  ...Object.keys(trainingFigures),
]);

/**
 * Reads a run's evaluations up to its checkpoint. Later ones will be made again. An evaluation made only because the
 * run was stopped, and a line that was cut, are left out.
 * @param snapshot the checkpoint's; without one the run starts over and makes all evaluations again
 */
export async function readHistory(
  path: string,
  { steps, evaluateEvery, batch }: RunConfig,
  snapshot: Snapshot | undefined,
): Promise<RunHistory> {
  const step = snapshot?.step ?? 0;
  const text = await readFile(join(path, runFiles.metrics), 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  });
  const lines: string[] = [];
  const curve: CurvePoint[] = [];
  let seconds = 0;
  for (const line of text.split('\n')) {
    const row = readRow(line);
    if (row === undefined || row.step > step || (curve.at(-1)?.step ?? -1) >= row.step) continue;
    const between = row.trajectoriesPerSecond > 0 ? (step * batch - row.trajectories) / row.trajectoriesPerSecond : 0;
    seconds = row.seconds + between;
    const isDue = (evaluateEvery !== undefined && row.step % evaluateEvery === 0) || row.step === steps;
    // A run without evaluations repeats the one before its first iteration.
    if ((step === 0 && snapshot?.metrics === undefined) || !isDue) continue;
    lines.push(`${line}\n`);
    const { trajectories, loss, gradientNorm } = row;
    curve.push({ ...row.metrics, step: row.step, trajectories, loss, gradientNorm });
  }
  return { text: lines.join(''), curve, seconds: step === 0 ? 0 : seconds };
}

function readRow(line: string) {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isRecord(row)) return undefined;
  const { step, trajectories, seconds, trajectoriesPerSecond } = row;
  const isNumber = (value: unknown): value is number => typeof value === 'number' && value >= 0;
  if (!isNumber(step) || !isNumber(trajectories) || !isNumber(seconds) || !isNumber(trajectoriesPerSecond)) return;
  const figures = Object.entries(row).filter(([name, value]) => !aside.has(name) && typeof value === 'number');
  const metrics = Object.fromEntries(figures) as Record<string, number>;
  const { loss, gradientNorm } = trainingFiguresOf(row);
  return { step, trajectories, seconds, trajectoriesPerSecond, loss, gradientNorm, metrics };
}
