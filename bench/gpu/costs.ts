import type { Ceilings } from '../kernels/ceilings.ts';
import type { Costs } from '../kernels/kernels.ts';
import { ceilingLines } from '../kernels/table.ts';
import type { Place } from '../measure/gpu.ts';
import { measureProgram } from '../measure/program.ts';
import { failedRow, type GpuFigures, type GpuPart, recordsOf } from './part.ts';

interface CostsRecord {
  readonly device: string;
  readonly ceilings: Ceilings;
  readonly costs: Costs;
}

export const costsPart: GpuPart = {
  name: 'costs',
  title: 'Launches, submits, read-backs, and the most that there can be',
  seconds: 20,
  items: async ({ small }) =>
    (['webgpu', 'cpu'] as const).map((place) => ({
      name: place,
      program: measureProgram('gpu-costs', { place }),
      limitSeconds: small ? 120 : 15,
    })),
  blocks: (results, { peak }) => [
    ...results.flatMap((result) => {
      const [found] = recordsOf<CostsRecord>(result);
      if (!found) return [failedRow(result.name, result, 2).join(': ')];
      return [`${found.device}. ${ceilingLines({ ...found, place: 'webgpu', kernels: [] }).join(' ')}`];
    }),
    ...(peak === undefined ? [] : [`The card's maker says ${peak} GFLOP/s in float32.`]),
  ],
};

/** The rate of the pure multiply-add loop, if it was measured. */
export function ceilingOf({ gpu }: Pick<GpuFigures, 'gpu'>, place: Place): number | undefined {
  const found = gpu.costs?.find(({ name }) => name === place);
  return found && recordsOf<CostsRecord>(found)[0]?.ceilings.gigaflopsPerSecond;
}
