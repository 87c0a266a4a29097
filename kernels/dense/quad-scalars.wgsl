// A row-major matrix whose rows are no whole number of fours. A four that begins in a row may reach beyond its end, into
// numbers that are not its own; who reads it leaves those out.

const matrix_row = matrix_columns;
const matrix_step = 4u;
@group(0) @binding(0) var<storage, read_write> matrix: array<f32, matrix_length>;

// The four at row * matrix_row + (column / 4) * matrix_step.
fn matrix_four(place: u32) -> vec4f {
  return vec4f(matrix[place], matrix[place + 1u], matrix[place + 2u], matrix[place + 3u]);
}

fn matrix_store(row: u32, four: u32, value: vec4f) {
  let column = 4u * four;
  let place = row * matrix_columns + column;
  if (column < matrix_columns) { matrix[place] = value.x; }
  if (column + 1u < matrix_columns) { matrix[place + 1u] = value.y; }
  if (column + 2u < matrix_columns) { matrix[place + 2u] = value.z; }
  if (column + 3u < matrix_columns) { matrix[place + 3u] = value.w; }
}
