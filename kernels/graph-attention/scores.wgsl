// For each entry j -> i and head the product of a row of i with a row of j and the entry's features, over the head's
// channels: SCALE q_i . (k_j + e_ji) into scores [entries, STRIDE], or, if VALUES, SCALE dy_i . (v_j + e_ji). Behind
// lanes.wgsl, structure.wgsl, features.wgsl and projections.wgsl; `row_of(node, c)` (in front) is q or dy. LANES
// invocations to each product.

override SCALE: f32;
override STRIDE: u32;
override VALUES: bool;

@group(0) @binding(4) var<storage, read_write> scores: array<f32>;

@compute @workgroup_size(LANE_WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) t: u32,
) {
  let number = (group.y * groups.x + group.x) * (LANE_WORKGROUP / LANES) + t / LANES;
  let owned = number < row_count() * HEADS;
  let head = number % HEADS;
  let channels = WIDTH / HEADS;
  var sum = 0.0f;
  if (owned) {
    let from_node = entry(i32(number / HEADS));
    let which = select(KEY, VALUE, VALUES);
    for (var k = t % LANES; k < channels; k += LANES) {
      let c = head * channels + k;
      var value = projection(from_node.x, which, c);
      if (from_node.z == -2) { value += loop_feature(structure[from_node.y], c); } else { value += feature(from_node, c); }
      sum += row_of(from_node.y, c) * value;
    }
  }
  sum = sum_over_lanes(sum, t);
  if (owned && t % LANES == 0u) { scores[number / HEADS * STRIDE + head] = SCALE * sum; }
}
