// The rows to add up, and by what they are sorted: the row that each is added to, or ROWS where that is none.
// index: [M]; keys, rows: [rows in use].

override ROWS: u32;

@group(0) @binding(0) var<storage, read_write> index: array<i32>;
@group(0) @binding(1) var<storage, read_write> keys: array<u32>;
@group(0) @binding(2) var<storage, read_write> rows: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= row_count()) { return; }
  let m = row_start() + i;
  // As an unsigned number, an index below 0 is behind every row.
  keys[i] = min(u32(index[m]), ROWS);
  rows[i] = m;
}
