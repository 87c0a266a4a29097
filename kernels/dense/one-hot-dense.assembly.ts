import { absent, addRow, loadLanes, storeLanes } from '../lanes.assembly';
import { activate, gradient } from './activation.assembly';
import { summedRows } from './dense.assembly';

/**
 * Rows [begin, end) of y = activation(b + the sum over p of w[tokens[n, p]]). tokens: [N, P]; w: [I, O]; b: [O];
 * y: [N, O]. Tokens outside 0 .. I - 1 add nothing.
 */
export function oneHotDense(
  begin: usize,
  end: usize,
  P: usize,
  I: usize,
  O: usize,
  tokens: usize,
  w: usize,
  b: usize,
  y: usize,
  activation: i32,
): void {
  const row = O << 2;
  for (let n = begin; n < end; n++) {
    const first = tokens + (n * P << 2);
    const last = first + (P << 2);
    const to = y + n * row;
    let o: usize = 0;
    for (; o + 32 <= O; o += 32) {
      const at = o << 2;
      let s0 = v128.load(b + at);
      let s1 = v128.load(b + at, 16);
      let s2 = v128.load(b + at, 32);
      let s3 = v128.load(b + at, 48);
      let s4 = v128.load(b + at, 64);
      let s5 = v128.load(b + at, 80);
      let s6 = v128.load(b + at, 96);
      let s7 = v128.load(b + at, 112);
      for (let token = first; token < last; token += 4) {
        const i = load<usize>(token);
        if (i >= I) continue;
        const from = w + i * row + at;
        s0 = f32x4.add(s0, v128.load(from));
        s1 = f32x4.add(s1, v128.load(from, 16));
        s2 = f32x4.add(s2, v128.load(from, 32));
        s3 = f32x4.add(s3, v128.load(from, 48));
        s4 = f32x4.add(s4, v128.load(from, 64));
        s5 = f32x4.add(s5, v128.load(from, 80));
        s6 = f32x4.add(s6, v128.load(from, 96));
        s7 = f32x4.add(s7, v128.load(from, 112));
      }
      v128.store(to + at, activate(s0, activation));
      v128.store(to + at, activate(s1, activation), 16);
      v128.store(to + at, activate(s2, activation), 32);
      v128.store(to + at, activate(s3, activation), 48);
      v128.store(to + at, activate(s4, activation), 64);
      v128.store(to + at, activate(s5, activation), 80);
      v128.store(to + at, activate(s6, activation), 96);
      v128.store(to + at, activate(s7, activation), 112);
    }
    for (; o < O; o += 4) {
      const at = o << 2;
      let sum = loadLanes(b + at, O - o);
      for (let token = first; token < last; token += 4) {
        const i = load<usize>(token);
        if (i < I) sum = f32x4.add(sum, loadLanes(w + i * row + at, O - o));
      }
      storeLanes(to + at, activate(sum, activation), O - o);
    }
  }
}

/**
 * Columns [begin, end) of dw[i] = the sum of g[n] over all n, p with tokens[n, p] = i, in the order of n, for
 * first <= n < last; g = dy * activation'(y). Unless db is absent, the column sums of g too. Many rows are summed in blocks
 * of `summedRows`, which `scratch` has room for: (I + 1) * 64 bytes.
 */
