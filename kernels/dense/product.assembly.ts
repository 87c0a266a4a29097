import { multiplyAdd } from '../lanes.assembly';
import { activate } from './activation.assembly';

// The product that all dense kernels are made of: for rows n and columns o
//   to[n, o] = activation(from[n, o] + the sum over k of a[n, k] b[k, o]),
// k running upwards, one product after another, whatever tile the element is in: how rows or columns are split among
// calls changes no bit. b is read as it lies, row after row; a by two strides, so that a transposed a costs nothing.
//
// Tiles are 2 rows of 16 columns, one cache line: 8 accumulators, 4 vectors of b and a number of a fit the 16 registers
// of SSE and AVX, and 8 independent sums hide the latency of an addition. Loops end with their condition, which lets V8
// keep all of it in registers.

/** Bytes that `product` needs as scratch space. */
export const productScratch: usize = 384;

/**
 * `a` has a number of row n, step k at `aRow` and `aStep` bytes from its start. `b` has `steps` rows, `bStep` bytes
 * apart. `from` and `to` have their rows `fromRow` and `toRow` bytes apart; a `fromRow` of 0 is a bias. `from` may be `to`.
 */
export function product(
  begin: usize,
  end: usize,
  columns: usize,
  steps: usize,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  from: usize,
  fromRow: usize,
  to: usize,
  toRow: usize,
  activation: i32,
  scratch: usize,
): void {
  if (begin >= end) return;
  let left = columns;
  const rows = end - begin;
  if (rows > 1 && rows & 1 && columns >= 32) {
    // The odd row by itself.
    const last = end - 1;
    product(begin, last, columns, steps, a, aRow, aStep, b, bStep, from, fromRow, to, toRow, activation, scratch);
    begin = last;
  }
  if (end - begin == 1) {
    for (; left >= 32; left -= 32) {
      rowOf32(begin, steps, a, aRow, aStep, b, bStep, from, fromRow, to, toRow, activation);
      b += 128;
      from += 128;
      to += 128;
    }
  }
  for (; left >= 16; left -= 16) {
    panelOf16(begin, end, steps, a, aRow, aStep, b, bStep, from, fromRow, to, toRow, activation);
    b += 64;
    from += 64;
    to += 64;
  }
  if (left >= 8) {
    for (let n = begin; n < end; n += 4) {
      tileOf8(n, end - 1, steps, a, aRow, aStep, b, bStep, from, fromRow, to, toRow, activation);
    }
    b += 32;
    from += 32;
    to += 32;
    left -= 8;
  }
  if (left) lastColumns(begin, end, left, steps, a, aRow, aStep, b, bStep, from, fromRow, to, toRow, activation, scratch);
}

/** 16 columns. An odd last row is computed twice, to the same place. */
function panelOf16(
  begin: usize,
  end: usize,
  steps: usize,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  from: usize,
  fromRow: usize,
  to: usize,
  toRow: usize,
  activation: i32,
): void {
  for (let n = begin; n < end; n += 2) {
    const m = min(n + 1, end - 1);
    const from0 = from + n * fromRow;
    const from1 = from + m * fromRow;
    let p0 = v128.load(from0);
    let p1 = v128.load(from0, 16);
    let p2 = v128.load(from0, 32);
    let p3 = v128.load(from0, 48);
    let q0 = v128.load(from1);
    let q1 = v128.load(from1, 16);
    let q2 = v128.load(from1, 32);
    let q3 = v128.load(from1, 48);
    let a0 = a + n * aRow;
    let a1 = a + m * aRow;
    let at = b;
    let k = steps;
    if (k) {
      do {
        const b0 = v128.load(at);
        const b1 = v128.load(at, 16);
        const b2 = v128.load(at, 32);
        const b3 = v128.load(at, 48);
        const s0 = v128.load_splat<f32>(a0);
        p0 = multiplyAdd(s0, b0, p0);
        p1 = multiplyAdd(s0, b1, p1);
        p2 = multiplyAdd(s0, b2, p2);
        p3 = multiplyAdd(s0, b3, p3);
        const s1 = v128.load_splat<f32>(a1);
        q0 = multiplyAdd(s1, b0, q0);
        q1 = multiplyAdd(s1, b1, q1);
        q2 = multiplyAdd(s1, b2, q2);
        q3 = multiplyAdd(s1, b3, q3);
        a0 += aStep;
        a1 += aStep;
        at += bStep;
      } while (--k);
    }
    const to0 = to + n * toRow;
    const to1 = to + m * toRow;
    v128.store(to0, activate(p0, activation));
    v128.store(to0, activate(p1, activation), 16);
    v128.store(to0, activate(p2, activation), 32);
    v128.store(to0, activate(p3, activation), 48);
    v128.store(to1, activate(q0, activation));
    v128.store(to1, activate(q1, activation), 16);
    v128.store(to1, activate(q2, activation), 32);
    v128.store(to1, activate(q3, activation), 48);
  }
}

