// y_i = r_i + the sum over j of alpha_ji (v_j + e_ji). alpha: [entries, HEADS]; y: [nodes, WIDTH]. Behind structure.wgsl,
// features.wgsl and projections.wgsl. An invocation for each number of y, 64 to a workgroup.

@group(0) @binding(4) var<storage, read_write> alpha: array<f32>;
@group(0) @binding(5) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let number = id.y * groups.x * 64u + id.x;
  if (number >= row_count() * WIDTH) { return; }
  let i = i32(number / WIDTH);
  let c = number % WIDTH;
  let head = c / (WIDTH / HEADS);
  let node = structure[i];
  let last = node.y - 1;
  var sum = projection(i, SKIP, c);
  var features = 0.0f;
  for (var k = node.x; k < last; k++) {
    let from_node = entry(k);
    let value = feature(from_node, c);
    features += value;
    sum += alpha[u32(k) * HEADS + head] * (projection(from_node.x, VALUE, c) + value);
  }
  let value = projection(i, VALUE, c) + features / f32(last - node.x);
  y[number] = sum + alpha[u32(last) * HEADS + head] * value;
}
