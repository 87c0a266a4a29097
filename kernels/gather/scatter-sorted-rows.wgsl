// y[n] = sum of x[m] over all m with index[m] = n, in the order of m, of rows that are sorted by n.
// x: [M, WIDTH]; keys, rows: [rows of x in use], ascending; y: [rows, WIDTH]. An invocation owns a number of y, finds
// where its rows begin (lower-bound.wgsl, in front, with `source_start` and `source_count`), and adds them up, those of
// each block of rows of x by themselves (scatter-block.ts).

override WIDTH: u32;

@group(0) @binding(0) var<storage, read_write> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> keys: array<u32>;
@group(0) @binding(2) var<storage, read_write> rows: array<u32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let number = id.y * groups.x * 64u + id.x;
  if (number >= row_count() * WIDTH) { return; }
  let row = row_start() + number / WIDTH;
  let column = number % WIDTH;
  let count = source_count();
  let first = source_start();
  let size = max(1024u, 4u * row_count());
  var total = 0.0f;
  var sum = 0.0f;
  var block = 0u;
  for (var i = lower_bound(row, count); i < count; i++) {
    if (keys[i] != row) { break; }
    let m = rows[i];
    let own = (m - first) / size;
    if (own != block) {
      total += sum;
      sum = 0.0f;
      block = own;
    }
    sum += x[m * WIDTH + column];
  }
  y[row * WIDTH + column] = total + sum;
}
