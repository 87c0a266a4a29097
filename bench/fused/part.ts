import type { Device, Executable } from '../../src/device/index.ts';
import { openNodeCpuDevice } from '../../src/node/cpu.ts';
import { type KernelCase, kernelCases } from '../kernels/cases.ts';
import { prepareCase } from '../kernels/kernels.ts';
import { type FigureTable, tableText } from '../measure/figure-table.ts';
import { spread } from '../measure/statistics.ts';
import { formatRatio, formatSpread } from '../measure/table.ts';
import { isWanted, type Part } from '../part.ts';

/**
 * The dense kernels with a multiplication and an addition, and with both in one (relaxed SIMD), in turn on one thread.
 * In processor time, which other programs disturb least.
 */
export async function runFused({ only, rounds, seconds, print }: Part): Promise<FigureTable[]> {
  const apart = await openNodeCpuDevice({ threads: 1 });
  const fused = await openNodeCpuDevice({ threads: 1, fusedMultiplyAdd: true });
  try {
    const cases = kernelCases.filter(
      ({ kernel, size }) => /^dense/.test(kernel) && isWanted(`${kernel} ${size}`, only),
    );
    const turns = Math.max(5, rounds);
    const each = (1000 * seconds) / (2 * turns * cases.length);
    const rows: string[][] = [];
    for (const kernelCase of cases) rows.push(await fusedRow(kernelCase, { apart, fused, turns, each }));
    const table: FigureTable = {
      title: 'Fused multiply-adds',
      header: ['kernel', 'size', 'rounded twice, microseconds', 'rounded once', 'ratio'],
      rows,
    };
    print(tableText(table));
    return [table];
  } finally {
    apart.destroy();
    fused.destroy();
  }
}

interface Turns {
  readonly apart: Device;
  readonly fused: Device;
  readonly turns: number;
  /** Milliseconds of a turn. */
  readonly each: number;
}

async function fusedRow(kernelCase: KernelCase, { apart, fused, turns, each }: Turns): Promise<string[]> {
  const executables = [await prepareCase(apart, kernelCase), await prepareCase(fused, kernelCase)];
  const times: number[][] = [[], []];
  // The first turn compiles, and is not counted.
  for (let turn = 0; turn <= turns; turn++) {
    for (const [i, executable] of executables.entries()) {
      const microseconds = processorTime(executable, each);
      if (turn > 0) times[i].push(microseconds);
    }
  }
  for (const executable of executables) executable.release();
  const [twice, once] = times.map(spread);
  const ratio = formatRatio(twice.median / once.median);
  return [kernelCase.kernel, kernelCase.size, formatSpread(twice), formatSpread(once), ratio];
}

/** Microseconds of processor time of one run, over about so many milliseconds of it. */
function processorTime(executable: Executable, milliseconds: number): number {
  const begun = process.cpuUsage();
  const used = () => {
    const { user, system } = process.cpuUsage(begun);
    return user + system;
  };
  let runs = 0;
  while (used() < 1000 * milliseconds) {
    executable.run(8);
    runs += 8;
  }
  return used() / runs;
}
