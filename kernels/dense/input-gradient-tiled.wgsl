// Both tiles run along the inner dimension in memory, so both are kept as rows of vec4. An invocation's 4 columns of dx are
// 8 apart, like its rows: then the rows of the right tile that neighbours read begin in different memory banks, and
// neighbours write neighbouring numbers. Hence dx is declared here as single numbers.

const COLUMNS_OF_EACH = 1u;

@group(0) @binding(3) var<storage, read_write> dx: array<f32>;

var<workgroup> right_tile: array<vec4f, TILE * STRIDE>;

fn fill_right(i: u32, inner: u32, first_column: u32) {
  let line = i / (DEPTH / 4u);
  let column = i % (DEPTH / 4u);
  var value = vec4f();
  if (first_column + line < COLUMNS) { value = w_load(first_column + line, inner + 4u * column); }
  right_tile[line * STRIDE + column] = value;
}

fn right(k: u32, across: u32) -> Block {
  return Block(
    right_tile[across * STRIDE + k],
    right_tile[(across + 8u) * STRIDE + k],
    right_tile[(across + 16u) * STRIDE + k],
    right_tile[(across + 24u) * STRIDE + k],
  );
}

fn finish(row: u32, column: u32, sum: vec4f) {
  let place = row * COLUMNS + column;
  if (column < COLUMNS) { dx[place] = onward(sum, place).x; }
  if (column + 8u < COLUMNS) { dx[place + 8u] = onward(sum, place + 8u).y; }
  if (column + 16u < COLUMNS) { dx[place + 16u] = onward(sum, place + 16u).z; }
  if (column + 24u < COLUMNS) { dx[place + 24u] = onward(sum, place + 24u).w; }
}
