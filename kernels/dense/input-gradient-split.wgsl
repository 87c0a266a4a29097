// dx = g w^T where dx is small, with g = dy * activation'(y); `onward` (in front) ends it. g: [N, O]; w: [I, O]; dx: [N, I], as matrices defined in
// front. The inner dimension O is split within the workgroup, in blocks and parts as in dense-split.wgsl; the rows of w
// run along it, so that a block is 16 dot products.

override INNER: u32;
override COLUMNS: u32;
override PARTS: u32;
override ROWS: u32;
override QUADS: u32;
override COLUMN_TILES: u32;
override SIZE = PARTS * ROWS * QUADS;

var<workgroup> partial: array<vec4f, SIZE>;

// The sum of a value over the parts of a block, in their order, for the first of them.
fn sum_over_parts(value: vec4f, part: u32, t: u32) -> vec4f {
  partial[t] = value;
  workgroupBarrier();
  var sum = vec4f();
  if (part == 0u) {
    for (var p = 0u; p < PARTS; p++) { sum += partial[t + p * QUADS]; }
  }
  workgroupBarrier();
  return sum;
}

@compute @workgroup_size(SIZE)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) t: u32,
) {
  let tile = group.y * groups.x + group.x;
  let part = t / QUADS % PARTS;
  let first_row = (tile / COLUMN_TILES * ROWS + t / (QUADS * PARTS)) * 4u;
  let column = (tile % COLUMN_TILES * QUADS + t % QUADS) * 4u;
  let count = row_count();
  let start = row_start();

  var sum0 = vec4f();
  var sum1 = vec4f();
  var sum2 = vec4f();
  var sum3 = vec4f();
  if (first_row < count) {
    // Rows and columns past the last are read as the last, and not stored.
    let row0 = start + first_row;
    let row1 = start + min(first_row + 1u, count - 1u);
    let row2 = start + min(first_row + 2u, count - 1u);
    let row3 = start + min(first_row + 3u, count - 1u);
    let column0 = min(column, COLUMNS - 1u);
    let column1 = min(column + 1u, COLUMNS - 1u);
    let column2 = min(column + 2u, COLUMNS - 1u);
    let column3 = min(column + 3u, COLUMNS - 1u);
    for (var k = 4u * part; k < INNER; k += 4u * PARTS) {
      let b0 = w_load(column0, k);
      let b1 = w_load(column1, k);
      let b2 = w_load(column2, k);
      let b3 = w_load(column3, k);
      let a0 = g_load(row0, k);
      let a1 = g_load(row1, k);
      let a2 = g_load(row2, k);
      let a3 = g_load(row3, k);
      sum0 += vec4f(dot(a0, b0), dot(a0, b1), dot(a0, b2), dot(a0, b3));
      sum1 += vec4f(dot(a1, b0), dot(a1, b1), dot(a1, b2), dot(a1, b3));
      sum2 += vec4f(dot(a2, b0), dot(a2, b1), dot(a2, b2), dot(a2, b3));
      sum3 += vec4f(dot(a3, b0), dot(a3, b1), dot(a3, b2), dot(a3, b3));
    }
  }
  sum0 = sum_over_parts(sum0, part, t);
  sum1 = sum_over_parts(sum1, part, t);
  sum2 = sum_over_parts(sum2, part, t);
  sum3 = sum_over_parts(sum3, part, t);
  if (part > 0u) { return; }
  if (first_row < count) { dx_store(start + first_row, column, onward(sum0, start + first_row, column)); }
  if (first_row + 1u < count) { dx_store(start + first_row + 1u, column, onward(sum1, start + first_row + 1u, column)); }
  if (first_row + 2u < count) { dx_store(start + first_row + 2u, column, onward(sum2, start + first_row + 2u, column)); }
  if (first_row + 3u < count) { dx_store(start + first_row + 3u, column, onward(sum3, start + first_row + 3u, column)); }
}
