// The distinct ones of the rows in use of x: [N, WIDTH], read by their bits. index, first: [N]; after, window, total:
// [2]; see distinctRows in src/ops/distinct.ts for what they hold.
//
// One workgroup (prefix-sum.wgsl, in front), so that one launch suffices for few rows: with SEARCH every row looks through
// the rows before it for its like, which is quadratic in their number, but on the rows of one step of a batch takes less
// than another launch. Without, index holds the first row like each already (find-like.wgsl). Then the rows that found
// none are numbered, each invocation owning a stretch of neighbours, and the others ask theirs.

override WIDTH: u32;
override SEARCH: bool;

@group(0) @binding(0) var<storage, read_write> x: array<i32>;
@group(0) @binding(1) var<storage, read_write> after: array<i32>;
@group(0) @binding(2) var<storage, read_write> index: array<i32>;
@group(0) @binding(3) var<storage, read_write> first: array<i32>;
@group(0) @binding(4) var<storage, read_write> window: array<i32>;
@group(0) @binding(5) var<storage, read_write> total: array<i32>;

fn same(a: u32, b: u32) -> bool {
  for (var i = 0u; i < WIDTH; i++) {
    if (x[a * WIDTH + i] != x[b * WIDTH + i]) { return false; }
  }
  return true;
}

@compute @workgroup_size(SCAN_SIZE)
fn main(@builtin(local_invocation_index) t: u32) {
  let begin = row_start();
  let end = begin + row_count();
  let start = after[0] + after[1];
  // index: the first row like it, for now.
  if (SEARCH) {
    for (var n = begin + t; n < end; n += SCAN_SIZE) {
      var like = begin;
      while (like < n && !same(like, n)) { like++; }
      index[n] = i32(like);
    }
  }
  storageBarrier();

  let stretch = (row_count() + SCAN_SIZE - 1u) / SCAN_SIZE;
  let mine = begin + min(t * stretch, row_count());
  let others = begin + min((t + 1u) * stretch, row_count());
  var count = 0u;
  for (var n = mine; n < others; n++) { count += u32(index[n] == i32(n)); }
  let sums = prefix_sum(count, t);

  // Numbers are kept below 0 until every row has asked.
  var number = start + i32(sums.x);
  for (var n = mine; n < others; n++) {
    if (index[n] == i32(n)) {
      first[number] = i32(n);
      index[n] = -1 - number;
      number++;
    }
  }
  storageBarrier();
  for (var n = begin + t; n < end; n += SCAN_SIZE) {
    if (index[n] >= 0) { index[n] = -1 - index[index[n]]; }
  }
  storageBarrier();
  for (var n = begin + t; n < end; n += SCAN_SIZE) {
    if (index[n] < 0) { index[n] = -1 - index[n]; }
  }
  if (t == 0u) {
    window[0] = start;
    window[1] = i32(sums.y);
    total[0] = 0;
    total[1] = start + i32(sums.y);
  }
}
