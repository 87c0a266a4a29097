import { alignedTable, formatRatio, formatSpread, significant } from '../measure/table.ts';
import type { StepResult } from './results.ts';

const titles = {
  cpu: 'cpu',
  fused: 'cpu with fused multiply-adds',
  webgpu: 'webgpu',
  host: "the host's time alone, Dawn's null backend",
} as const;

export const stepHeader = ['engine', 'step, ms', 'GFLOP/s', 'first step, ms', 'loss', 'flowtape is'] as const;

export function stepRow(result: StepResult): string[] {
  const { engine, failed, total, gigaflopsPerSecond, firstStep, loss, ratio, sameLosses } = result;
  if (!total) return [engine, failed ?? '', '', '', '', ''];
  const losses = loss ? `${loss.first.toFixed(4)} to ${loss.last.toFixed(4)}` : '';
  return [
    engine,
    formatSpread(total),
    gigaflopsPerSecond === undefined ? '' : significant(gigaflopsPerSecond),
    firstStep ? significant(firstStep.median) : '',
    sameLosses === false ? `${losses} (not flowtape's)` : losses,
    ratio === 1 ? '' : formatRatio(ratio),
  ];
}

/** The title of a group of results. */
export function stepTitle({ problem, place, flops }: StepResult): string {
  const size = place === 'host' ? '' : ` (${(flops / 1e6).toFixed(0)} MFLOP)`;
  return `${problem}${size}, ${titles[place]}`;
}

/** The results of one problem at one place, for the terminal. */
export function describeStep(results: readonly StepResult[]): string {
  return `${stepTitle(results[0])}\n${alignedTable(stepHeader, results.map(stepRow))}\n`;
}
