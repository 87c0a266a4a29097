// y = (x - mean) r with r = 1 / sqrt(variance + EPSILON), over stretches of neighbouring numbers: a row of x for layer
// norm, all rows of a segment for graph norm. `stretch_count` and `stretch` (in front) say which.
// LANES invocations to a stretch (lanes.wgsl, in front). The variance is summed around the mean, in a second pass: in
// float32 the difference of two sums of squares would lose it.

override EPSILON: f32;
// Squares are of multiples of it: see norm.assembly.ts.
const SMALL = 0x1p-44f;

@group(0) @binding(0) var<storage, read_write> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(LANE_WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) t: u32,
) {
  let number = (group.y * groups.x + group.x) * (LANE_WORKGROUP / LANES) + t / LANES;
  var bounds = vec2u();
  if (number < stretch_count()) { bounds = stretch(number); }
  let size = f32(max(bounds.y - bounds.x, 1u));
  let first = bounds.x + t % LANES;

  var sum = 0.0f;
  for (var i = first; i < bounds.y; i += LANES) { sum += x[i]; }
  let mean = sum_over_lanes(sum, t) / size;

  let unit = select(1.0f, SMALL, EPSILON >= 0x1p-36f);
  var squares = 0.0f;
  for (var i = first; i < bounds.y; i += LANES) {
    let difference = x[i] - mean;
    squares += (difference * unit) * (difference * unit);
  }
  let r = unit / sqrt(sum_over_lanes(squares, t) / size + EPSILON * unit * unit);

  for (var i = first; i < bounds.y; i += LANES) { y[i] = (x[i] - mean) * r; }
}
