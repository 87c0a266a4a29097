// A row-major matrix as fours of neighbouring columns, of which a row has a whole number. Its length is part of its
// type: an index is then held to a constant, not to a length that each reading would have to ask for.

const matrix_row = matrix_columns / 4u;
const matrix_step = 1u;
@group(0) @binding(0) var<storage, read_write> matrix: array<vec4f, matrix_length / 4u>;

// The four at row * matrix_row + (column / 4) * matrix_step.
fn matrix_four(place: u32) -> vec4f { return matrix[place]; }

fn matrix_store(row: u32, four: u32, value: vec4f) {
  if (four < matrix_row) { matrix[row * matrix_row + four] = value; }
}