export function oneHotDenseWeightGradient(
  begin: usize,
  end: usize,
  first: usize,
  last: usize,
  P: usize,
  I: usize,
  O: usize,
  tokens: usize,
  dy: usize,
  y: usize,
  dw: usize,
  db: usize,
  activation: i32,
  scratch: usize,
): void {
  const row = O << 2;
  if (begin == 0 && end == O) memory.fill(dw, 0, I * row);
  else for (let i: usize = 0; i < I; i++) memory.fill(dw + i * row + (begin << 2), 0, (end - begin) << 2);
  let o = begin;
  while (o < end) {
    const count: usize = o + 16 <= end ? 16 : min(end - o, 4);
    const at = o << 2;
    const sum = db == absent ? absent : db + at;
    let n = min(first + summedRows, last);
    columns(first, n, P, I, row, row, tokens, dy + at, y + at, dw + at, sum, activation, count);
    for (; n < last; n += summedRows) {
      const until = min(n + summedRows, last);
      const blockSum = db == absent ? absent : scratch + (I << 6);
      memory.fill(scratch, 0, I << 6);
      columns(n, until, P, I, row, 64, tokens, dy + at, y + at, scratch, blockSum, activation, count);
      for (let i: usize = 0; i < I; i++) addRow(scratch + (i << 6), dw + i * row + at, count);
      if (db != absent) addRow(blockSum, sum, count);
    }
    o += count;
  }
}

/** Columns of one running sum, added to rows of dw that are `stride` bytes apart. */
function columns(
  first: usize,
  last: usize,
  P: usize,
  I: usize,
  row: usize,
  stride: usize,
  tokens: usize,
  dy: usize,
  y: usize,
  dw: usize,
  db: usize,
  activation: i32,
  count: usize,
): void {
  if (count == 16) columnsOf16(first, last, P, I, row, stride, tokens, dy, y, dw, db, activation);
  else fewColumns(first, last, P, I, row, stride, tokens, dy, y, dw, db, activation, count);
}

/** 16 columns, a cache line: of each row, its gradient stays in registers while it is added to the rows of its tokens. */
function columnsOf16(
  first: usize,
  last: usize,
  P: usize,
  I: usize,
  row: usize,
  stride: usize,
  tokens: usize,
  dy: usize,
  y: usize,
  dw: usize,
  db: usize,
  activation: i32,
): void {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  for (let n = first; n < last; n++) {
    const from = dy + n * row;
    const out = y + n * row;
    const g0 = gradient(v128.load(from), v128.load(out), activation);
    const g1 = gradient(v128.load(from, 16), v128.load(out, 16), activation);
    const g2 = gradient(v128.load(from, 32), v128.load(out, 32), activation);
    const g3 = gradient(v128.load(from, 48), v128.load(out, 48), activation);
    s0 = f32x4.add(s0, g0);
    s1 = f32x4.add(s1, g1);
    s2 = f32x4.add(s2, g2);
    s3 = f32x4.add(s3, g3);
    const end = tokens + ((n + 1) * P << 2);
    for (let token = tokens + (n * P << 2); token < end; token += 4) {
      const i = load<usize>(token);
      if (i >= I) continue;
      const to = dw + i * stride;
      v128.store(to, f32x4.add(v128.load(to), g0));
      v128.store(to, f32x4.add(v128.load(to, 16), g1), 16);
      v128.store(to, f32x4.add(v128.load(to, 32), g2), 32);
      v128.store(to, f32x4.add(v128.load(to, 48), g3), 48);
    }
  }
  if (db == absent) return;
  v128.store(db, s0);
  v128.store(db, s1, 16);
  v128.store(db, s2, 32);
  v128.store(db, s3, 48);
}

/** The same for `count` columns, at most four. */
function fewColumns(
  first: usize,
  last: usize,
  P: usize,
  I: usize,
  row: usize,
  stride: usize,
  tokens: usize,
  dy: usize,
  y: usize,
  dw: usize,
  db: usize,
  activation: i32,
  count: usize,
): void {
  let sum = f32x4.splat(0);
  for (let n = first; n < last; n++) {
    const g = gradient(loadLanes(dy + n * row, count), loadLanes(y + n * row, count), activation);
    sum = f32x4.add(sum, g);
    const end = tokens + ((n + 1) * P << 2);
    for (let token = tokens + (n * P << 2); token < end; token += 4) {
      const i = load<usize>(token);
      if (i >= I) continue;
      const to = dw + i * stride;
      storeLanes(to, f32x4.add(loadLanes(to, count), g), count);
    }
  }
  if (db != absent) storeLanes(db, sum, count);
}
