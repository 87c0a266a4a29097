import type { WebgpuContext } from '../src/plan/kernel.ts';

/**
 * The workgroup size of kernels whose invocations work independently: enough to fill a GPU's lanes, few enough to
 * spread.
 */
export const workgroupSize = 64;

/**
 * A grid of at least `count` workgroups, folded into two dimensions if one would exceed the device's limit. A kernel's
 * workgroup number is `group.y * groups.x + group.x`; workgroups past the last have nothing to do and must return.
 */
export function grid(count: number, { limits }: WebgpuContext): [number, number, number] {
  const max = limits.maxComputeWorkgroupsPerDimension;
  if (count <= max) return [count, 1, 1];
  const layers = Math.ceil(count / max);
  return [Math.ceil(count / layers), layers, 1];
}

/** A grid with an invocation for each of `count` elements, in workgroups of `size`. */
export function gridOver(count: number, context: WebgpuContext, size = workgroupSize): [number, number, number] {
  return grid(Math.ceil(count / size), context);
}

/** The largest power of two that is at most `value`; 1 below that. */
export function powerOfTwo(value: number): number {
  return 2 ** Math.floor(Math.log2(Math.max(value, 1)));
}

/** The largest workgroup that every device allows. */
export const largestWorkgroup = 256;

/**
 * The size of the one workgroup that scans `count` numbers (see prefix-sum.wgsl). On an emulated adapter one invocation
 * walks along all of them, since barriers cost more.
 */
export function scanSize(count: number, { emulated }: WebgpuContext): number {
  return emulated ? 1 : Math.min(powerOfTwo(2 * Math.max(count, 32) - 1), largestWorkgroup);
}
