import { exp } from '../elementwise/exponential.assembly';
import { firstLanes, loadLanes, maximumOfLanes, storeLanes, sumOfLanes } from '../lanes.assembly';
import { maximumColumns, sumColumns } from '../reduce/reduce.assembly';

/** Segments [begin, end): y[s, c] = sum of x[n, c] over offsets[s] <= n < offsets[s + 1]. C columns. */
export function segmentSum(begin: usize, end: usize, C: usize, x: usize, offsets: usize, y: usize): void {
  for (let s = begin; s < end; s++) {
    const first = load<usize>(offsets + (s << 2));
    const last = load<usize>(offsets + (s << 2), 4);
    sumColumns(x + (first * C << 2), last - first, C, y + (s * C << 2));
  }
}

/** The same with the maximum; an empty segment gives 0. */
export function segmentMaximum(begin: usize, end: usize, C: usize, x: usize, offsets: usize, y: usize): void {
  for (let s = begin; s < end; s++) {
    const first = load<usize>(offsets + (s << 2));
    const last = load<usize>(offsets + (s << 2), 4);
    if (first == last) memory.fill(y + (s * C << 2), 0, C << 2);
    else maximumColumns(x + (first * C << 2), last - first, C, y + (s * C << 2));
  }
}

/** Segments [begin, end): y[n, c] = e^(x[n, c] - m) / sum of e^(x[k, c] - m) over the segment's rows, m their maximum. */
export function segmentSoftmax(begin: usize, end: usize, C: usize, x: usize, offsets: usize, y: usize): void {
  const row = C << 2;
  for (let s = begin; s < end; s++) {
    const first = load<usize>(offsets + (s << 2)) * row;
    const last = load<usize>(offsets + (s << 2), 4) * row;
    if (C == 1) {
      softmaxOf(x + first, (last - first) >> 2, y + first);
      continue;
    }
    let c: usize = 0;
    for (; c + 16 <= C; c += 16) softmaxOf16(x + (c << 2), first, last, row, y + (c << 2));
    for (; c < C; c += 4) {
      const count = C - c;
      const column = c << 2;
      let largest = f32x4.splat(-f32.MAX_VALUE);
      for (let at = first; at < last; at += row) largest = f32x4.pmax(largest, loadLanes(x + at + column, count));
      let total = f32x4.splat(0);
      for (let at = first; at < last; at += row) {
        const e = exp(f32x4.sub(loadLanes(x + at + column, count), largest));
        storeLanes(y + at + column, e, count);
        total = f32x4.add(total, e);
      }
      for (let at = first; at < last; at += row) {
        const to = y + at + column;
        storeLanes(to, f32x4.div(loadLanes(to, count), total), count);
      }
    }
  }
}

/** The same of sixteen columns, from row address `first` to `last`: whole cache lines, and sums that do not wait. */
function softmaxOf16(x: usize, first: usize, last: usize, row: usize, y: usize): void {
  let m0 = f32x4.splat(-f32.MAX_VALUE);
  let m1 = m0;
  let m2 = m0;
  let m3 = m0;
  for (let at = first; at < last; at += row) {
    const from = x + at;
    m0 = f32x4.pmax(m0, v128.load(from));
    m1 = f32x4.pmax(m1, v128.load(from, 16));
    m2 = f32x4.pmax(m2, v128.load(from, 32));
    m3 = f32x4.pmax(m3, v128.load(from, 48));
  }
  let t0 = f32x4.splat(0);
  let t1 = t0;
  let t2 = t0;
  let t3 = t0;
  for (let at = first; at < last; at += row) {
    const from = x + at;
    const to = y + at;
    const e0 = exp(f32x4.sub(v128.load(from), m0));
    const e1 = exp(f32x4.sub(v128.load(from, 16), m1));
    t0 = f32x4.add(t0, e0);
    t1 = f32x4.add(t1, e1);
    v128.store(to, e0);
    v128.store(to, e1, 16);
    const e2 = exp(f32x4.sub(v128.load(from, 32), m2));
    const e3 = exp(f32x4.sub(v128.load(from, 48), m3));
    t2 = f32x4.add(t2, e2);
    t3 = f32x4.add(t3, e3);
    v128.store(to, e2, 32);
    v128.store(to, e3, 48);
  }
  for (let at = first; at < last; at += row) {
    const to = y + at;
    v128.store(to, f32x4.div(v128.load(to), t0));
    v128.store(to, f32x4.div(v128.load(to, 16), t1), 16);
    v128.store(to, f32x4.div(v128.load(to, 32), t2), 32);
    v128.store(to, f32x4.div(v128.load(to, 48), t3), 48);
  }
}

/** The same of one column, whose numbers lie one after another: four rows at a time. */
function softmaxOf(x: usize, count: usize, y: usize): void {
  let most = f32x4.splat(-f32.MAX_VALUE);
  for (let i: usize = 0; i < count; i += 4) {
    const value = loadLanes(x + (i << 2), count - i);
    most = f32x4.pmax(most, count - i >= 4 ? value : v128.bitselect(value, most, firstLanes(count - i)));
  }
  const largest = f32x4.splat(maximumOfLanes(most));
  let totals = f32x4.splat(0);
  for (let i: usize = 0; i < count; i += 4) {
    const e = exp(f32x4.sub(loadLanes(x + (i << 2), count - i), largest));
    storeLanes(y + (i << 2), e, count - i);
    totals = f32x4.add(totals, count - i >= 4 ? e : v128.and(e, firstLanes(count - i)));
  }
  const total = f32x4.splat(sumOfLanes(totals));
  for (let i: usize = 0; i < count; i += 4) {
    const to = y + (i << 2);
    storeLanes(to, f32x4.div(loadLanes(to, count - i), total), count - i);
  }
}