/** One row by itself, 32 columns: otherwise it would be computed twice. */
function rowOf32(
  n: usize,
  steps: usize,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  from: usize,
  fromRow: usize,
  to: usize,
  toRow: usize,
  activation: i32,
): void {
  from += n * fromRow;
  let p0 = v128.load(from);
  let p1 = v128.load(from, 16);
  let p2 = v128.load(from, 32);
  let p3 = v128.load(from, 48);
  let p4 = v128.load(from, 64);
  let p5 = v128.load(from, 80);
  let p6 = v128.load(from, 96);
  let p7 = v128.load(from, 112);
  a += n * aRow;
  if (steps) {
    do {
      const x = v128.load_splat<f32>(a);
      p0 = multiplyAdd(x, v128.load(b), p0);
      p1 = multiplyAdd(x, v128.load(b, 16), p1);
      p2 = multiplyAdd(x, v128.load(b, 32), p2);
      p3 = multiplyAdd(x, v128.load(b, 48), p3);
      p4 = multiplyAdd(x, v128.load(b, 64), p4);
      p5 = multiplyAdd(x, v128.load(b, 80), p5);
      p6 = multiplyAdd(x, v128.load(b, 96), p6);
      p7 = multiplyAdd(x, v128.load(b, 112), p7);
      a += aStep;
      b += bStep;
    } while (--steps);
  }
  to += n * toRow;
  v128.store(to, activate(p0, activation));
  v128.store(to, activate(p1, activation), 16);
  v128.store(to, activate(p2, activation), 32);
  v128.store(to, activate(p3, activation), 48);
  v128.store(to, activate(p4, activation), 64);
  v128.store(to, activate(p5, activation), 80);
  v128.store(to, activate(p6, activation), 96);
  v128.store(to, activate(p7, activation), 112);
}

/** 4 rows of 8 columns. Rows behind the last one are the last one, computed again to the same place. */
function tileOf8(
  n: usize,
  last: usize,
  steps: usize,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  from: usize,
  fromRow: usize,
  to: usize,
  toRow: usize,
  activation: i32,
): void {
  const n1 = min(n + 1, last);
  const n2 = min(n + 2, last);
  const n3 = min(n + 3, last);
  let p0 = v128.load(from + n * fromRow);
  let p1 = v128.load(from + n * fromRow, 16);
  let q0 = v128.load(from + n1 * fromRow);
  let q1 = v128.load(from + n1 * fromRow, 16);
  let r0 = v128.load(from + n2 * fromRow);
  let r1 = v128.load(from + n2 * fromRow, 16);
  let s0 = v128.load(from + n3 * fromRow);
  let s1 = v128.load(from + n3 * fromRow, 16);
  let a0 = a + n * aRow;
  let a1 = a + n1 * aRow;
  let a2 = a + n2 * aRow;
  let a3 = a + n3 * aRow;
  if (steps) {
    do {
      const b0 = v128.load(b);
      const b1 = v128.load(b, 16);
      let x = v128.load_splat<f32>(a0);
      p0 = multiplyAdd(x, b0, p0);
      p1 = multiplyAdd(x, b1, p1);
      x = v128.load_splat<f32>(a1);
      q0 = multiplyAdd(x, b0, q0);
      q1 = multiplyAdd(x, b1, q1);
      x = v128.load_splat<f32>(a2);
      r0 = multiplyAdd(x, b0, r0);
      r1 = multiplyAdd(x, b1, r1);
      x = v128.load_splat<f32>(a3);
      s0 = multiplyAdd(x, b0, s0);
      s1 = multiplyAdd(x, b1, s1);
      a0 += aStep;
      a1 += aStep;
      a2 += aStep;
      a3 += aStep;
      b += bStep;
    } while (--steps);
  }
  v128.store(to + n * toRow, activate(p0, activation));
  v128.store(to + n * toRow, activate(p1, activation), 16);
  v128.store(to + n1 * toRow, activate(q0, activation));
  v128.store(to + n1 * toRow, activate(q1, activation), 16);
  v128.store(to + n2 * toRow, activate(r0, activation));
  v128.store(to + n2 * toRow, activate(r1, activation), 16);
  v128.store(to + n3 * toRow, activate(s0, activation));
  v128.store(to + n3 * toRow, activate(s1, activation), 16);
}

/**
 * 1 to 7 columns, as the first of 8. The others are whatever stands next in memory and are thrown away; only behind the
 * last rows of b there may be nothing to read, so those rows, as many as eight numbers reach, are copied.
 */
function lastColumns(
  begin: usize,
  end: usize,
  columns: usize,
  steps: usize,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  from: usize,
  fromRow: usize,
  to: usize,
  toRow: usize,
  activation: i32,
  scratch: usize,
): void {
  const lastRows = scratch;
  const tile = scratch + 256;
  const copied = min(steps, 1 + (32 - (columns << 2)) / bStep);
  const before = steps - copied;
  for (let k: usize = 0; k < copied; k++) copy(lastRows + (k << 5), b + (before + k) * bStep, columns);
  for (let n = begin; n < end; n += 4) {
    const rows = min(end - n, 4);
    for (let r: usize = 0; r < rows; r++) copy(tile + (r << 5), from + (n + r) * fromRow, columns);
    const at = a + n * aRow;
    tileOf8(0, rows - 1, before, at, aRow, aStep, b, bStep, tile, 32, tile, 32, 0);
    tileOf8(0, rows - 1, copied, at + before * aStep, aRow, aStep, lastRows, 32, tile, 32, tile, 32, activation);
    for (let r: usize = 0; r < rows; r++) copy(to + (n + r) * toRow, tile + (r << 5), columns);
  }
}

function copy(to: usize, from: usize, count: usize): void {
  const end = to + (count << 2);
  for (; to < end; to += 4, from += 4) store<u32>(to, load<u32>(from));
}
