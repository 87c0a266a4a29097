// The structure of graphs (src/ops/graph-structure.ts): structure[i] is node i's (first entry, entry behind the last,
// first edge, graph); structure[NODES + k] is entry k's (source, target, edge or -1 or -2, entry that leads back). The
// last entry of a node is its loop.

override NODES: u32;
override WIDTH: u32;

@group(0) @binding(0) var<storage, read_write> structure: array<vec4i>;

fn entry(k: i32) -> vec4i { return structure[NODES + u32(k)]; }

// Where number c of a row of WIDTH numbers stands.
fn place(row: i32, c: u32) -> u32 { return u32(row) * WIDTH + c; }
