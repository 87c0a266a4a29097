// Four numbers of a layer's row, as sums: kept for the next layer, 0 past the last column, and recorded.

fn layer_finish(row: u32, four: u32, sum: vec4f, rows_to: u32) {
  let column = vec4u(0u, 1u, 2u, 3u) + 4u * four;
  let value = select(vec4f(), activate_by(layer_activation, sum), column < vec4u(layer_columns));
  values[rows_to + row * STRIDE + four] = value;
  if (layer_record == NOWHERE || under_way[row] == 0) { return; }
  let place = layer_record + place_of(row) * layer_columns + column.x;
  records[place] = bitcast<u32>(value.x);
  if (column.y < layer_columns) { records[place + 1u] = bitcast<u32>(value.y); }
  if (column.z < layer_columns) { records[place + 2u] = bitcast<u32>(value.z); }
  if (column.w < layer_columns) { records[place + 3u] = bitcast<u32>(value.w); }
}
