// The structure of graphs (src/ops/graph-structure.ts): four numbers for each node, and, at `entries`, four for each
// edge that leads to it: where it comes from, where it leads to, its row of features and the entry that leads back.
// Kernels take ranges of graphs: a graph's nodes and edges belong to one owner.

import { loadLanes, storeLanes, sumOfLanes } from '../lanes.assembly';

// @ts-ignore: decorator
@inline
export function firstEntry(structure: usize, node: usize): usize {
  return load<usize>(structure + (node << 4));
}

// @ts-ignore: decorator
@inline
export function endEntry(structure: usize, node: usize): usize {
  return load<usize>(structure + (node << 4), 4);
}

// @ts-ignore: decorator
@inline
export function source(entries: usize, entry: usize): usize {
  return load<usize>(entries + (entry << 4));
}

/** The edge's row of features; below 0 without one of its own. */
// @ts-ignore: decorator
@inline
export function edgeOf(entries: usize, entry: usize): i32 {
  return load<i32>(entries + (entry << 4), 8);
}

/** The features of an entry that is no loop: those of its edge, or of virtual edges. `row` is in bytes. */
// @ts-ignore: decorator
@inline
export function features(entries: usize, entry: usize, e: usize, virtual: usize, row: usize): usize {
  const edge = edgeOf(entries, entry);
  return edge >= 0 ? e + <usize>edge * row : virtual;
}

/** The features of a node's loop: the mean of those of the entries [first, end). */
export function meanFeatures(
  first: usize,
  end: usize,
  C: usize,
  entries: usize,
  e: usize,
  virtual: usize,
  mean: usize,
): void {
  memory.fill(mean, 0, C << 2);
  for (let entry = first; entry < end; entry++) addTo(mean, features(entries, entry, e, virtual, C << 2), C);
  scaleBy(mean, <f32>1 / <f32>(end - first), C);
}

/** to[c] += from[c]. */
export function addTo(to: usize, from: usize, C: usize): void {
  for (let c: usize = 0; c < C; c += 4, to += 16, from += 16) {
    storeLanes(to, f32x4.add(loadLanes(to, C - c), loadLanes(from, C - c)), C - c);
  }
}

/** x[c] *= factor. */
export function scaleBy(x: usize, factor: f32, C: usize): void {
  const scale = f32x4.splat(factor);
  for (let c: usize = 0; c < C; c += 4, x += 16) storeLanes(x, f32x4.mul(loadLanes(x, C - c), scale), C - c);
}

/** The sum over c of a[c] (x[c] + y[c]). */
export function productWithSum(a: usize, x: usize, y: usize, C: usize): f32 {
  let sum = f32x4.splat(0);
  for (let c: usize = 0; c < C; c += 4, a += 16, x += 16, y += 16) {
    const other = f32x4.add(loadLanes(x, C - c), loadLanes(y, C - c));
    sum = f32x4.add(sum, f32x4.mul(loadLanes(a, C - c), other));
  }
  return sumOfLanes(sum);
}

/** to[c] += factor (x[c] + y[c]). */
export function addScaledSum(to: usize, factor: f32, x: usize, y: usize, C: usize): void {
  const scale = f32x4.splat(factor);
  for (let c: usize = 0; c < C; c += 4, to += 16, x += 16, y += 16) {
    const other = f32x4.add(loadLanes(x, C - c), loadLanes(y, C - c));
    storeLanes(to, f32x4.add(loadLanes(to, C - c), f32x4.mul(scale, other)), C - c);
  }
}
