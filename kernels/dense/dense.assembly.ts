import { absent, loadLanes, storeLanes } from '../lanes.assembly';
import * as activations from './activation.cpu';
import { activationGradient } from './activation.assembly';
import { dots } from './dots.assembly';
import { product, productScratch } from './product.assembly';

/** Rows of g = dy * activation'(y) made at a time: few enough to stay in the cache that they are read from next. */
const block: usize = 64;

/** Rows [begin, end) of y = activation(x w + b). x: [N, I]; w: [I, O]; b: [O]; y: [N, O]. */
export function dense(
  begin: usize,
  end: usize,
  I: usize,
  O: usize,
  x: usize,
  w: usize,
  b: usize,
  y: usize,
  activation: i32,
  scratch: usize,
): void {
  product(begin, end, O, I, x, I << 2, 4, w, O << 2, b, 0, y, O << 2, activation, scratch);
}

/** Columns [begin, end) of the rows first <= n < last of the same. */
export function denseColumns(
  begin: usize,
  end: usize,
  first: usize,
  last: usize,
  I: usize,
  O: usize,
  x: usize,
  w: usize,
  b: usize,
  y: usize,
  activation: i32,
  scratch: usize,
): void {
  const at = begin << 2;
  const row = O << 2;
  product(first, last, end - begin, I, x, I << 2, 4, w + at, row, b + at, 0, y + at, row, activation, scratch);
}

/** Bytes of scratch space that `dense` and `denseColumns` need. */
export function denseScratch(): usize {
  return productScratch;
}

/**
 * From so many outputs on, the sums of dx = g w^T are long enough for dot products along the rows of w. Fewer are summed
 * over rows of a transposed w, which is made anew for each call: it costs as much as two rows.
 */
const longSum: usize = 48;

/** Rows [begin, end) of dx = g w^T with g = dy * activation'(y). dy, y: [N, O]; w: [I, O]; dx: [N, I]. */
export function denseInputGradient(
  begin: usize,
  end: usize,
  I: usize,
  O: usize,
  dy: usize,
  y: usize,
  w: usize,
  dx: usize,
  activation: i32,
  scratch: usize,
): void {
  inputGradient(begin, end, 0, I, I, O, dy, y, w, dx, activation, scratch);
}

/** Columns [begin, end) of the rows first <= n < last of the same. */
export function denseInputGradientColumns(
  begin: usize,
  end: usize,
  first: usize,
  last: usize,
  I: usize,
  O: usize,
  dy: usize,
  y: usize,
  w: usize,
  dx: usize,
  activation: i32,
  scratch: usize,
): void {
  inputGradient(first, last, begin, end, I, O, dy, y, w, dx, activation, scratch);
}

function inputGradient(
  begin: usize,
  end: usize,
  first: usize,
  last: usize,
  I: usize,
  O: usize,
  dy: usize,
  y: usize,
  w: usize,
  dx: usize,
  activation: i32,
  scratch: usize,
): void {
  const columns = last - first;
  const made = scratch + productScratch;
  // Rows of the transposed w are a cache line longer than they need be, or those of a width of 256, say, would all
  // compete for the same few lines.
  const row = columns + 16 << 2;
  const zeros = made + block * O * 4;
  const transposed = zeros + row;
  const isLong = O >= longSum;
  if (!isLong) {
    transpose(w + (first * O << 2), columns, O, transposed, row);
    memory.fill(zeros, 0, row);
  }
  const to = dx + (first << 2);
  for (let n = begin; n < end; n += block) {
    const rows = min(block, end - n);
    const at = n * O << 2;
    let g = dy + at;
    if (activation != activations.none) {
      activationGradient(g, y + at, made, rows * O, activation);
      g = made;
    }
    const target = to + (n * I << 2);
    if (isLong) dots(0, rows, columns, O, g, w + (first * O << 2), target, I << 2);
    else product(0, rows, columns, O, g, O << 2, 4, transposed, row, zeros, 0, target, I << 2, 0, scratch);
  }
}

/** Bytes of scratch space that `denseInputGradient` and `denseInputGradientColumns` need. */
export function denseInputGradientScratch(I: usize, O: usize): usize {
  return productScratch + (block * O + (O < longSum ? (I + 16) * (O + 1) : 0) << 2);
}

/**
 * Rows [begin, end) of dw = x^T g, with g = dy * activation'(y), over the rows first <= n < last of x: [N, I] and of
 * dy, y: [N, O]. dw: [I, O]. Unless db, [O], is absent, with row 0 the column sums of g too.
 */
export function denseWeightGradient(
  begin: usize,
  end: usize,
  first: usize,
  last: usize,
  I: usize,
  O: usize,
  x: usize,
  dy: usize,
  y: usize,
  dw: usize,
  db: usize,
  activation: i32,
  scratch: usize,
): void {
  weightGradient(begin, end, 0, O, first, last, I, O, x, dy, y, dw, begin == 0 ? db : absent, activation, scratch);
}

