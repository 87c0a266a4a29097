// dx = r (dy - mean(dy) - y mean(dy y)) over stretches of neighbouring numbers, with y = (x - mean) r the normalised x
// and r = 1 / sqrt(variance + EPSILON); see norm.wgsl, whose lanes and stretches these are. y is made anew from x:
// reading it would cost as much as the two passes that make it.

override EPSILON: f32;
// Squares are of multiples of it: see norm.assembly.ts.
const SMALL = 0x1p-44f;

@group(0) @binding(0) var<storage, read_write> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;

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
  var cotangents = 0.0f;
  for (var i = first; i < bounds.y; i += LANES) {
    sum += x[i];
    cotangents += dy[i];
  }
  let mean = sum_over_lanes(sum, t) / size;
  let mean_dy = sum_over_lanes(cotangents, t) / size;

  let unit = select(1.0f, SMALL, EPSILON >= 0x1p-36f);
  var squares = 0.0f;
  var products = 0.0f;
  for (var i = first; i < bounds.y; i += LANES) {
    let difference = x[i] - mean;
    squares += (difference * unit) * (difference * unit);
    products += difference * dy[i];
  }
  let r = unit / sqrt(sum_over_lanes(squares, t) / size + EPSILON * unit * unit);
  let mean_dy_y = sum_over_lanes(products, t) / size * r;

  for (var i = first; i < bounds.y; i += LANES) {
    dx[i] = r * (dy[i] - mean_dy - (x[i] - mean) * r * mean_dy_y);
  }
}
