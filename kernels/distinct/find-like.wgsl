// The first row like each row in use, among rows sorted by their hash, those of one hash in their own order.
// x: [N, WIDTH]; keys, rows: [rows in use]; index: [N]. Behind lower-bound.wgsl. Rows of one hash are nearly always equal,
// so that the first of them is what is looked for.

override WIDTH: u32;

@group(0) @binding(0) var<storage, read_write> x: array<i32>;
@group(0) @binding(1) var<storage, read_write> keys: array<u32>;
@group(0) @binding(2) var<storage, read_write> rows: array<u32>;
@group(0) @binding(3) var<storage, read_write> index: array<i32>;

fn same(a: u32, b: u32) -> bool {
  for (var i = 0u; i < WIDTH; i++) {
    if (x[a * WIDTH + i] != x[b * WIDTH + i]) { return false; }
  }
  return true;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let count = row_count();
  if (i >= count) { return; }
  let n = rows[i];
  var like = lower_bound(keys[i], count);
  while (like < i && !same(rows[like], n)) { like++; }
  index[n] = i32(rows[like]);
}
