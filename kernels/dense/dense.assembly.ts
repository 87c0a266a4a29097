import { absent, addRow, loadLanes, storeLanes } from '../lanes.assembly';
import * as activations from './activation.cpu';
import { activate, activationGradient } from './activation.assembly';
import { dots } from './dots.assembly';
import { product, productScratch } from './product.assembly';

/** Rows of g = dy * activation'(y) made at a time: few enough to stay in cache until they are read. */
const block: usize = 64;

/** With fewer outputs than the widest tile has columns, dw is computed transposed, and its columns are not split. */
const narrow: usize = 16;

/** The same for dw, which is read and written for every block. */
const longBlock: usize = 128;

/**
 * Rows that are read column by column are padded by a cache line; at widths such as 256 they would all compete for the
 * same few lines.
 */
const padding: usize = 64;

/** Bytes of x that all columns of w are multiplied with before the next rows are: they stay in the second cache. */
const blockBytes: usize = 262144;

/** From this many outputs on, the columns of w that a tile reads are copied together. */
const wide: usize = 128;

/** Sixteen numbers. */
// @ts-ignore: decorator
@inline
function copyLine(to: usize, from: usize): void {
  v128.store(to, v128.load(from));
  v128.store(to, v128.load(from, 16), 16);
  v128.store(to, v128.load(from, 32), 32);
  v128.store(to, v128.load(from, 48), 48);
}

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
  if (O >= 8) {
    const row = O << 2;
    let o: usize = 0;
    // Far apart they compete for the same few cache lines, and a page apart they are not prefetched: a width of 1024
    // took twice as long. Copying takes as long as a row or two.
    if (O >= wide && end - begin >= block) {
      const rows = max(longBlock, blockBytes / (I << 2));
      if (end - begin > rows) {
        for (let n = begin; n < end; n += rows) dense(n, min(n + rows, end), I, O, x, w, b, y, activation, scratch);
        return;
      }
      const panel = scratch + productScratch;
      for (; o + 16 <= O; o += 16) {
        const at = o << 2;
        for (let i: usize = 0; i < I; i++) copyLine(panel + (i << 6), w + i * row + at);
        product(begin, end, 16, I, x, I << 2, 4, panel, 64, b + at, 0, y + at, row, activation, scratch);
      }
    }
    const at = o << 2;
    if (o < O) product(begin, end, O - o, I, x, I << 2, 4, w + at, row, b + at, 0, y + at, row, activation, scratch);
    return;
  }
  // Tiles of 8 columns would be mostly empty. The transposed product, [O, N], has enough columns; it sums over rows of
  // the transposed w and of x.
  let rows = w;
  if (O > 1) {
    rows = scratch + O * block * 4;
    transpose(w, O << 2, I, O, rows, I << 2);
  }
  for (let n = begin; n < end; n += block) {
    const count = min(block, end - n);
    dots(0, O, count, I, rows, x + (n * I << 2), scratch, block << 2);
    for (let o: usize = 0; o < O; o++) {
      const sums = scratch + o * block * 4;
      const bias = v128.load_splat<f32>(b + (o << 2));
      for (let i: usize = 0; i < count; i += 4) {
        const at = sums + (i << 2);
        v128.store(at, activate(f32x4.add(v128.load(at), bias), activation));
      }
    }
    transpose(scratch, block << 2, O, count, y + (n * O << 2), O << 2);
  }
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
export function denseScratch(I: usize, O: usize): usize {
  if (O < 8) return O * (block + I) << 2;
  return productScratch + (O >= wide ? I << 6 : 0);
}

/**
 * From this many outputs on, the sums of dx = g w^T are long enough for dot products along the rows of w. Shorter sums
 * run over rows of a transposed w, made for each call at the cost of two rows.
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
  const row = (columns << 2) + padding;
  const zeros = made + block * O * 4;
  const transposed = zeros + row;
  const isLong = O >= longSum;
  if (!isLong) {
    transpose(w + (first * O << 2), O << 2, columns, O, transposed, row);
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
  return productScratch + (block * O + (O < longSum ? ((I << 2) + padding) * (O + 1) : 0));
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
  sumInBlocks(begin, end, 0, O, first, last, I, O, x, dy, y, dw, begin == 0 ? db : absent, activation, scratch);
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
  sumInBlocks(0, I, begin, end, first, last, I, O, x, dy, y, dw, db, activation, scratch);
}

/**
 * A running sum over this many rows keeps its digits. More rows are summed in blocks of this size, whose sums are then
 * added.
 */
