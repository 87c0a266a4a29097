// Layer and graph norm work on contiguous groups of numbers: a row, or all rows of a segment. With r = 1 /
// sqrt(variance + epsilon), y = r (x - mean) and dx = r (dy - mean(dy) - y mean(dy y)). The variance is the mean square
// of x - mean, in a second pass, since mean square minus squared mean loses all accuracy if the mean is large. Squares
// are taken of (x - mean) 2^-44, which float32 can hold for numbers up to 1e32; powers of two round nothing. If epsilon
// is so small that it would vanish beside them, they are not scaled.

import { firstLanes, loadLanes, storeLanes, sumOfLanes } from '../lanes.assembly';
import { sumOf } from '../reduce/reduce.assembly';

/** Rows [begin, end) of y. x, y: [N, C]. */
export function layerNorm(begin: usize, end: usize, C: usize, x: usize, y: usize, epsilon: f32): void {
  const row = C << 2;
  for (let n = begin; n < end; n++) normalise(x + n * row, C, y + n * row, epsilon);
}

/** Rows [begin, end) of dx. x, dy, dx: [N, C]. */
export function layerNormGradient(
  begin: usize,
  end: usize,
  C: usize,
  x: usize,
  dy: usize,
  dx: usize,
  epsilon: f32,
): void {
  const row = C << 2;
  for (let n = begin; n < end; n++) normaliseGradient(x + n * row, dy + n * row, C, dx + n * row, epsilon);
}

/** Segments [begin, end) of y. x, y: [N, C]; offsets: [S + 1]. */
export function graphNorm(
  begin: usize,
  end: usize,
  C: usize,
  x: usize,
  offsets: usize,
  y: usize,
  epsilon: f32,
): void {
  for (let s = begin; s < end; s++) {
    const first = load<usize>(offsets + (s << 2)) * C;
    const last = load<usize>(offsets + (s << 2), 4) * C;
    normalise(x + (first << 2), last - first, y + (first << 2), epsilon);
  }
}

/** Segments [begin, end) of dx. x, dy, dx: [N, C]; offsets: [S + 1]. */
export function graphNormGradient(
  begin: usize,
  end: usize,
  C: usize,
  x: usize,
  offsets: usize,
  dy: usize,
  dx: usize,
  epsilon: f32,
): void {
  for (let s = begin; s < end; s++) {
    const first = load<usize>(offsets + (s << 2)) * C;
    const last = load<usize>(offsets + (s << 2), 4) * C;
    const at = first << 2;
    normaliseGradient(x + at, dy + at, last - first, dx + at, epsilon);
  }
}

function normalise(x: usize, count: usize, y: usize, epsilon: f32): void {
  if (count == 0) return;
  const center = mean(x, count);
  const r = scale(x, count, center, epsilon);
  const centers = f32x4.splat(center);
  const scales = f32x4.splat(r);
  let i: usize = 0;
  for (; i + 16 <= count; i += 16, x += 64, y += 64) {
    v128.store(y, f32x4.mul(f32x4.sub(v128.load(x), centers), scales));
    v128.store(y, f32x4.mul(f32x4.sub(v128.load(x, 16), centers), scales), 16);
    v128.store(y, f32x4.mul(f32x4.sub(v128.load(x, 32), centers), scales), 32);
    v128.store(y, f32x4.mul(f32x4.sub(v128.load(x, 48), centers), scales), 48);
  }
  for (; i < count; i += 4, x += 16, y += 16) {
    storeLanes(y, f32x4.mul(f32x4.sub(loadLanes(x, count - i), centers), scales), count - i);
  }
}

function normaliseGradient(x: usize, dy: usize, count: usize, dx: usize, epsilon: f32): void {
  if (count == 0) return;
  const center = mean(x, count);
  const r = scale(x, count, center, epsilon);
  let products = f32x4.splat(0);
  let i: usize = 0;
  for (; i + 4 <= count; i += 4) {
    const at = i << 2;
    const centered = f32x4.sub(v128.load(x + at), f32x4.splat(center));
    products = f32x4.add(products, f32x4.mul(centered, v128.load(dy + at)));
  }
  if (i < count) {
    const at = i << 2;
    const centered = f32x4.sub(loadLanes(x + at, count - i), f32x4.splat(center));
    // dy is 0 behind the end, where x - mean is not.
    products = f32x4.add(products, f32x4.mul(centered, loadLanes(dy + at, count - i)));
  }
  const slope = f32x4.splat((r * sumOfLanes(products)) / <f32>count);
  const offset = f32x4.splat(mean(dy, count));
  for (i = 0; i + 4 <= count; i += 4) {
    const at = i << 2;
    const value = f32x4.mul(f32x4.sub(v128.load(x + at), f32x4.splat(center)), f32x4.splat(r));
    const rest = f32x4.sub(f32x4.sub(v128.load(dy + at), offset), f32x4.mul(value, slope));
    v128.store(dx + at, f32x4.mul(rest, f32x4.splat(r)));
  }
  if (i < count) {
    const at = i << 2;
    const value = f32x4.mul(f32x4.sub(loadLanes(x + at, count - i), f32x4.splat(center)), f32x4.splat(r));
    const rest = f32x4.sub(f32x4.sub(loadLanes(dy + at, count - i), offset), f32x4.mul(value, slope));
    storeLanes(dx + at, f32x4.mul(rest, f32x4.splat(r)), count - i);
  }
}

/** 2^-36: times 2^-88 it is a normal float32 still. */
const smallestScaled: f32 = 1.4551915228366852e-11;

// @ts-ignore: decorator
@inline
function mean(x: usize, count: usize): f32 {
  return sumOf(x, count) / <f32>count;
}

/** 1 / sqrt(variance + epsilon). */
function scale(x: usize, count: usize, center: f32, epsilon: f32): f32 {
  const unit: f32 = epsilon >= smallestScaled ? 5.684341886080802e-14 : 1;
  const units = f32x4.splat(unit);
  const centers = f32x4.splat(center);
  // Four independent sums, each of every fourth vector, so that additions need not wait for each other.
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let i: usize = 0;
  for (; i + 16 <= count; i += 16, x += 64) {
    const c0 = f32x4.mul(f32x4.sub(v128.load(x), centers), units);
    const c1 = f32x4.mul(f32x4.sub(v128.load(x, 16), centers), units);
    const c2 = f32x4.mul(f32x4.sub(v128.load(x, 32), centers), units);
    const c3 = f32x4.mul(f32x4.sub(v128.load(x, 48), centers), units);
    s0 = f32x4.add(s0, f32x4.mul(c0, c0));
    s1 = f32x4.add(s1, f32x4.mul(c1, c1));
    s2 = f32x4.add(s2, f32x4.mul(c2, c2));
    s3 = f32x4.add(s3, f32x4.mul(c3, c3));
  }
  for (; i < count; i += 4, x += 16) {
    const centered = f32x4.mul(f32x4.sub(loadLanes(x, count - i), centers), units);
    const square = f32x4.mul(centered, centered);
    s0 = f32x4.add(s0, count - i >= 4 ? square : v128.and(square, firstLanes(count - i)));
  }
  const squares = f32x4.add(f32x4.add(s0, s2), f32x4.add(s1, s3));
  return unit / sqrt(sumOfLanes(squares) / <f32>count + epsilon * unit * unit);
}
