// y_i = x_i + the sum over all edges j -> i of (relu(x_j + e_ji) + EPSILON). x, y: [nodes, WIDTH]. Behind structure.wgsl
// and features.wgsl. An invocation for each number of y, 64 to a workgroup: neighbours read neighbouring numbers.

override EPSILON: f32;

@group(0) @binding(3) var<storage, read_write> x: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

fn message(value: f32) -> f32 { return max(value, 0.0f) + EPSILON; }

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let number = id.y * groups.x * 64u + id.x;
  if (number >= row_count() * WIDTH) { return; }
  let node = structure[number / WIDTH];
  let c = number % WIDTH;
  let last = node.y - 1;
  var sum = x[number];
  var features = 0.0f;
  for (var k = node.x; k < last; k++) {
    let from_node = entry(k);
    let value = feature(from_node, c);
    features += value;
    sum += message(x[place(from_node.x, c)] + value);
  }
  y[number] = sum + message(x[number] + features / f32(last - node.x));
}
