// y = activation(x w + b) on adapters emulated in software: product-quad.wgsl, behind. x: [N, INNER]; w: [INNER, O];
// b: [1, O]; y: [N, O]; as matrices defined in front.

fn left_row(row: u32) -> u32 { return row * x_row; }

fn left(row: u32, k: u32) -> vec4f { return within(x_four(row + k * x_step), k); }

// Columns past the last are read as the last.
fn right_places(four: u32) -> vec4u { return vec4u(min(four, (w_columns - 1u) / 4u) * w_step); }

fn right(k: u32, columns: vec4u) -> Block {
  let first = 4u * k * w_row + columns.x;
  if (INNER % 4u == 0u) {
    return Block(w_four(first), w_four(first + w_row), w_four(first + 2u * w_row), w_four(first + 3u * w_row));
  }
  let last = (INNER - 1u) * w_row + columns.x;
  return Block(
    w_four(first),
    w_four(min(first + w_row, last)),
    w_four(min(first + 2u * w_row, last)),
    w_four(min(first + 3u * w_row, last)),
  );
}

fn offset_of(four: u32) -> vec4f { return b_at(four); }

fn finish(row: u32, four: u32, value: vec4f) { y_store(row, four, activate(value)); }
