// y = sum or maximum of x over one axis. x is seen as [outer, LENGTH, INNER], y as [outer, INNER]; over rows
// (ROWS_REDUCED) x is [rows, INNER] and y [INNER].
//
// A workgroup makes COLUMNS neighbouring numbers of y with LANES invocations for each: every lane takes each LANES-th
// number in four independent running results, which hides the latency of reading, then a fixed tree joins the lanes.
// COLUMNS and LANES are chosen so that neighbours in a workgroup read neighbours in memory: lanes along the axis where
// INNER is 1, columns otherwise. Every number of y is written by the first lane of its column.

override LENGTH: u32;
override INNER: u32;
// Numbers of y for each row of x, if the rows are not reduced.
override PER_ROW: u32;
override ROWS_REDUCED: bool;
override MAXIMUM: bool;
override COLUMNS: u32;
override LANES: u32;

@group(0) @binding(0) var<storage, read_write> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

const LOWEST = -3.4028234663852886e38f;
var<workgroup> partial: array<f32, COLUMNS * LANES>;

fn join(a: f32, b: f32) -> f32 {
  if (MAXIMUM) { return max(a, b); }
  return a + b;
}

@compute @workgroup_size(COLUMNS * LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) t: u32,
) {
  let column = select(t % COLUMNS, t / LANES, INNER == 1u);
  let lane = select(t / COLUMNS, t % LANES, INNER == 1u);
  let place = (group.y * groups.x + group.x) * COLUMNS + column;

  var count = row_count() * PER_ROW;
  var output = row_start() * PER_ROW + place;
  var length = LENGTH;
  var first = (output / INNER) * LENGTH * INNER + output % INNER;
  if (ROWS_REDUCED) {
    count = INNER;
    output = place;
    length = row_count();
    first = row_start() * INNER + place;
  }
  if (place >= count) { length = 0u; }

  let none = select(0.0f, LOWEST, MAXIMUM);
  var a = none;
  var b = none;
  var c = none;
  var d = none;
  var l = lane;
  for (; l + 3u * LANES < length; l += 4u * LANES) {
    a = join(a, x[first + l * INNER]);
    b = join(b, x[first + (l + LANES) * INNER]);
    c = join(c, x[first + (l + 2u * LANES) * INNER]);
    d = join(d, x[first + (l + 3u * LANES) * INNER]);
  }
  for (; l < length; l += LANES) { a = join(a, x[first + l * INNER]); }
  partial[t] = join(join(a, b), join(c, d));

  let step = select(COLUMNS, 1u, INNER == 1u);
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) { partial[t] = join(partial[t], partial[t + half * step]); }
  }
  if (lane == 0u && place < count) { y[output] = partial[t]; }
}
