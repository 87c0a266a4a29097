// The right tile is DEPTH rows of w. An invocation makes four neighbouring columns.

const COLUMNS_OF_EACH = 4u;

var<workgroup> right_tile: array<vec4f, DEPTH * TILE / 4u>;

fn fill_right(i: u32, inner: u32, first_column: u32) {
  let row = inner + i / 8u;
  var value = vec4f();
  if (row < INNER) { value = w_load(row, first_column + i % 8u * 4u); }
  right_tile[i] = value;
}

fn right(k: u32, across: u32) -> Block {
  return Block(
    right_tile[(4u * k) * 8u + across],
    right_tile[(4u * k + 1u) * 8u + across],
    right_tile[(4u * k + 2u) * 8u + across],
    right_tile[(4u * k + 3u) * 8u + across],
  );
}
