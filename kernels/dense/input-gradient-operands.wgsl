// dx = g w^T with g = dy * activation'(y), for product-split.wgsl and product-tiled.wgsl; `onward` (in front) ends it.
// g: [N, O]; w: [I, O]; dx: [N, I]; as matrices defined in front. The rows of w run along the inner dimension O, so that a
// block is four of them, and its product 4 dot products.

override COLUMNS: u32;

fn left(row: u32, k: u32) -> vec4f { return g_load(row, k); }

fn times(a: vec4f, b: Block) -> vec4f { return vec4f(dot(a, b.b0), dot(a, b.b1), dot(a, b.b2), dot(a, b.b3)); }
