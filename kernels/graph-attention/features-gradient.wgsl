// The gradients of the features of edges: with beta = [ds ; alpha] (slopes.wgsl), that of an entry j -> i is
// ds_ji q_i + alpha_ji dy_i, plus an equal share of the loop's of i, whose features are a mean. Of edges it goes to
// de: [edges, WIDTH]; of the virtual edges to i it is summed into dvirtual: [nodes, WIDTH]. dy: [nodes, WIDTH]. Behind
// structure.wgsl and projections.wgsl. An invocation for each number of dy, 64 to a workgroup.

@group(0) @binding(1) var<storage, read_write> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> beta: array<f32>;
@group(0) @binding(4) var<storage, read_write> de: array<f32>;
@group(0) @binding(5) var<storage, read_write> dvirtual: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let number = id.y * groups.x * 64u + id.x;
  if (number >= row_count() * WIDTH) { return; }
  let i = i32(number / WIDTH);
  let c = number % WIDTH;
  let head = c / (WIDTH / HEADS);
  let node = structure[i];
  let last = node.y - 1;
  let query = projection(i, QUERY, c);
  let slope = dy[number];
  let own = u32(last) * 2u * HEADS + head;
  let share = (beta[own] * query + beta[own + HEADS] * slope) / f32(last - node.x);
  var sum = 0.0f;
  for (var k = node.x; k < last; k++) {
    let edge = entry(k).z;
    let at = u32(k) * 2u * HEADS + head;
    let gradient = beta[at] * query + beta[at + HEADS] * slope + share;
    if (edge >= 0) { de[place(edge, c)] = gradient; } else { sum += gradient; }
  }
  dvirtual[number] = sum;
}
