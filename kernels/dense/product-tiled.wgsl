// Rows times a matrix, by tiles. What is multiplied, the shaders in front say: `left` is four numbers of a row along the
// inner dimension, `fill_right` puts the i-th vector of the right tile into workgroup memory, `right` reads a block there,
// `times` multiplies, and `finish` stores four numbers of the result.
//
// A workgroup makes 32 rows and 32 columns. 8 x 8 invocations hold 4 rows (8 apart) and 4 columns each, in four named
// vectors. DEPTH numbers along the inner dimension at a time go through workgroup memory, where each number is read by 8
// invocations: 8 reads of vec4 for 64 multiply-adds. 64 invocations keep 64 workgroups busy at 256 x 256, enough for most
// GPUs. A row of the left tile is one vec4 longer than its numbers, so that the rows begin in different memory banks.
// Tiles are padded with zeros when loaded, so that the inner loop has no bounds.

const TILE = 32u;
override DEPTH: u32;
override INNER: u32;
override COLUMN_TILES: u32;
override STRIDE = DEPTH / 4u + 1u;

var<workgroup> window: vec2u;
var<workgroup> left_tile: array<vec4f, TILE * STRIDE>;

@compute @workgroup_size(8, 8)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) t: u32,
) {
  if (t == 0u) { window = vec2u(row_start(), row_count()); }
  let rows = workgroupUniformLoad(&window);
  let tile = group.y * groups.x + group.x;
  let first_row = tile / COLUMN_TILES * TILE;
  let first_column = tile % COLUMN_TILES * TILE;
  if (first_row >= rows.y) { return; }

  var sum0 = vec4f();
  var sum1 = vec4f();
  var sum2 = vec4f();
  var sum3 = vec4f();
  for (var inner = 0u; inner < INNER; inner += DEPTH) {
    for (var i = t; i < TILE * DEPTH / 4u; i += 64u) {
      let row = first_row + i / (DEPTH / 4u);
      let column = i % (DEPTH / 4u);
      var value = vec4f();
      if (row < rows.y) { value = left(rows.x + row, inner + 4u * column); }
      left_tile[i / (DEPTH / 4u) * STRIDE + column] = value;
      fill_right(i, inner, first_column);
    }
    workgroupBarrier();
    for (var k = 0u; k < DEPTH / 4u; k++) {
      let b = right(k, local.x);
      sum0 += times(left_tile[local.y * STRIDE + k], b);
      sum1 += times(left_tile[(local.y + 8u) * STRIDE + k], b);
      sum2 += times(left_tile[(local.y + 16u) * STRIDE + k], b);
      sum3 += times(left_tile[(local.y + 24u) * STRIDE + k], b);
    }
    workgroupBarrier();
  }

  let column = first_column + COLUMNS_OF_EACH * local.x;
  let row = first_row + local.y;
  if (row < rows.y) { finish(rows.x + row, column, sum0); }
  if (row + 8u < rows.y) { finish(rows.x + row + 8u, column, sum1); }
  if (row + 16u < rows.y) { finish(rows.x + row + 16u, column, sum2); }
  if (row + 24u < rows.y) { finish(rows.x + row + 24u, column, sum3); }
}
