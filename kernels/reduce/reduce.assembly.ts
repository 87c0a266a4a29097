// Reductions of x seen as [outer, length, inner]. The order is fixed by the shape. A running sum of n numbers loses digits
// in proportion to n, so they are summed in blocks. Where inner = 1, a block has 4096 numbers: sixteen partial sums take
// every sixteenth each, then those are added in halves: (j, j + 8), (j, j + 4), (j, j + 2), (j, j + 1); the sums of blocks
// are added in halves too, the first half being the largest power of two of blocks. Where inner > 1, each result is
// summed along 1024 numbers from the first to the last, and the sums of these blocks likewise.

import { loadLanes, maximumOfLanes, storeLanes, sumOfLanes } from '../lanes.assembly';

/**
 * Places [begin, end) of the outer dimension: y[o, i] = sum of x[o, l, i] over first <= l < last.
 * x: [outer, length, inner]; y: [outer, inner].
 */
export function reduceSum(
  begin: usize,
  end: usize,
  first: usize,
  last: usize,
  length: usize,
  inner: usize,
  x: usize,
  y: usize,
): void {
  for (let o = begin; o < end; o++) {
    const from = x + ((o * length + first) * inner << 2);
    const to = y + (o * inner << 2);
    if (inner == 1) store<f32>(to, sumOf(from, last - first));
    else sumColumns(from, last - first, inner, to);
  }
}

/** Columns [begin, end) of y[i] = sum of x[l, i] over first <= l < last: the same where the outer dimension is 1. */
export function reduceSumColumns(
  begin: usize,
  end: usize,
  first: usize,
  last: usize,
  inner: usize,
  x: usize,
  y: usize,
): void {
  const at = begin << 2;
  sumStretch(x + (first * inner << 2) + at, last - first, end - begin, inner << 2, y + at);
}

/** The same with the maximum, that of nothing being the lowest float32. */
export function reduceMaximum(
  begin: usize,
  end: usize,
  first: usize,
  last: usize,
  length: usize,
  inner: usize,
  x: usize,
  y: usize,
): void {
  for (let o = begin; o < end; o++) {
    const from = x + ((o * length + first) * inner << 2);
    const to = y + (o * inner << 2);
    if (inner == 1) store<f32>(to, maximumOf(from, last - first));
    else maximumColumns(from, last - first, inner, to);
  }
}

/** Numbers of a block where they lie one after another, and where they lie in columns. */
const blockNumbers: usize = 4096;
const blockRows: usize = 1024;

/** The sum of contiguous numbers. */
export function sumOf(x: usize, count: usize): f32 {
  if (count <= blockNumbers) return sumOfBlock(x, count);
  let half = blockNumbers;
  while (half << 1 < count) half <<= 1;
  return sumOf(x, half) + sumOf(x + (half << 2), count - half);
}

function sumOfBlock(x: usize, count: usize): f32 {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  for (; count >= 16; count -= 16, x += 64) {
    s0 = f32x4.add(s0, v128.load(x));
    s1 = f32x4.add(s1, v128.load(x, 16));
    s2 = f32x4.add(s2, v128.load(x, 32));
    s3 = f32x4.add(s3, v128.load(x, 48));
  }
  if (count > 0) s0 = f32x4.add(s0, loadLanes(x, count));
  if (count > 4) s1 = f32x4.add(s1, loadLanes(x + 16, count - 4));
  if (count > 8) s2 = f32x4.add(s2, loadLanes(x + 32, count - 8));
  if (count > 12) s3 = f32x4.add(s3, loadLanes(x + 48, count - 12));
  return sumOfLanes(f32x4.add(f32x4.add(s0, s2), f32x4.add(s1, s3)));
}

function maximumOf(x: usize, count: usize): f32 {
  let result = f32x4.splat(-f32.MAX_VALUE);
  for (; count >= 4; count -= 4, x += 16) result = f32x4.pmax(result, v128.load(x));
  let last = maximumOfLanes(result);
  for (; count > 0; count--, x += 4) last = max(last, load<f32>(x));
  return last;
}

/** y[i] = sum over l of x[l, i]. */
export function sumColumns(x: usize, length: usize, inner: usize, y: usize): void {
  sumStretch(x, length, inner, inner << 2, y);
}

/** The same for `inner` of more columns: the rows of x are `row` bytes apart. */
function sumStretch(x: usize, length: usize, inner: usize, row: usize, y: usize): void {
  let i: usize = 0;
  for (; i + 16 <= inner; i += 16) {
    let at = x + (i << 2);
    const to = y + (i << 2);
    let left = length;
    // Once at least: the sum of nothing is 0.
    do {
      let s0 = f32x4.splat(0);
      let s1 = s0;
      let s2 = s0;
      let s3 = s0;
      const rows = min(left, blockRows);
      for (let l: usize = 0; l < rows; l++, at += row) {
        s0 = f32x4.add(s0, v128.load(at));
        s1 = f32x4.add(s1, v128.load(at, 16));
        s2 = f32x4.add(s2, v128.load(at, 32));
        s3 = f32x4.add(s3, v128.load(at, 48));
      }
      if (left < length) {
        s0 = f32x4.add(v128.load(to), s0);
        s1 = f32x4.add(v128.load(to, 16), s1);
        s2 = f32x4.add(v128.load(to, 32), s2);
        s3 = f32x4.add(v128.load(to, 48), s3);
      }
      v128.store(to, s0);
      v128.store(to, s1, 16);
      v128.store(to, s2, 32);
      v128.store(to, s3, 48);
      left -= rows;
    } while (left > 0);
  }
  for (; i < inner; i += 4) {
    const count = inner - i;
    let at = x + (i << 2);
    let total = f32x4.splat(0);
    for (let left = length; left > 0; ) {
      let sum = f32x4.splat(0);
      const rows = min(left, blockRows);
      for (let l: usize = 0; l < rows; l++, at += row) sum = f32x4.add(sum, loadLanes(at, count));
      // The first block is the sum so far, as it is for sixteen columns at once.
      total = left == length ? sum : f32x4.add(total, sum);
      left -= rows;
    }
    storeLanes(y + (i << 2), total, count);
  }
}

/** y[i] = maximum over l of x[l, i]. */
export function maximumColumns(x: usize, length: usize, inner: usize, y: usize): void {
  const row = inner << 2;
  for (let i: usize = 0; i < inner; i += 4) {
    const count = inner - i;
    let at = x + (i << 2);
    let result = f32x4.splat(-f32.MAX_VALUE);
    for (let l: usize = 0; l < length; l++, at += row) result = f32x4.pmax(result, loadLanes(at, count));
    storeLanes(y + (i << 2), result, count);
  }
}
