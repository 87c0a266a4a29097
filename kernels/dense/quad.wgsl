// What the -quad kernels have in common: products on adapters emulated in software.
//
// Such an adapter runs a subgroup as one vector of the CPU, each component of a vec4f in a register of its own. A
// multiply-add is then one or two instructions, but reading memory is one for each invocation, with a check each:
// reading a vec4f takes as long as five to six multiply-adds, from workgroup memory as from storage, and a barrier
// suspends all invocations in turn. So these kernels have no workgroup memory, and read as little as they can.
//
// A workgroup makes 8 rows and four columns for each of its invocations, which have all 8 rows of their own columns in 8
// named vectors; more would leave the registers. All need the same numbers of the left matrix: of four invocations, a
// quad, each reads a quarter of them and hands it round (quad-together.wgsl); without subgroups each reads all of them
// (quad-apart.wgsl). A workgroup is one subgroup of the smallest size, so that the place in the subgroup alone says what
// is whose, and its rows follow from its number, so that no branch on them parts the subgroup.

const QUAD_ROWS = 8u;
override SIZE: u32;
override COLUMN_TILES: u32;

struct Quad {
  // The workgroup's first row, from the first in use.
  row: u32,
  // This invocation's columns, 4 four .. 4 four + 3.
  four: u32,
  lane: u32,
}

fn quad_of(group: vec3u, groups: vec3u, t: u32) -> Quad {
  let tile = group.y * groups.x + group.x;
  return Quad(tile / COLUMN_TILES * QUAD_ROWS, tile % COLUMN_TILES * SIZE + t, t % 4u);
}
