// The row programs of `sequenceAttention`, four numbers at a time. `places` tells for each row the rows that it attends
// to, first and end, and those that attend to it, likewise.

import { exp } from '../elementwise/exponential.assembly';
import { log } from '../elementwise/logarithm.assembly';
import { firstLanes, loadLanes, maximumOfLanes, multiplyAdd, storeLanes, sumOfLanes } from '../lanes.assembly';

/**
 * Rows [begin, end) of y, the sum over j of softmax_j(q . k_j / sqrt(C)) v_j for each of H heads of C channels, and of
 * the logarithms of the softmax's denominators. qkv: [N, 3 H C]; places: [N, 4]; y: [N, H C]; logTotal: [N, H]. A row
 * attends to at most `longest` rows; scratch space for longest + 3 numbers.
 */
export function sequenceAttention(
  begin: usize,
  end: usize,
  H: usize,
  C: usize,
  longest: usize,
  qkv: usize,
  places: usize,
  y: usize,
  logTotal: usize,
  scratch: usize,
): void {
  const row = H * C << 2;
  const scale = <f32>1 / sqrt(<f32>C);
  for (let i = begin; i < end; i++) {
    const first = load<usize>(places + (i << 4));
    const count = min(load<usize>(places + (i << 4), 4) - first, longest);
    for (let head: usize = 0; head < H; head++) {
      const at = head * C << 2;
      const key = qkv + (3 * first + 1) * row + at;
      products(scratch, scale, qkv + 3 * i * row + at, key, 3 * row, count, C);
      const largest = maximum(scratch, count);
      const total = exponentials(scratch, count, largest);
      weightedSum(y + i * row + at, <f32>1 / total, scratch, count, key + row, 3 * row, C);
      store<f32>(logTotal + (i * H + head << 2), largest + f32x4.extract_lane(log(f32x4.splat(total)), 0));
    }
  }
}

/**
 * Rows [begin, end) of the gradient by qkv. dy: [N, H C]; dqkv: [N, 3 H C]. Scratch space for 2 (longest + 3) numbers.
 */
export function sequenceAttentionGradient(
  begin: usize,
  end: usize,
  H: usize,
  C: usize,
  longest: usize,
  qkv: usize,
  places: usize,
  y: usize,
  logTotal: usize,
  dy: usize,
  dqkv: usize,
  scratch: usize,
): void {
  const row = H * C << 2;
  const scale = <f32>1 / sqrt(<f32>C);
  const slopes = scratch + (longest + 3 << 2);
  for (let i = begin; i < end; i++) {
    const first = load<usize>(places + (i << 4));
    const count = min(load<usize>(places + (i << 4), 4) - first, longest);
    const firstOther = load<usize>(places + (i << 4), 8);
    const others = min(load<usize>(places + (i << 4), 12) - firstOther, longest);
    for (let head: usize = 0; head < H; head++) {
      const at = head * C << 2;
      const query = qkv + 3 * i * row + at;
      const to = dqkv + 3 * i * row + at;
      // As the row that attends.
      const key = qkv + (3 * first + 1) * row + at;
      const slope = dy + i * row + at;
      const own = product(slope, y + i * row + at, C);
      products(scratch, scale, query, key, 3 * row, count, C);
      exponentials(scratch, count, load<f32>(logTotal + (i * H + head << 2)));
      products(slopes, 1, slope, key + row, 3 * row, count, C);
      for (let j: usize = 0; j < count; j += 4) {
        const change = f32x4.sub(v128.load(slopes + (j << 2)), f32x4.splat(own));
        v128.store(slopes + (j << 2), f32x4.mul(v128.load(scratch + (j << 2)), change));
      }
      weightedSum(to, scale, slopes, count, key, 3 * row, C);
      // As one of those that the others attend to.
      products(scratch, scale, query + row, qkv + 3 * firstOther * row + at, 3 * row, others, C);
      for (let j: usize = 0; j < others; j++) {
        const weight = scratch + (j << 2);
        store<f32>(weight, load<f32>(weight) - load<f32>(logTotal + ((firstOther + j) * H + head << 2)));
      }
      exponentials(scratch, others, 0);
      for (let j: usize = 0; j < others; j++) {
        const place = (firstOther + j) * row + at;
        const change = productWithDifference(dy + place, query + 2 * row, y + place, C);
        store<f32>(slopes + (j << 2), load<f32>(scratch + (j << 2)) * change);
      }
      weightedSum(to + row, scale, slopes, others, qkv + 3 * firstOther * row + at, 3 * row, C);
      weightedSum(to + 2 * row, 1, scratch, others, dy + firstOther * row + at, row, C);
    }
  }
}

