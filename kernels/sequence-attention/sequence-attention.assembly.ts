// The row programs of `sequenceAttention`, four numbers at a time. `places` tells for each row the rows that it attends
// to, first and end, and those that attend to it, likewise.

import { exp } from '../elementwise/exponential.assembly';
import { log } from '../elementwise/logarithm.assembly';
import { loadLanes, multiplyAdd, storeLanes, sumOfLanes } from '../lanes.assembly';

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
      let largest = -f32.MAX_VALUE;
      for (let j: usize = 0; j < count; j++) {
        const score = scale * product(qkv + 3 * i * row + at, key + 3 * j * row, C);
        store<f32>(scratch + (j << 2), score);
        largest = max(largest, score);
      }
      let total: f32 = 0;
      exponentials(scratch, count, largest);
      for (let j: usize = 0; j < count; j++) total += load<f32>(scratch + (j << 2));
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
      for (let j: usize = 0; j < count; j++)
        store<f32>(scratch + (j << 2), scale * product(query, key + 3 * j * row, C));
      exponentials(scratch, count, load<f32>(logTotal + (i * H + head << 2)));
      for (let j: usize = 0; j < count; j++) {
        const weight = scratch + (j << 2);
        const change = product(slope, key + (3 * j + 1) * row, C);
        store<f32>(weight, load<f32>(weight) * (change - own));
      }
      weightedSum(to, scale, scratch, count, key, 3 * row, C);
      // As one of those that the others attend to.
      for (let j: usize = 0; j < others; j++) {
        const other = firstOther + j;
        const score = scale * product(qkv + 3 * other * row + at, query + row, C);
        store<f32>(scratch + (j << 2), score - load<f32>(logTotal + (other * H + head << 2)));
      }
      exponentials(scratch, others, 0);
      for (let j: usize = 0; j < others; j++) {
        const place = (firstOther + j) * row + at;
        const change = product(dy + place, query + 2 * row, C) - product(dy + place, y + place, C);
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

/** x[j] = e^(x[j] - less) for j < count; up to 3 numbers behind them change too. */
function exponentials(x: usize, count: usize, less: f32): void {
  for (let j: usize = 0; j < count; j += 4, x += 16)
    v128.store(x, exp(f32x4.sub(v128.load(x), f32x4.splat(less))));
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
  for (let c: usize = 0; c < C; c += 4, to += 16, x += 16) {
    let sum = f32x4.splat(0);
    for (let j: usize = 0; j < count; j++)
      sum = multiplyAdd(f32x4.splat(load<f32>(weights + (j << 2))), loadLanes(x + j * stride, C - c), sum);
    storeLanes(to, f32x4.mul(f32x4.splat(factor), sum), C - c);
  }
}
