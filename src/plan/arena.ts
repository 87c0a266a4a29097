/** Bytes that must be in the arena between two positions of the plan, both included. */
export interface Interval {
  readonly label: string;
  readonly bytes: number;
  readonly from: number;
  readonly to: number;
}

/** WebGPU's smallest offset between storage buffer bindings that every device accepts. */
export const alignment = 256;

export function align(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}

/**
 * Assigns byte offsets so that no two intervals alive at the same position overlap. Largest first, each at the lowest
 * offset that is free for its whole life: the packing is not optimal, but close to it, and deterministic.
 * @returns the offsets, in the order of `intervals`, and the bytes used from `start` on
 */
export function placeIntervals(intervals: readonly Interval[], start = 0): { offsets: number[]; end: number } {
  const offsets = new Array<number>(intervals.length).fill(start);
  const order = intervals.map((_, i) => i).sort((a, b) => intervals[b].bytes - intervals[a].bytes || a - b);
  const placed: number[] = [];
  let end = start;
  for (const i of order) {
    const { bytes, from, to } = intervals[i];
    const size = align(Math.max(bytes, 4));
    const neighbours = placed
      .filter((j) => intervals[j].from <= to && from <= intervals[j].to)
      .sort((a, b) => offsets[a] - offsets[b]);
    let offset = start;
    for (const j of neighbours) {
      if (offset + size <= offsets[j]) break;
      offset = Math.max(offset, offsets[j] + align(Math.max(intervals[j].bytes, 4)));
    }
    offsets[i] = offset;
    placed.push(i);
    end = Math.max(end, offset + size);
  }
  return { offsets, end };
}
