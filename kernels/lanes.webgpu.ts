import type { WebgpuContext } from '../src/plan/kernel.ts';
import { grid, powerOfTwo, workgroupSize } from './workgroups.ts';

/** From this many invocations on, a GPU counts as busy: more lanes for a row would only add barriers. */
const busy = 8192;

/**
 * The number of invocations that share a row of `length` numbers (see lanes.wgsl): one if there are enough rows,
 * otherwise up to one for every four numbers. On an emulated adapter one, where a barrier costs more than walking along
 * the row.
 */
export function lanesFor(rows: number, length: number, { emulated }: WebgpuContext): number {
  if (emulated) return 1;
  const useful = powerOfTwo(Math.ceil(length / 4));
  const wanted = powerOfTwo(Math.ceil(busy / Math.max(rows, 1)));
  return Math.min(useful, wanted, workgroupSize);
}

/** A grid for `rows` rows with `lanes` invocations each. */
export function gridOfLanes(rows: number, lanes: number, context: WebgpuContext): [number, number, number] {
  return grid(Math.ceil((rows * lanes) / workgroupSize), context);
}
