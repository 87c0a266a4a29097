// dw = x^T g and db = column sums of g where dw is small, with g = dy * activation'(y). x: [N, I]; g: [N, O];
// dw: [I, O]; db: [1, O]; as matrices defined in front.
//
// The inner dimension, the rows in use, is split within the workgroup (split.wgsl, in front): part p of a block takes rows
// p, p + PARTS, ... The first blocks also sum g's columns, which they read anyway: db costs no launch.

override ROWS: u32;
override BIAS: bool;

@compute @workgroup_size(SIZE)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) t: u32,
) {
  let tile = group.y * groups.x + group.x;
  let part = t / QUADS % PARTS;
  let row = (tile / COLUMN_TILES * LINES + t / (QUADS * PARTS)) * 4u;
  let column = (tile % COLUMN_TILES * QUADS + t % QUADS) * 4u;

  var sum0 = vec4f();
  var sum1 = vec4f();
  var sum2 = vec4f();
  var sum3 = vec4f();
  var bias = vec4f();
  let end = row_start() + row_count();
  for (var n = row_start() + part; n < end; n += PARTS) {
    let a = x_load(n, row);
    let b = g_load(n, column);
    sum0 += a.x * b;
    sum1 += a.y * b;
    sum2 += a.z * b;
    sum3 += a.w * b;
    bias += b;
  }
  sum0 = sum_over_parts(sum0, part, t);
  sum1 = sum_over_parts(sum1, part, t);
  sum2 = sum_over_parts(sum2, part, t);
  sum3 = sum_over_parts(sum3, part, t);
  if (BIAS) { bias = sum_over_parts(bias, part, t); }
  if (part > 0u) { return; }
  if (row < ROWS) { dw_store(row, column, sum0); }
  if (row + 1u < ROWS) { dw_store(row + 1u, column, sum1); }
  if (row + 2u < ROWS) { dw_store(row + 2u, column, sum2); }
  if (row + 3u < ROWS) { dw_store(row + 3u, column, sum3); }
  if (BIAS && row == 0u) { db_store(0u, column, bias); }
}
