// Features of the edges of graphs, WIDTH numbers each: e: [edges, WIDTH]; those of all virtual edges: [WIDTH]. A loop's
// are the mean of those of the other entries that lead to its node.

@group(0) @binding(1) var<storage, read_write> e: array<f32>;
@group(0) @binding(2) var<storage, read_write> virtual_features: array<f32>;

// Feature c of an entry that is no loop.
fn feature(entry: vec4i, c: u32) -> f32 {
  if (entry.z >= 0) { return e[place(entry.z, c)]; }
  return virtual_features[c];
}

// Feature c of a node's loop.
fn loop_feature(node: vec4i, c: u32) -> f32 {
  let last = node.y - 1;
  var sum = 0.0f;
  for (var k = node.x; k < last; k++) { sum += feature(entry(k), c); }
  return sum / f32(last - node.x);
}
