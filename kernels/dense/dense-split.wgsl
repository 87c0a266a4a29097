fn right_columns(column: u32) -> vec4u { return vec4u(column); }

fn right(k: u32, columns: vec4u) -> Block {
  let column = columns.x;
  return Block(
    w_load(k, column),
    w_load(min(k + 1u, INNER - 1u), column),
    w_load(min(k + 2u, INNER - 1u), column),
    w_load(min(k + 3u, INNER - 1u), column),
  );
}
