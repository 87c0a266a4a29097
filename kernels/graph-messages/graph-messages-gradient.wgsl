// With g_ji = dy_i where x_j + e_ji > 0 and 0 elsewhere: dx_j = dy_j + the sum of g_ji over all edges from j; de_ji = g_ji
// plus an equal share of the loop's g_ii, the loop's features being a mean. x, dy, dx: [nodes, WIDTH]; de: [edges,
// WIDTH]. Behind structure.wgsl and features.wgsl. An invocation for each number of dx, 64 to a workgroup, writes it and
// the numbers of the edges that lead to its node.

@group(0) @binding(3) var<storage, read_write> x: array<f32>;
@group(0) @binding(4) var<storage, read_write> dy: array<f32>;
@group(0) @binding(5) var<storage, read_write> dx: array<f32>;
@group(0) @binding(6) var<storage, read_write> de: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let number = id.y * groups.x * 64u + id.x;
  if (number >= row_count() * WIDTH) { return; }
  let node = structure[number / WIDTH];
  let c = number % WIDTH;
  let last = node.y - 1;
  let own = x[number];
  let slope = dy[number];
  let of_loop = select(0.0f, slope, own + loop_feature(node, c) > 0.0f);
  let share = of_loop / f32(last - node.x);
  var sum = slope + of_loop;
  for (var k = node.x; k < last; k++) {
    let from_node = entry(k);
    if (from_node.z >= 0) {
      let value = x[place(from_node.x, c)] + feature(from_node, c);
      de[place(from_node.z, c)] = share + select(0.0f, slope, value > 0.0f);
    }
    let back = own + feature(entry(from_node.w), c);
    sum += select(0.0f, dy[place(from_node.x, c)], back > 0.0f);
  }
  dx[number] = sum;
}
