// The gradients of the values that rows of actions are made of (graph-actions.wgsl), from dy: [N, ACTIONS]. An
// invocation for each column of the values of graphs and of nodes, in each graph, 64 to a workgroup: it alone writes
// that column of the graph and of all its nodes, so sums are made in the order of the actions.

@group(0) @binding(2) var<storage, read_write> dy: array<f32>;

fn add_to(node: i32, column: i32, value: f32) {
  node_store(node, column, node_load(node, column) + value);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let number = id.y * groups.x * 64u + id.x;
  let columns = GRAPH_WIDTH + NODE_WIDTH;
  if (number >= row_count() * columns) { return; }
  let graph = i32(number / columns);
  let of_node = number % columns >= GRAPH_WIDTH;
  let column = i32(number % columns) - select(0, i32(GRAPH_WIDTH), of_node);
  let row = (i32(row_start()) + graph) * P;
  let nodes = observation[row];
  let first = offsets[graph];
  var of_graph = 0.0f;
  if (of_node) {
    // One node more: the virtual one.
    for (var u = 0; u <= nodes; u++) { node_store(first + u, column, 0.0f); }
  }
  var start = (i32(row_start()) + graph) * i32(ACTIONS);
  for (var i = 0; i < GROUP_COUNT; i++) {
    let group = GROUPS[i];
    let k = column - group.column;
    let k_second = column - group.second;
    let is_column = k >= 0 && k < group.width;
    let is_second = k_second >= 0 && k_second < group.width;
    if (group.kind == GRAPH) {
      if (!of_node && is_column) { of_graph += dy[start + k]; }
    } else if (of_node) {
      if (group.kind == NODE && is_column) {
        for (var u = 0; u < nodes; u++) { add_to(first + u, column, dy[start + u * group.width + k]); }
      }
      if (group.kind == EDGE && (is_column || is_second)) {
        for (var j = 0; j < observation[row + 1]; j++) {
          let at = row + EDGES + j * EDGE_SIZE;
          let from_action = start + j * group.width;
          if (is_column) { add_to(first + observation[at], column, dy[from_action + k]); }
          if (is_second) { add_to(first + observation[at + 1], column, dy[from_action + k_second]); }
        }
      }
      if (group.kind == PAIR && (is_column || is_second)) {
        var from_action = start;
        for (var v = 1; v < nodes; v++) {
          for (var u = 0; u < v; u++) {
            if (is_column) { add_to(first + u, column, dy[from_action + k]); }
            if (is_second) { add_to(first + v, column, dy[from_action + k_second]); }
            from_action += group.width;
          }
        }
      }
    }
    start += group.max * group.width;
  }
  if (!of_node) { graph_store(graph, column, of_graph); }
}
