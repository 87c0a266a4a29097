/** Hills of a distribution on a square grid: cells that touch and are at least `share` as probable as the likeliest. */
export function peaksOf(side: number, target: ArrayLike<number>, share = 0.3): readonly (readonly number[])[] {
  let highest = 0;
  for (let cell = 0; cell < side * side; cell++) highest = Math.max(highest, target[cell]);
  const isHigh = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < side && y < side && target[x * side + y] >= share * highest;
  const seen = new Set<number>();
  const peaks: number[][] = [];
  for (let start = 0; start < side * side; start++) {
    if (seen.has(start) || !isHigh(Math.floor(start / side), start % side)) continue;
    const peak = [start];
    seen.add(start);
    for (let i = 0; i < peak.length; i++) {
      const [x, y] = [Math.floor(peak[i] / side), peak[i] % side];
      for (const [right, up] of around) {
        const cell = (x + right) * side + y + up;
        if (!isHigh(x + right, y + up) || seen.has(cell)) continue;
        seen.add(cell);
        peak.push(cell);
      }
    }
    peaks.push(peak);
  }
  return peaks;
}

const around = [-1, 0, 1].flatMap((right) => [-1, 0, 1].map((up) => [right, up]));

/** Modes that are more than one in this many objects are not worth counting. */
const fewestObjects = 20;

/**
 * The modes of a target: the hills of a square grid, and elsewhere each object that is at least half as probable as the
 * likeliest. Empty if there are too many of them.
 */
export function modesOf(target: ArrayLike<number>, shape?: readonly number[]): readonly (readonly number[])[] {
  if (shape?.length === 2 && shape[0] === shape[1]) return peaksOf(shape[0], target, 0.5);
  let highest = 0;
  for (let i = 0; i < target.length; i++) highest = Math.max(highest, target[i]);
  const modes: number[][] = [];
  for (let i = 0; i < target.length; i++) if (target[i] >= highest / 2) modes.push([i]);
  return modes.length * fewestObjects <= target.length ? modes : [];
}

/** Whether a peak has at least half of its target probability. */
export function isPeakFound(peak: readonly number[], target: ArrayLike<number>, learnt: ArrayLike<number>): boolean {
  const within = (values: ArrayLike<number>) => peak.reduce((sum, cell) => sum + values[cell], 0);
  return within(learnt) >= within(target) / 2;
}

/** The number of peaks that are found. */
export function peaksFound(
  peaks: readonly (readonly number[])[],
  target: ArrayLike<number>,
  learnt: ArrayLike<number>,
): number {
  return peaks.filter((peak) => isPeakFound(peak, target, learnt)).length;
}
