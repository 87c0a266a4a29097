// dw[i] = sum of g[n] over all n, p with tokens[n, p] = i; db = column sums of g; g = dy * activation'(y); on adapters
// emulated in software, where barriers and atomics are dear. tokens: [N, POSITIONS]; dy, y: [N, O]; dw: [WIDTH, O];
// db: [O]. `Value` (in front) is vec4f where O is a multiple of 4, else f32; COLUMNS is O in Values.
//
// An invocation owns a column of Values in all rows of dw. It walks along the rows in use once, adding each row of g to
// those of dw that its tokens name: nobody waits for anybody. Workgroups of 4 spread the few columns over the threads.

override POSITIONS: u32;
override WIDTH: u32;
override COLUMNS: u32;

@group(0) @binding(0) var<storage, read_write> tokens: array<i32>;
@group(0) @binding(1) var<storage, read_write> dy: array<Value>;
@group(0) @binding(2) var<storage, read_write> y: array<Value>;
@group(0) @binding(3) var<storage, read_write> dw: array<Value>;

fn g_at(place: u32) -> Value {
  if (ACTIVATION == NO_ACTIVATION) { return dy[place]; }
  return through_activation(dy[place], y[place]);
}

@compute @workgroup_size(4)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let column = id.y * groups.x * 4u + id.x;
  if (column >= COLUMNS) { return; }
  for (var i = 0u; i < WIDTH; i++) { dw[i * COLUMNS + column] = Value(); }
  let end = row_start() + row_count();
  var bias = Value();
  for (var n = row_start(); n < end; n++) {
    let g = g_at(n * COLUMNS + column);
    bias += g;
    for (var p = 0u; p < POSITIONS; p++) {
      let token = tokens[n * POSITIONS + p];
      if (token >= 0 && u32(token) < WIDTH) { dw[u32(token) * COLUMNS + column] += g; }
    }
  }
  db_store(column, bias);
}
