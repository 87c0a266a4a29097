// Queries, keys, values and skip connections of nodes, one behind the other: [nodes, 4 WIDTH], each HEADS heads of
// WIDTH / HEADS channels.

override HEADS: u32;

const QUERY = 0;
const KEY = 1;
const VALUE = 2;
const SKIP = 3;

@group(0) @binding(3) var<storage, read_write> projections: array<f32>;

fn projection(node: i32, which: i32, c: u32) -> f32 { return projections[place(4 * node + which, c)]; }
