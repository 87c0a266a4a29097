// Where segments begin whose sizes are FACTOR x[n, COLUMN] + PLUS, row n being that of segment n - row_start().
// x: [N, WIDTH]; offsets: [MAX + 1]; total: [2] = [0, the sum of all sizes]; segments: [2] = [0, row_count()].
//
// One workgroup (prefix-sum.wgsl, in front), so that one launch suffices. Every invocation owns a stretch of
// neighbouring segments: it sums their sizes, learns from the prefix sum where its first begins, and writes.

override WIDTH: u32;
override COLUMN: u32;
override FACTOR: i32;
override PLUS: i32;
override MAX: u32;

@group(0) @binding(0) var<storage, read_write> x: array<i32>;
@group(0) @binding(1) var<storage, read_write> offsets: array<i32>;
@group(0) @binding(2) var<storage, read_write> total: array<i32>;
@group(0) @binding(3) var<storage, read_write> segments: array<i32>;

fn size_of(s: u32) -> u32 {
  if (s >= row_count()) { return 0u; }
  return u32(FACTOR * x[(row_start() + s) * WIDTH + COLUMN] + PLUS);
}

@compute @workgroup_size(SCAN_SIZE)
fn main(@builtin(local_invocation_index) t: u32) {
  let stretch = (MAX + SCAN_SIZE - 1u) / SCAN_SIZE;
  let first = min(t * stretch, MAX);
  let end = min((t + 1u) * stretch, MAX);
  var sum = 0u;
  for (var s = first; s < end; s++) { sum += size_of(s); }
  let sums = prefix_sum(sum, t);

  var at = sums.x;
  for (var s = first; s < end; s++) {
    at += size_of(s);
    offsets[s + 1u] = i32(at);
  }
  if (t == 0u) {
    offsets[0] = 0;
    total[0] = 0;
    total[1] = i32(sums.y);
    segments[0] = 0;
    segments[1] = i32(row_count());
  }
}