/** x . y of C numbers. */
// @ts-ignore: decorator
@inline
function product(x: usize, y: usize, C: usize): f32 {
  let sum = f32x4.splat(0);
  for (let c: usize = 0; c < C; c += 4)
    sum = multiplyAdd(loadLanes(x + (c << 2), C - c), loadLanes(y + (c << 2), C - c), sum);
  return sumOfLanes(sum);
}

/** x . (y - z) of C numbers. */
// @ts-ignore: decorator
@inline
function productWithDifference(x: usize, y: usize, z: usize, C: usize): f32 {
  let sum = f32x4.splat(0);
  for (let c: usize = 0; c < C; c += 4, x += 16, y += 16, z += 16)
    sum = multiplyAdd(loadLanes(x, C - c), f32x4.sub(loadLanes(y, C - c), loadLanes(z, C - c)), sum);
  return sumOfLanes(sum);
}

/**
 * to[j] = factor x . y_j of C numbers for j < count, with rows of y `stride` bytes apart. The last number is repeated up
 * to a multiple of four.
 */
function products(to: usize, factor: f32, x: usize, y: usize, stride: usize, count: usize, C: usize): void {
  for (let j: usize = 0; j < count; j += 4, to += 16) {
    const y0 = y + j * stride;
    const y1 = y + min(j + 1, count - 1) * stride;
    const y2 = y + min(j + 2, count - 1) * stride;
    const y3 = y + min(j + 3, count - 1) * stride;
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    for (let c: usize = 0; c < C; c += 4) {
      const at = c << 2;
      const lanes = loadLanes(x + at, C - c);
      s0 = multiplyAdd(lanes, loadLanes(y0 + at, C - c), s0);
      s1 = multiplyAdd(lanes, loadLanes(y1 + at, C - c), s1);
      s2 = multiplyAdd(lanes, loadLanes(y2 + at, C - c), s2);
      s3 = multiplyAdd(lanes, loadLanes(y3 + at, C - c), s3);
    }
    const first = f32x4.add(v128.shuffle<f32>(s0, s1, 0, 1, 4, 5), v128.shuffle<f32>(s0, s1, 2, 3, 6, 7));
    const second = f32x4.add(v128.shuffle<f32>(s2, s3, 0, 1, 4, 5), v128.shuffle<f32>(s2, s3, 2, 3, 6, 7));
    const sums = f32x4.add(
      v128.shuffle<f32>(first, second, 0, 2, 4, 6),
      v128.shuffle<f32>(first, second, 1, 3, 5, 7),
    );
    v128.store(to, f32x4.mul(f32x4.splat(factor), sums));
  }
}

/** The largest of `count` numbers, the last of which is repeated up to a multiple of four. */
function maximum(x: usize, count: usize): f32 {
  let largest = f32x4.splat(-f32.MAX_VALUE);
  for (let j: usize = 0; j < count; j += 4) largest = f32x4.pmax(largest, v128.load(x + (j << 2)));
  return maximumOfLanes(largest);
}

/** x[j] = e^(x[j] - less) for j < count, and 0 behind them up to a multiple of four. Returns the sum. */
function exponentials(x: usize, count: usize, less: f32): f32 {
  let sum = f32x4.splat(0);
  for (let j: usize = 0; j < count; j += 4, x += 16) {
    const all = exp(f32x4.sub(v128.load(x), f32x4.splat(less)));
    const found = count - j < 4 ? v128.and(all, firstLanes(count - j)) : all;
    v128.store(x, found);
    sum = f32x4.add(sum, found);
  }
  return sumOfLanes(sum);
}

/** to[c] = factor times the sum over j < count of weights[j] x_j[c], for C numbers of rows `stride` bytes apart. */
function weightedSum(
  to: usize,
  factor: f32,
  weights: usize,
  count: usize,
  x: usize,
  stride: usize,
  C: usize,
): void {
  const scale = f32x4.splat(factor);
  let c: usize = 0;
  // Two vectors at a time: their sums don't wait for each other.
  for (; c + 8 <= C; c += 8, to += 32, x += 32) {
    let s0 = f32x4.splat(0);
    let s1 = s0;
    for (let j: usize = 0, from = x; j < count; j++, from += stride) {
      const weight = v128.load32_splat(weights + (j << 2));
      s0 = multiplyAdd(weight, v128.load(from), s0);
      s1 = multiplyAdd(weight, v128.load(from, 16), s1);
    }
    v128.store(to, f32x4.mul(scale, s0));
    v128.store(to, f32x4.mul(scale, s1), 16);
  }
  for (; c < C; c += 4, to += 16, x += 16) {
    let sum = f32x4.splat(0);
    for (let j: usize = 0, from = x; j < count; j++, from += stride)
      sum = multiplyAdd(v128.load32_splat(weights + (j << 2)), loadLanes(from, C - c), sum);
    storeLanes(to, f32x4.mul(scale, sum), C - c);
  }
}
