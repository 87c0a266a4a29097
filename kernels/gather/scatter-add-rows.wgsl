// y[n] = sum of x[m] over all m with index[m] = n, in the order of m. x: [M, WIDTH]; index: [M]; y: [rows, WIDTH].
// WebGPU adds no floats atomically, and an order left to chance would change results from run to run. So an
// invocation owns a number of y and looks through the whole index, which a workgroup fetches once for its 64
// invocations, 64 entries at a time. There are too few rows for several blocks (scatter-block.ts). `source_start` and `source_count` (in front) are the rows of x in use.

override WIDTH: u32;

@group(0) @binding(0) var<storage, read_write> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> index: array<i32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

var<workgroup> source: vec2u;
var<workgroup> named: array<i32, 64>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) t: u32,
) {
  if (t == 0u) { source = vec2u(source_start(), source_count()); }
  let used = workgroupUniformLoad(&source);
  let number = (group.y * groups.x + group.x) * 64u + t;
  let row = row_start() + number / WIDTH;
  let column = number % WIDTH;

  var sum = 0.0f;
  for (var first = 0u; first < used.y; first += 64u) {
    if (first + t < used.y) { named[t] = index[used.x + first + t]; }
    workgroupBarrier();
    for (var k = 0u; k < min(64u, used.y - first); k++) {
      if (named[k] == i32(row)) { sum += x[(used.x + first + k) * WIDTH + column]; }
    }
    workgroupBarrier();
  }
  if (number < row_count() * WIDTH) { y[row * WIDTH + column] = sum; }
}
