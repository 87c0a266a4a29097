// y = activation(x w + b), for product-split.wgsl and product-tiled.wgsl. x: [N, I]; w: [I, O]; b: [1, O]; y: [N, O], as
// matrices defined in front. A block is four rows of w.

fn left(row: u32, k: u32) -> vec4f { return x_load(row, k); }

fn times(a: vec4f, b: Block) -> vec4f { return a.x * b.b0 + a.y * b.b1 + a.z * b.b2 + a.w * b.b3; }

fn finish(row: u32, column: u32, sum: vec4f) { y_store(row, column, activate(sum + b_load(0u, column))); }
