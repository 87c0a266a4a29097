// The gradients of queries, keys, values and skip connections: with beta = [ds ; alpha] (slopes.wgsl),
// dq_i = sum over j of ds_ji (k_j + e_ji); dk_i = sum over t of ds_it q_t; dv_i = sum over t of alpha_it dy_t; dr_i = dy_i,
// t being the nodes that i's edges lead to. dy: [nodes, WIDTH]; dprojections: [nodes, 4 WIDTH]. Behind structure.wgsl,
// features.wgsl and projections.wgsl. An invocation for each number of dy, 64 to a workgroup.

@group(0) @binding(4) var<storage, read_write> dy: array<f32>;
@group(0) @binding(5) var<storage, read_write> beta: array<f32>;
@group(0) @binding(6) var<storage, read_write> dprojections: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let number = id.y * groups.x * 64u + id.x;
  if (number >= row_count() * WIDTH) { return; }
  let i = i32(number / WIDTH);
  let c = number % WIDTH;
  let head = c / (WIDTH / HEADS);
  let node = structure[i];
  let last = node.y - 1;
  var dq = 0.0f;
  var dk = 0.0f;
  var dv = 0.0f;
  var features = 0.0f;
  for (var k = node.x; k < last; k++) {
    let from_node = entry(k);
    let value = feature(from_node, c);
    features += value;
    dq += beta[u32(k) * 2u * HEADS + head] * (projection(from_node.x, KEY, c) + value);
    let back = u32(from_node.w) * 2u * HEADS + head;
    dk += beta[back] * projection(from_node.x, QUERY, c);
    dv += beta[back + HEADS] * dy[place(from_node.x, c)];
  }
  let own = u32(last) * 2u * HEADS + head;
  dq += beta[own] * (projection(i, KEY, c) + features / f32(last - node.x));
  dk += beta[own] * projection(i, QUERY, c);
  dv += beta[own + HEADS] * dy[number];
  dprojections[place(4 * i + QUERY, c)] = dq;
  dprojections[place(4 * i + KEY, c)] = dk;
  dprojections[place(4 * i + VALUE, c)] = dv;
  dprojections[place(4 * i + SKIP, c)] = dy[number];
}
