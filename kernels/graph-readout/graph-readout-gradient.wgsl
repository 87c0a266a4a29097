// dx of a node of graph g is dy[g, 0 .. WIDTH - 1] / (nodes of g), of the last node dy[g, WIDTH ..]. dy: [GRAPHS,
// 2 WIDTH]; offsets: [GRAPHS + 1]; dx: [nodes, WIDTH]. An invocation for each column of dx in each graph, 64 to a
// workgroup; graphs without nodes are not in use.

override WIDTH: u32;
override GRAPHS: u32;

@group(0) @binding(0) var<storage, read_write> dy: array<f32>;
@group(0) @binding(1) var<storage, read_write> offsets: array<i32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let number = id.y * groups.x * 64u + id.x;
  if (number >= GRAPHS * WIDTH) { return; }
  let g = number / WIDTH;
  let c = number % WIDTH;
  let first = u32(offsets[g]);
  let end = u32(offsets[g + 1u]);
  if (first == end) { return; }
  let virtual_node = end - 1u;
  let share = dy[2u * g * WIDTH + c] / f32(virtual_node - first);
  for (var i = first; i < virtual_node; i++) { dx[i * WIDTH + c] = share; }
  dx[virtual_node * WIDTH + c] = dy[(2u * g + 1u) * WIDTH + c];
}