export const summedRows: usize = 8192;

/** Columns whose block sums are kept apart at once: all rows of x are read for each. */
const panel: usize = 256;

/** Rows [begin, end) and columns [left, right) of dw and db, over any number of rows of x. */
function sumInBlocks(
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
  const few = last - first <= summedRows;
  const width = few || O < narrow ? right - left : panel;
  const rows = end - begin;
  const apart = scratch + weightGradientScratch(I, O);
  for (let column = left; column < right; column += width) {
    const stop = min(column + width, right);
    const target = dw + begin * row + (column << 2);
    const sums = db == absent ? absent : db + (column << 2);
    const bytes = (stop - column) << 2;
    const blockSums = db == absent ? absent : apart + rows * bytes;
    let n = first;
    // Once at least: without any row the gradients are 0.
    do {
      const until = min(n + summedRows, last);
      if (n == first) weightGradient(begin, end, column, stop, n, until, I, O, x, dy, y, target, row, sums, activation, scratch);
      else {
        weightGradient(begin, end, column, stop, n, until, I, O, x, dy, y, apart, bytes, blockSums, activation, scratch);
        for (let i: usize = 0; i < rows; i++) addRow(apart + i * bytes, target + i * row, stop - column);
        if (db != absent) addRow(blockSums, sums, stop - column);
      }
      n = until;
    } while (n < last);
  }
}

/** The same by one running sum: to `target`, whose rows are `targetRow` bytes apart, and to `sums`. */
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
  target: usize,
  targetRow: usize,
  sums: usize,
  activation: i32,
  scratch: usize,
): void {
  const row = O << 2;
  const columns = right - left;
  const rows = end - begin;
  const zeros = scratch + productScratch;
  const made = zeros + (max(columns, rows) << 2);
  const madeRow = (columns << 2) + padding;
  const transposed = made + longBlock * madeRow;
  const isNarrow = O < narrow;
  const transposedRow = isNarrow ? rows << 2 : (longBlock << 2) + padding;
  memory.fill(zeros, 0, max(columns, rows) << 2);
  if (sums != absent) memory.fill(sums, 0, columns << 2);
  let from = zeros;
  let fromRow: usize = 0;
  let n = first;
  // Once at least: without any row the gradients are 0.
  do {
    const steps = min(longBlock, last - n);
    const at = n * row + (left << 2);
    for (let r: usize = 0; r < steps; r++) {
      activationGradient(dy + at + r * row, y + at + r * row, made + r * madeRow, columns, activation);
    }
    if (sums != absent) addRows(made, steps, columns, madeRow, sums);
    const inputs = x + (n * I + begin << 2);
    if (isNarrow) {
      // dw^T = g^T x, whose rows are as long as those of x.
      product(0, O, rows, steps, made, 4, madeRow, inputs, I << 2, from, fromRow, transposed, transposedRow, 0, scratch);
      from = transposed;
      fromRow = transposedRow;
    } else {
      transpose(inputs, I << 2, steps, rows, transposed, transposedRow);
      product(0, rows, columns, steps, transposed, transposedRow, 4, made, madeRow, from, fromRow, target, targetRow, 0, scratch);
      from = target;
      fromRow = targetRow;
    }
    n += longBlock;
  } while (n < last);
  if (isNarrow) transpose(transposed, transposedRow, O, rows, target, targetRow);
}

/** Bytes of scratch space that `denseWeightGradient` and `denseWeightGradientColumns` need. */
export function denseWeightGradientScratch(I: usize, O: usize): usize {
  return weightGradientScratch(I, O) + ((I + 1) * min(O, panel) << 2);
}

function weightGradientScratch(I: usize, O: usize): usize {
  const made = longBlock * ((O << 2) + padding);
  return productScratch + (max(I, O) << 2) + made + I * ((longBlock << 2) + padding);
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

/** to[o, i] = w[i, o]. w: [I, O], its rows `row` bytes apart, and those of `to` `toRow`. */
function transpose(w: usize, row: usize, I: usize, O: usize, to: usize, toRow: usize): void {
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
