// The derivatives of the scores, from those of the weights: beta [entries, 2 HEADS] holds dalpha in its first half and
// becomes [ SCALE alpha (dalpha - the sum over the node's entries of alpha dalpha) ; alpha ]. alpha: [entries, HEADS].
// Behind structure.wgsl, whose WIDTH is HEADS here. An invocation for each node and head, 64 to a workgroup.

override SCALE: f32;

@group(0) @binding(1) var<storage, read_write> alpha: array<f32>;
@group(0) @binding(2) var<storage, read_write> beta: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let number = id.y * groups.x * 64u + id.x;
  if (number >= row_count() * WIDTH) { return; }
  let node = structure[number / WIDTH];
  let head = number % WIDTH;
  var mean = 0.0f;
  for (var k = node.x; k < node.y; k++) { mean += alpha[place(k, head)] * beta[place(2 * k, head)]; }
  for (var k = node.x; k < node.y; k++) {
    let weight = alpha[place(k, head)];
    beta[place(2 * k, head)] = SCALE * weight * (beta[place(2 * k, head)] - mean);
    beta[place(2 * k + 1, head)] = weight;
  }
}
