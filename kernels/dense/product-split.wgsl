// Rows times a matrix, split within the workgroup (split.wgsl, in front). What is multiplied, the shaders in front say:
// `left` is four numbers of a row along the inner dimension, `right` the block of four columns there, `times` multiplies,
// and `finish` stores four numbers of the result.
//
// Part p of a block takes numbers 4p .. 4p + 3 of a row, then those 4 PARTS further on.

override INNER: u32;

@compute @workgroup_size(SIZE)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) t: u32,
) {
  let tile = group.y * groups.x + group.x;
  let part = t / QUADS % PARTS;
  let first_row = (tile / COLUMN_TILES * LINES + t / (QUADS * PARTS)) * 4u;
  let column = (tile % COLUMN_TILES * QUADS + t % QUADS) * 4u;
  let count = row_count();
  let start = row_start();

  var sum0 = vec4f();
  var sum1 = vec4f();
  var sum2 = vec4f();
  var sum3 = vec4f();
  if (first_row < count) {
    // Rows past the last are read as the last, and not stored.
    let row0 = start + first_row;
    let row1 = start + min(first_row + 1u, count - 1u);
    let row2 = start + min(first_row + 2u, count - 1u);
    let row3 = start + min(first_row + 3u, count - 1u);
    let columns = right_columns(column);
    for (var k = 4u * part; k < INNER; k += 4u * PARTS) {
      let b = right(k, columns);
      sum0 += times(left(row0, k), b);
      sum1 += times(left(row1, k), b);
      sum2 += times(left(row2, k), b);
      sum3 += times(left(row3, k), b);
    }
  }
  sum0 = sum_over_parts(sum0, part, t);
  sum1 = sum_over_parts(sum1, part, t);
  sum2 = sum_over_parts(sum2, part, t);
  sum3 = sum_over_parts(sum3, part, t);
  if (part > 0u) { return; }
  if (first_row < count) { finish(start + first_row, column, sum0); }
  if (first_row + 1u < count) { finish(start + first_row + 1u, column, sum1); }
  if (first_row + 2u < count) { finish(start + first_row + 2u, column, sum2); }
  if (first_row + 3u < count) { finish(start + first_row + 3u, column, sum3); }
}
