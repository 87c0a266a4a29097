// y[m] = x[index[m]], or FILL where index[m] < 0. x: [X_ROWS, WIDTH]; index: [M]; y: [M, WIDTH].
// Numbers are moved as bits, so that integers and floats are alike. An invocation for each number of y: neighbours
// read neighbouring numbers of a row.

override WIDTH: u32;
// The bits read by an index below 0.
override FILL: u32;

@group(0) @binding(0) var<storage, read_write> x: array<u32>;
@group(0) @binding(1) var<storage, read_write> index: array<i32>;
@group(0) @binding(2) var<storage, read_write> y: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let number = id.y * groups.x * 64u + id.x;
  if (number >= row_count() * WIDTH) { return; }
  let row = row_start() + number / WIDTH;
  let column = number % WIDTH;
  let from_row = index[row];
  var value = FILL;
  if (from_row >= 0) { value = x[u32(from_row) * WIDTH + column]; }
  y[row * WIDTH + column] = value;
}
