import type { Spread } from '../measure/statistics.ts';
import { alignedTable, formatSpread, significant } from '../measure/table.ts';
import type { KernelResult, KernelResults } from './results.ts';

export const kernelHeader = ['kernel', 'size', 'microseconds', 'GFLOP/s', 'GB/s', 'of the ceiling'] as const;

export function kernelRow(result: KernelResult): string[] {
  const { kernel, size, milliseconds, gigaflopsPerSecond, gigabytesPerSecond, share, bound } = result;
  return [
    kernel,
    size,
    formatSpread(micro(milliseconds)),
    significant(gigaflopsPerSecond),
    significant(gigabytesPerSecond),
    `${(100 * share).toFixed(0)} % of ${bound}`,
  ];
}

/** The peak rates and overheads of a device, in sentences. */
export function ceilingLines({ ceilings, costs }: KernelResults): string[] {
  const lines: string[] = [];
  if (ceilings) {
    const { gigaflopsPerSecond, gigaflopsPerSecondOfThread, gigabytesPerSecond, gigabytesPerSecondInCache, how } =
      ceilings;
    const thread = gigaflopsPerSecondOfThread ? ` (${significant(gigaflopsPerSecondOfThread)} on one thread)` : '';
    const cached = gigabytesPerSecondInCache ? ` (${significant(gigabytesPerSecondInCache)} within caches)` : '';
    lines.push(
      `At most ${significant(gigaflopsPerSecond)} GFLOP/s${thread} and ` +
        `${significant(gigabytesPerSecond)} GB/s${cached}: ${how}.`,
    );
  }
  if (costs) {
    const { launch, submit, readBack } = costs;
    lines.push(
      `A dependent launch ${formatSpread(micro(launch))}, a submit ${formatSpread(micro(submit))}, ` +
        `a submit with a read-back ${formatSpread(micro(readBack))} microseconds.`,
    );
  }
  return lines;
}

/** The results of one device, for the terminal. */
export function describeKernels(results: KernelResults): string {
  const { place, device = place, failed, kernels } = results;
  if (failed !== undefined) return `${device}: ${failed}\n`;
  return [device, ...ceilingLines(results), alignedTable(kernelHeader, kernels.map(kernelRow)), ''].join('\n');
}

function micro({ lowerQuartile, median, upperQuartile, count }: Spread): Spread {
  return { lowerQuartile: 1000 * lowerQuartile, median: 1000 * median, upperQuartile: 1000 * upperQuartile, count };
}
