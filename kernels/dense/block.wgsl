// The block of the right-hand matrix that an invocation reads at once: four numbers along the inner dimension for each
// of four columns, as four vectors. Named, since an indexed array would leave the registers.

struct Block {
  b0: vec4f,
  b1: vec4f,
  b2: vec4f,
  b3: vec4f,
}
