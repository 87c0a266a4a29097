import { scaleBy } from '../graph/structure.assembly';
import { loadLanes, storeLanes } from '../lanes.assembly';
import { sumColumns } from '../reduce/reduce.assembly';

/** Graphs [begin, end) of y[g] = [the mean of x over all nodes but the last ; x of the last]. x: [nodes, C]; y: [G, 2 C]. */
export function graphReadout(begin: usize, end: usize, C: usize, x: usize, offsets: usize, y: usize): void {
  const row = C << 2;
  for (let g = begin; g < end; g++) {
    const first = load<usize>(offsets + (g << 2));
    const virtual = load<usize>(offsets + (g << 2), 4) - 1;
    const to = y + 2 * g * row;
    sumColumns(x + first * row, virtual - first, C, to);
    scaleBy(to, <f32>1 / <f32>(virtual - first), C);
    memory.copy(to + row, x + virtual * row, row);
  }
}

/** Graphs [begin, end) of dx from dy: [G, 2 C]. */
export function graphReadoutGradient(begin: usize, end: usize, C: usize, dy: usize, offsets: usize, dx: usize): void {
  const row = C << 2;
  for (let g = begin; g < end; g++) {
    const first = load<usize>(offsets + (g << 2));
    const behind = load<usize>(offsets + (g << 2), 4);
    if (first == behind) continue;
    const virtual = behind - 1;
    const share = f32x4.splat(<f32>1 / <f32>(virtual - first));
    for (let c: usize = 0; c < C; c += 4) {
      const value = f32x4.mul(loadLanes(dy + 2 * g * row + (c << 2), C - c), share);
      for (let i = first; i < virtual; i++) storeLanes(dx + i * row + (c << 2), value, C - c);
    }
    memory.copy(dx + virtual * row, dy + 2 * g * row + row, row);
  }
}
