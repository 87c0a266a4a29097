import { addRow } from '../lanes.assembly';
import { copyRun } from '../slice/slice.assembly';

/** Rows [begin, end) of y[m] = x[index[m]], or the number of bits `fill` where index[m] < 0. Rows of `width` numbers. */
export function gatherRows(
  begin: usize,
  end: usize,
  width: usize,
  x: usize,
  index: usize,
  y: usize,
  fill: u32,
): void {
  const row = width << 2;
  for (let m = begin; m < end; m++) {
    const place = load<i32>(index + (m << 2));
    const to = y + m * row;
    if (place >= 0) copyRun(to, x + <usize>place * row, row);
    else for (let at = to; at < to + row; at += 4) store<u32>(at, fill);
  }
}

/** to[n] += x[m] over first <= m < last with begin <= n = index[m] < end, in the order of m. */
function addRows(
  begin: usize,
  end: usize,
  first: usize,
  last: usize,
  width: usize,
  x: usize,
  index: usize,
  to: usize,
): void {
  const row = width << 2;
  for (let m = first; m < last; m++) {
    // As an unsigned number, an index below 0 is larger than every row.
    const place = load<usize>(index + (m << 2));
    if (place < begin || place >= end) continue;
    addRow(x + m * row, to + place * row, width);
  }
}

/**
 * The number of rows of x that are summed separately, for this many rows of y; see scatterBlock in scatter-block.ts.
 */
// @ts-ignore: decorator
@inline
function blockOf(rows: usize): usize {
  return max<usize>(1024, rows << 2);
}

/**
 * Rows [begin, end) of y[n] = the sum of x[m] over first <= m < last with index[m] = n, in the order of m: those of each
 * block of rows of x by themselves, in `sums`, where there are several blocks. Rows of `width` numbers.
 *
 * @param window where the rows of y in use are counted, or 0 where these are 0 to `rows`
 * @param sums room for as many rows as y has in use, if there are several blocks
 */
export function scatterAddRows(
  begin: usize,
  end: usize,
  first: usize,
  last: usize,
  width: usize,
  x: usize,
  index: usize,
  y: usize,
  sums: usize,
  window: usize,
  rows: usize,
): void {
  const at = (begin * width) << 2;
  const numbers = (end - begin) * width;
  memory.fill(y + at, 0, numbers << 2);
  const block = blockOf(window === 0 ? rows : load<u32>(window, 4));
  if (last - first <= block) {
    addRows(begin, end, first, last, width, x, index, y);
    return;
  }
  const start: usize = window === 0 ? 0 : load<u32>(window);
  const own = sums - ((start * width) << 2);
  for (let from = first; from < last; from += block) {
    memory.fill(own + at, 0, numbers << 2);
    addRows(begin, end, from, min(from + block, last), width, x, index, own);
    addRow(own + at, y + at, numbers);
  }
}
