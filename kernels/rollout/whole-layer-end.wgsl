// The end of a layer of a whole rollout, of either kind.

// Four numbers of a row, as sums: kept for the next layer, 0 past the last column.
fn layer_finish(row: u32, four: u32, sum: vec4f, rows_to: u32) {
  let column = vec4u(0u, 1u, 2u, 3u) + 4u * four;
  values[rows_to + row * STRIDE + four] =
    select(vec4f(), activate_by(layer_activation, sum), column < vec4u(layer_columns));
}

// Stores the layer's rows, if anything after the rollout reads them.
fn layer_recorded(t: u32, rows_to: u32) {
  if (layer_record == NOWHERE) { return; }
  for (var i = t; i < ROWS * layer_columns; i += SIZE) {
    let row = i / layer_columns;
    let column = i % layer_columns;
    if (under_way[row] == 0) { continue; }
    let value = values[rows_to + row * STRIDE + column / 4u][column % 4u];
    records[layer_record + place_of(row) * layer_columns + column] = bitcast<u32>(value);
  }
}