/** Columns [begin, end) of the same dw and db. */
export function denseWeightGradientColumns(
  begin: usize,
  end: usize,
  first: usize,
  last: usize,
  I: usize,
  O: usize,
  x: usize,
  dy: usize,
  y: usize,
  dw: usize,
  db: usize,
  activation: i32,
  scratch: usize,
): void {
  weightGradient(0, I, begin, end, first, last, I, O, x, dy, y, dw, db, activation, scratch);
}

function weightGradient(
  begin: usize,
  end: usize,
  left: usize,
  right: usize,
  first: usize,
  last: usize,
  I: usize,
  O: usize,
  x: usize,
  dy: usize,
  y: usize,
  dw: usize,
  db: usize,
  activation: i32,
  scratch: usize,
): void {
  const row = O << 2;
  const columns = right - left;
  const zeros = scratch + productScratch;
  const made = zeros + (columns << 2);
  const rows = end - begin;
  const target = dw + begin * row + (left << 2);
  const sums = db + (left << 2);
  memory.fill(zeros, 0, columns << 2);
  if (db != absent) memory.fill(sums, 0, columns << 2);
  if (O == 1) memory.fill(target, 0, rows << 2);
  let from = zeros;
  let fromRow: usize = 0;
  let n = first;
  // Once at least: without any row the gradients are 0.
  do {
    const steps = min(block, last - n);
    let g = dy + n * row + (left << 2);
    let gRow = row;
    if (activation != activations.none) {
      const out = y + n * row + (left << 2);
      gRow = columns << 2;
      if (columns == O) activationGradient(g, out, made, steps * O, activation);
      else for (let r: usize = 0; r < steps; r++) {
        activationGradient(g + r * row, out + r * row, made + r * gRow, columns, activation);
      }
      g = made;
    }
    if (db != absent) addRows(g, steps, columns, gRow, sums);
    const at = x + (n * I + begin << 2);
    if (O == 1) {
      // The transposed product g^T x, which lies in memory just as dw does, has I columns instead of one.
      product(0, 1, rows, steps, g, 0, 4, at, I << 2, target, 0, target, 0, 0, scratch);
    } else product(0, rows, columns, steps, at, 4, I << 2, g, gRow, from, fromRow, target, row, 0, scratch);
    from = target;
    fromRow = row;
    n += block;
  } while (n < last);
}

/** Bytes of scratch space that `denseWeightGradient` and `denseWeightGradientColumns` need. */
export function denseWeightGradientScratch(O: usize): usize {
  return productScratch + ((block + 1) * O << 2);
}

/** to[o] = to[o] + the sum over n of x[n, o], n running upwards; rows of x are `row` bytes apart. */
function addRows(x: usize, rows: usize, columns: usize, row: usize, to: usize): void {
  for (let o: usize = 0; o < columns; o += 4) {
    const count = columns - o;
    let at = x + (o << 2);
    let sum = loadLanes(to + (o << 2), count);
    for (let n: usize = 0; n < rows; n++, at += row) sum = f32x4.add(sum, loadLanes(at, count));
    storeLanes(to + (o << 2), sum, count);
  }
}

/** to[o, i] = w[i, o]. w: [I, O]; the rows of `to` lie `toRow` bytes apart. */
function transpose(w: usize, I: usize, O: usize, to: usize, toRow: usize): void {
  const row = O << 2;
  let i: usize = 0;
  for (; i + 4 <= I; i += 4) {
    let from = w + i * row;
    let at = to + (i << 2);
    let o: usize = 0;
    for (; o + 4 <= O; o += 4) {
      const a = v128.load(from);
      const b = v128.load(from + row);
      const c = v128.load(from + 2 * row);
      const d = v128.load(from + 3 * row);
      const ab01 = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
      const ab23 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      const cd01 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
      const cd23 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
      v128.store(at, v128.shuffle<f32>(ab01, cd01, 0, 1, 4, 5));
      v128.store(at + toRow, v128.shuffle<f32>(ab01, cd01, 2, 3, 6, 7));
      v128.store(at + 2 * toRow, v128.shuffle<f32>(ab23, cd23, 0, 1, 4, 5));
      v128.store(at + 3 * toRow, v128.shuffle<f32>(ab23, cd23, 2, 3, 6, 7));
      from += 16;
      at += 4 * toRow;
    }
    for (; o < O; o++, from += 4, at += toRow) {
      store<f32>(at, load<f32>(from));
      store<f32>(at, load<f32>(from + row), 4);
      store<f32>(at, load<f32>(from + 2 * row), 8);
      store<f32>(at, load<f32>(from + 3 * row), 12);
    }
  }
  for (; i < I; i++) {
    for (let o: usize = 0; o < O; o++) store<f32>(to + o * toRow + (i << 2), load<f32>(w + i * row + (o << 2)));
  }
}
