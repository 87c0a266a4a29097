import { loadLanes, multiplyAdd, storeLanes } from '../lanes.assembly';

// The product with a transposed matrix, which lies so that both factors of every sum stand one after another:
//   to[n, c] = the sum over k of a[n, k] b[c, k].
// Lane l of a sum takes the products of every fourth k from l on, and at the end the lanes are added as `sumOfLanes`
// does: whichever tile an element is in, and however rows or columns are split among calls.
//
// Tiles are 2 rows of 4 columns, 8 independent sums, as in product.assembly.ts; an odd row is 8 columns at once.

/** Rows [begin, end). a: [rows, steps], b: [columns, steps]; the rows of `to` are `toRow` bytes apart. */
export function dots(
  begin: usize,
  end: usize,
  columns: usize,
  steps: usize,
  a: usize,
  b: usize,
  to: usize,
  toRow: usize,
): void {
  const step = steps << 2;
  const whole = step & ~15;
  const rest = steps & 3;
  const rows = max(2, blockBytes / max(step, 1) & ~1);
  for (let block = begin; block < end; block += rows) {
    const blockEnd = min(end, block + rows);
    for (let c: usize = 0; c < columns; c += 4) {
      const count = min(columns - c, 4);
      for (let n = block; n + 2 <= blockEnd; n += 2) {
        tileOf2(a + n * step, b + c * step, count, step, whole, rest, to + n * toRow + (c << 2), toRow);
      }
    }
    if ((blockEnd - block) & 1) {
      const n = blockEnd - 1;
      for (let c: usize = 0; c < columns; c += 8) {
        tileOf1(a + n * step, b + c * step, min(columns - c, 8), step, whole, rest, to + n * toRow + (c << 2));
      }
    }
  }
}

/** Rows of a that go through all columns before the next ones do: so many that they stay in the nearest cache. */
const blockBytes: usize = 16384;

/** The sums of the lanes of four vectors. */
// @ts-ignore: decorator
@inline
function sums(p: v128, q: v128, r: v128, s: v128): v128 {
  const pq = f32x4.add(v128.shuffle<f32>(p, q, 0, 4, 1, 5), v128.shuffle<f32>(p, q, 2, 6, 3, 7));
  const rs = f32x4.add(v128.shuffle<f32>(r, s, 0, 4, 1, 5), v128.shuffle<f32>(r, s, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(pq, rs, 0, 1, 4, 5), v128.shuffle<f32>(pq, rs, 2, 3, 6, 7));
}

/** `count` of 4 columns; those behind them are the last one again. */
function tileOf2(
  a0: usize,
  b0: usize,
  count: usize,
  step: usize,
  whole: usize,
  rest: usize,
  to: usize,
  toRow: usize,
): void {
  let b1 = b0 + min(count - 1, 1) * step;
  let b2 = b0 + min(count - 1, 2) * step;
  let b3 = b0 + min(count - 1, 3) * step;
  let a1 = a0 + step;
  let p0 = f32x4.splat(0);
  let p1 = p0;
  let p2 = p0;
  let p3 = p0;
  let q0 = p0;
  let q1 = p0;
  let q2 = p0;
  let q3 = p0;
  if (whole) {
    const end = a0 + whole;
    do {
      const x0 = v128.load(a0);
      const x1 = v128.load(a1);
      let y = v128.load(b0);
      p0 = multiplyAdd(x0, y, p0);
      q0 = multiplyAdd(x1, y, q0);
      y = v128.load(b1);
      p1 = multiplyAdd(x0, y, p1);
      q1 = multiplyAdd(x1, y, q1);
      y = v128.load(b2);
      p2 = multiplyAdd(x0, y, p2);
      q2 = multiplyAdd(x1, y, q2);
      y = v128.load(b3);
      p3 = multiplyAdd(x0, y, p3);
      q3 = multiplyAdd(x1, y, q3);
      a0 += 16;
      a1 += 16;
      b0 += 16;
      b1 += 16;
      b2 += 16;
      b3 += 16;
    } while (a0 < end);
  }
  if (rest) {
    const x0 = loadLanes(a0, rest);
    const x1 = loadLanes(a1, rest);
    let y = loadLanes(b0, rest);
    p0 = multiplyAdd(x0, y, p0);
    q0 = multiplyAdd(x1, y, q0);
    y = loadLanes(b1, rest);
    p1 = multiplyAdd(x0, y, p1);
    q1 = multiplyAdd(x1, y, q1);
    y = loadLanes(b2, rest);
    p2 = multiplyAdd(x0, y, p2);
    q2 = multiplyAdd(x1, y, q2);
    y = loadLanes(b3, rest);
    p3 = multiplyAdd(x0, y, p3);
    q3 = multiplyAdd(x1, y, q3);
  }
  storeLanes(to, sums(p0, p1, p2, p3), count);
  storeLanes(to + toRow, sums(q0, q1, q2, q3), count);
}

/** `count` of 8 columns; those behind them are the last one again. */
function tileOf1(a: usize, b0: usize, count: usize, step: usize, whole: usize, rest: usize, to: usize): void {
  let b1 = b0 + min(count - 1, 1) * step;
  let b2 = b0 + min(count - 1, 2) * step;
  let b3 = b0 + min(count - 1, 3) * step;
  let b4 = b0 + min(count - 1, 4) * step;
  let b5 = b0 + min(count - 1, 5) * step;
  let b6 = b0 + min(count - 1, 6) * step;
  let b7 = b0 + min(count - 1, 7) * step;
  let p0 = f32x4.splat(0);
  let p1 = p0;
  let p2 = p0;
  let p3 = p0;
  let p4 = p0;
  let p5 = p0;
  let p6 = p0;
  let p7 = p0;
  let at: usize = 0;
  for (; at < whole; at += 16) {
    const x = v128.load(a + at);
    p0 = multiplyAdd(x, v128.load(b0 + at), p0);
    p1 = multiplyAdd(x, v128.load(b1 + at), p1);
    p2 = multiplyAdd(x, v128.load(b2 + at), p2);
    p3 = multiplyAdd(x, v128.load(b3 + at), p3);
    p4 = multiplyAdd(x, v128.load(b4 + at), p4);
    p5 = multiplyAdd(x, v128.load(b5 + at), p5);
    p6 = multiplyAdd(x, v128.load(b6 + at), p6);
    p7 = multiplyAdd(x, v128.load(b7 + at), p7);
  }
  if (rest) {
    const x = loadLanes(a + at, rest);
    p0 = multiplyAdd(x, loadLanes(b0 + at, rest), p0);
    p1 = multiplyAdd(x, loadLanes(b1 + at, rest), p1);
    p2 = multiplyAdd(x, loadLanes(b2 + at, rest), p2);
    p3 = multiplyAdd(x, loadLanes(b3 + at, rest), p3);
    p4 = multiplyAdd(x, loadLanes(b4 + at, rest), p4);
    p5 = multiplyAdd(x, loadLanes(b5 + at, rest), p5);
    p6 = multiplyAdd(x, loadLanes(b6 + at, rest), p6);
    p7 = multiplyAdd(x, loadLanes(b7 + at, rest), p7);
  }
  storeLanes(to, sums(p0, p1, p2, p3), min(count, 4));
  if (count > 4) storeLanes(to + 16, sums(p4, p5, p6, p7), count - 4);
}
