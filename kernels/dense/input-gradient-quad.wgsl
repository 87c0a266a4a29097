// dx = g w^T with g = dy * activation'(y), on adapters emulated in software: product-quad.wgsl, behind. dy, y: [N, O];
// w: [I, O]; dx: [N, I]; as matrices defined in front. INNER is O. `onward` (in front) ends it.

fn left_row(row: u32) -> u32 { return row * dy_row; }

fn left(row: u32, k: u32) -> vec4f {
  let place = row + k * dy_step;
  if (ACTIVATION == NO_ACTIVATION) { return within(dy_four(place), k); }
  return within(through_activation(dy_four(place), y_four(place)), k);
}

// Four rows of w, which run along INNER; those past the last are read as the last.
fn right_places(four: u32) -> vec4u { return min(4u * four + vec4u(0u, 1u, 2u, 3u), vec4u(dx_columns - 1u)) * w_row; }

// Turned over, which costs nothing where every component is a register of its own.
fn right(k: u32, rows: vec4u) -> Block {
  let w0 = w_four(rows.x + k * w_step);
  let w1 = w_four(rows.y + k * w_step);
  let w2 = w_four(rows.z + k * w_step);
  let w3 = w_four(rows.w + k * w_step);
  return Block(
    vec4f(w0.x, w1.x, w2.x, w3.x),
    vec4f(w0.y, w1.y, w2.y, w3.y),
    vec4f(w0.z, w1.z, w2.z, w3.z),
    vec4f(w0.w, w1.w, w2.w, w3.w),
  );
}

fn offset_of(four: u32) -> vec4f { return vec4f(); }

fn finish(row: u32, four: u32, value: vec4f) { dx_store(row, four, onward(value, row, four)); }
