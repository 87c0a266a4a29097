import type { Device } from '../../src/device/index.ts';
import { compile } from '../../src/plan/index.ts';
import { createTape } from '../../src/tape/index.ts';
import { denseCases, numbers } from '../kernels/cases.ts';
import { timeRuns } from '../kernels/kernels.ts';
import { measureProgram } from '../measure/program.ts';
import { type Spread, spread } from '../measure/statistics.ts';
import { formatSpread, significant } from '../measure/table.ts';
import { ceilingOf } from './costs.ts';
import { failedRow, type GpuPart, type Item, recordsOf } from './part.ts';

type DenseSize = readonly [rows: number, inputs: number, outputs: number];

/** Perceptrons, a square large enough to fill any card, and the graph transformer of the paper's molecules at batch 256. */
const sizes: readonly DenseSize[] = [
  [1200, 256, 256],
  [4096, 4096, 4096],
  [16_384, 256, 256],
  [16_384, 128, 128],
  [16_384, 128, 512],
  [600, 256, 768],
];
const smallSizes: readonly DenseSize[] = [
  [256, 256, 256],
  [300, 128, 512],
];

interface DenseRecord {
  readonly kernel: string;
  readonly flops: number;
  readonly milliseconds: Spread;
  /** The largest difference from float64 among the checked numbers, if any were. */
  readonly error?: number | undefined;
}

export const densePart: GpuPart = {
  name: 'dense',
  title: 'Dense layers',
  seconds: 45,
  items: async ({ small }) =>
    (small ? smallSizes : sizes).map(
      (size): Item => ({
        name: size.join(' x '),
        program: measureProgram('gpu-dense', { size, seconds: small ? 0.3 : 2 }),
        limitSeconds: small ? 120 : 20,
      }),
    ),
  blocks(results, figures) {
    const ceiling = ceilingOf(figures, 'webgpu');
    const header = ['size', 'kernel', 'milliseconds', 'GFLOP/s', 'of the loop', 'of the peak', 'error'];
    const share = (rate: number, most: number | undefined) =>
      most === undefined ? '' : `${((100 * rate) / most).toFixed(0)} %`;
    const rows = results.flatMap((result) => {
      const found = recordsOf<DenseRecord>(result);
      if (found.length === 0) return [failedRow(result.name, result, header.length)];
      return found.map(({ kernel, flops, milliseconds, error }) => {
        const rate = flops / milliseconds.median / 1e6;
        return [
          ...[result.name, kernel, formatSpread(milliseconds), significant(rate)],
          ...[share(rate, ceiling), share(rate, figures.peak), error === undefined ? '' : error.toExponential(1)],
        ];
      });
    });
    return [{ header, rows }];
  },
};

/** Times a dense layer forwards and backwards, and checks some of its outputs. */
export async function* timeDense(device: Device, [N, I, O]: DenseSize, seconds: number): AsyncGenerator<DenseRecord> {
  for (const { kernel, flops, record } of denseCases(N, I, O)) {
    const tape = createTape();
    const output = record(tape);
    if (!output) throw new Error(`${kernel} gives no output.`);
    const executable = await device.prepare(compile(tape, { output }));
    const milliseconds = spread(await timeRuns(device, executable, seconds / 3));
    const error = kernel.startsWith('dense,') ? errorOf(await executable.read('output'), [N, I, O]) : undefined;
    executable.release();
    yield { kernel, flops, milliseconds, error };
  }
}

/** The largest difference of some outputs from float64, relative to the sum of the absolute values of their terms. */
function errorOf(y: ArrayLike<number>, [N, I, O]: DenseSize): number {
  const drawn = numbers(Math.max(N * I, I * O));
  let worst = 0;
  for (let look = 0; look < 64; look++) {
    const [n, o] = [(look * 7919) % N, (look * 104_729) % O];
    let [sum, size] = [drawn[o], Math.abs(drawn[o])];
    for (let i = 0; i < I; i++) {
      const term = drawn[n * I + i] * drawn[i * O + o];
      sum += term;
      size += Math.abs(term);
    }
    worst = Math.max(worst, Math.abs(y[n * O + o] - Math.max(sum, 0)) / size);
  }
  return worst;
}
