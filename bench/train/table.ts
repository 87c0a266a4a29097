import { rateSpread } from '../measure/statistics.ts';
import { alignedTable, formatRatio, formatSpread, significant } from '../measure/table.ts';
import type { TrainResult } from './results.ts';

export const trainHeader = [
  'engine',
  'from iteration',
  'iterations/s',
  'trajectories/s',
  'mean length',
  'first iteration, s',
  'flowtape is',
] as const;

export function trainRow(result: TrainResult): string[] {
  const { engine, at, failed, iteration, trajectoriesPerSecond = 0, meanLength = 0, firstSeconds = 0, ratio } = result;
  if (!iteration) return [engine, String(at), failed ?? '', '', '', '', ''];
  return [
    engine,
    String(at),
    formatSpread(rateSpread(iteration)),
    significant(trajectoriesPerSecond),
    meanLength.toFixed(1),
    significant(firstSeconds),
    ratio === 1 ? '' : formatRatio(ratio),
  ];
}

/** The results of one problem, for the terminal. */
export function describeTrain(results: readonly TrainResult[]): string {
  return `${results[0].problem}\n${alignedTable(trainHeader, results.map(trainRow))}\n`;
}
