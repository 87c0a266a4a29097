// What the -split shaders of this folder have in common: too few tiles of 32 x 32 would leave a GPU idle, so the inner
// dimension is split within the workgroup. A block of 4 x 4 numbers of the result has PARTS invocations, each of which adds
// up its part of the inner dimension. LINES x QUADS blocks make a workgroup of 128 invocations, enough to hide the latency
// of reading. The partial sums are joined in the order of the parts, one row of all blocks after the other, through 2 KB of
// workgroup memory.

override PARTS: u32;
override LINES: u32;
override QUADS: u32;
override COLUMN_TILES: u32;
override SIZE = PARTS * LINES * QUADS;

var<workgroup> partial: array<vec4f, SIZE>;

// The sum of a value over the parts of a block, in their order, for the first of them.
fn sum_over_parts(value: vec4f, part: u32, t: u32) -> vec4f {
  partial[t] = value;
  workgroupBarrier();
  var sum = vec4f();
  if (part == 0u) {
    for (var p = 0u; p < PARTS; p++) { sum += partial[t + p * QUADS]; }
  }
  workgroupBarrier();
  return sum;
}
