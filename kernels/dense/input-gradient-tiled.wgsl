// dx = g w^T, with g = dy * activation'(y); `onward` (in front) ends it. g: [N, O]; w: [I, O]; dx: [N, I]; all but dx as matrices defined in front.
//
// Tiles as in dense-tiled.wgsl, but both run along the inner dimension O in memory, so both are kept as rows of vec4
// and multiplied by dot products. An invocation's 4 columns of dx are 8 apart, like its rows: then the rows of the
// right tile that neighbours read begin in different memory banks, and neighbours write neighbouring numbers.

const TILE = 32u;
override DEPTH: u32;
override INNER: u32;
override COLUMNS: u32;
override COLUMN_TILES: u32;
override STRIDE = DEPTH / 4u + 1u;

@group(0) @binding(3) var<storage, read_write> dx: array<f32>;

var<workgroup> window: vec2u;
var<workgroup> left: array<vec4f, TILE * STRIDE>;
var<workgroup> right: array<vec4f, TILE * STRIDE>;

fn store(row: u32, column: u32, value: vec4f) {
  let place = row * COLUMNS + column;
  if (column < COLUMNS) { dx[place] = onward(value, place).x; }
  if (column + 8u < COLUMNS) { dx[place + 8u] = onward(value, place + 8u).y; }
  if (column + 16u < COLUMNS) { dx[place + 16u] = onward(value, place + 16u).z; }
  if (column + 24u < COLUMNS) { dx[place + 24u] = onward(value, place + 24u).w; }
}

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
      let line = i / (DEPTH / 4u);
      let column = i % (DEPTH / 4u);
      var a = vec4f();
      if (first_row + line < rows.y) { a = g_load(rows.x + first_row + line, inner + 4u * column); }
      left[line * STRIDE + column] = a;
      var b = vec4f();
      if (first_column + line < COLUMNS) { b = w_load(first_column + line, inner + 4u * column); }
      right[line * STRIDE + column] = b;
    }
    workgroupBarrier();
    for (var k = 0u; k < DEPTH / 4u; k++) {
      let b0 = right[local.x * STRIDE + k];
      let b1 = right[(local.x + 8u) * STRIDE + k];
      let b2 = right[(local.x + 16u) * STRIDE + k];
      let b3 = right[(local.x + 24u) * STRIDE + k];
      let a0 = left[local.y * STRIDE + k];
      let a1 = left[(local.y + 8u) * STRIDE + k];
      let a2 = left[(local.y + 16u) * STRIDE + k];
      let a3 = left[(local.y + 24u) * STRIDE + k];
      sum0 += vec4f(dot(a0, b0), dot(a0, b1), dot(a0, b2), dot(a0, b3));
      sum1 += vec4f(dot(a1, b0), dot(a1, b1), dot(a1, b2), dot(a1, b3));
      sum2 += vec4f(dot(a2, b0), dot(a2, b1), dot(a2, b2), dot(a2, b3));
      sum3 += vec4f(dot(a3, b0), dot(a3, b1), dot(a3, b2), dot(a3, b3));
    }
    workgroupBarrier();
  }

  let column = first_column + local.x;
  let row = first_row + local.y;
  if (row < rows.y) { store(rows.x + row, column, sum0); }
  if (row + 8u < rows.y) { store(rows.x + row + 8u, column, sum1); }
  if (row + 16u < rows.y) { store(rows.x + row + 16u, column, sum2); }
  if (row + 24u < rows.y) { store(rows.x + row + 24u, column, sum3); }
}
