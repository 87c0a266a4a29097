// The scores [entries, HEADS] of the entries of each node become weights: their softmax, in place. Behind
// structure.wgsl, whose WIDTH is HEADS here. An invocation for each node and head, 64 to a workgroup: few entries lead
// to a node.

@group(0) @binding(1) var<storage, read_write> alpha: array<f32>;

const LOWEST = -3.4028234663852886e38f;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let number = id.y * groups.x * 64u + id.x;
  if (number >= row_count() * WIDTH) { return; }
  let node = structure[number / WIDTH];
  let head = number % WIDTH;
  var largest = LOWEST;
  for (var k = node.x; k < node.y; k++) { largest = max(largest, alpha[place(k, head)]); }
  var total = 0.0f;
  for (var k = node.x; k < node.y; k++) {
    let weight = exp(alpha[place(k, head)] - largest);
    alpha[place(k, head)] = weight;
    total += weight;
  }
  for (var k = node.x; k < node.y; k++) { alpha[place(k, head)] /= total; }
}
