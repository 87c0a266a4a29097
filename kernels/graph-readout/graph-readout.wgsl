// y[g] = [the mean of x over all nodes of g but the last ; x of the last]. x: [nodes, WIDTH]; offsets: [G + 1];
// y: [G, 2 WIDTH]. An invocation for each column of x in each graph, 64 to a workgroup: graphs are small.

override WIDTH: u32;

@group(0) @binding(0) var<storage, read_write> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> offsets: array<i32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let number = id.y * groups.x * 64u + id.x;
  if (number >= row_count() * WIDTH) { return; }
  let g = row_start() + number / WIDTH;
  let c = number % WIDTH;
  let first = u32(offsets[g]);
  let virtual_node = u32(offsets[g + 1u]) - 1u;
  var sum = 0.0f;
  for (var i = first; i < virtual_node; i++) { sum += x[i * WIDTH + c]; }
  y[2u * g * WIDTH + c] = sum / f32(virtual_node - first);
  y[(2u * g + 1u) * WIDTH + c] = x[virtual_node * WIDTH + c];
}
