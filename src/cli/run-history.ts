import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CurvePoint } from '../plot/learning-curve.ts';
import type { RunConfig } from '../run/run-config.ts';
import type { Snapshot } from '../train/index.ts';
import { codeOf } from './folders.ts';
import { isRecord } from './json-files.ts';
import { runFiles } from './run-folder.ts';

/** What a run has told of itself until its checkpoint. */
export interface RunHistory {
  /** The lines of metrics.jsonl that stay: those that the run would have written had it never stopped. */
  readonly text: string;
  readonly curve: readonly CurvePoint[];
  /** Seconds of training until the checkpoint: of the last evaluation, and by its pace what lies between. */
  readonly seconds: number;
}

/** What rows hold beside the figures of an evaluation. */
const aside = new Set(['step', 'trajectories', 'seconds', 'trajectoriesPerSecond', 'loss']);

/**
 * Reads the evaluations of a run as far as its checkpoint goes. Later ones will be made again; so is the one of a run that
 * was stopped between two that were due, and a line that was cut is none.
 * @param snapshot the checkpoint's; without one the run begins anew, and makes all evaluations again
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
    // A run that has no evaluation behind it makes the one before its first iteration again.
    if ((step === 0 && snapshot?.metrics === undefined) || !isDue) continue;
    lines.push(`${line}\n`);
    curve.push({ ...row.metrics, step: row.step, trajectories: row.trajectories, loss: row.loss });
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
  const loss = typeof row.loss === 'number' ? row.loss : undefined;
  return { step, trajectories, seconds, trajectoriesPerSecond, loss, metrics };
}
