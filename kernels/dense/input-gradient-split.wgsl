// Columns past the last are read as the last, and not stored.
fn right_columns(column: u32) -> vec4u { return min(vec4u(column, column + 1u, column + 2u, column + 3u), vec4u(COLUMNS - 1u)); }

fn right(k: u32, columns: vec4u) -> Block {
  return Block(w_load(columns.x, k), w_load(columns.y, k), w_load(columns.z, k), w_load(columns.w, k));
}

fn finish(row: u32, column: u32, sum: vec4f) { dx_store(row, column, onward(sum, row, column)); }
