// y[0] = how many numbers of x, WIDTH in each row in use, are infinite or NaN: those whose exponent bits are all set. x
// is read as bits, since WGSL may assume that floats are finite. One workgroup, of the largest size, so that a single
// launch counts: it is meant for finding errors, not for speed.

override WIDTH: u32;
const SIZE = 256u;
const EXPONENT = 0x7f800000u;

@group(0) @binding(0) var<storage, read_write> x: array<u32>;
@group(0) @binding(1) var<storage, read_write> y: array<i32>;

var<workgroup> found: array<i32, SIZE>;

@compute @workgroup_size(SIZE)
fn main(@builtin(local_invocation_index) t: u32) {
  let first = row_start() * WIDTH;
  let end = first + row_count() * WIDTH;
  var count = 0;
  for (var i = first + t; i < end; i += SIZE) { count += i32((x[i] & EXPONENT) == EXPONENT); }
  found[t] = count;
  for (var half = SIZE / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (t < half) { found[t] += found[t + half]; }
  }
  if (t == 0u) { y[0] = found[0]; }
}
