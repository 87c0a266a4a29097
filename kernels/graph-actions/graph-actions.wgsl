// The numbers of graphs, nodes, edges and pairs of nodes as rows of actions (src/ops/graph-actions.ts). observation:
// [N, P]; offsets: [G + 1]; y: [N, ACTIONS]. Behind the groups (graph-actions.webgpu.ts). An invocation for each number
// of y, 64 to a workgroup.

@group(0) @binding(2) var<storage, read_write> y: array<f32>;

fn number_at(graph: i32, action: i32) -> f32 {
  let row = (i32(row_start()) + graph) * P;
  let nodes = observation[row];
  let first = offsets[graph];
  var start = 0;
  for (var i = 0; i < GROUP_COUNT; i++) {
    let group = GROUPS[i];
    let place = action - start;
    start += group.max * group.width;
    if (action >= start) { continue; }
    let element = place / group.width;
    let k = place % group.width;
    if (group.kind == GRAPH) { return graph_load(graph, group.column + k); }
    if (group.kind == NODE) {
      if (element >= nodes) { return 0.0f; }
      return node_load(first + element, group.column + k);
    }
    var members = vec2i();
    if (group.kind == EDGE) {
      if (element >= observation[row + 1]) { return 0.0f; }
      let at = row + EDGES + element * EDGE_SIZE;
      members = vec2i(observation[at], observation[at + 1]);
    } else {
      members = pair(element);
      if (members.y >= nodes) { return 0.0f; }
    }
    return node_load(first + members.x, group.column + k) + node_load(first + members.y, group.second + k);
  }
  return 0.0f;
}

// The nodes u < v of the pair of number v (v - 1) / 2 + u.
fn pair(element: i32) -> vec2i {
  var v = 1;
  while (v * (v + 1) / 2 <= element) { v++; }
  return vec2i(element - v * (v - 1) / 2, v);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let number = id.y * groups.x * 64u + id.x;
  if (number >= row_count() * ACTIONS) { return; }
  y[row_start() * ACTIONS + number] = number_at(i32(number / ACTIONS), i32(number % ACTIONS));
}
