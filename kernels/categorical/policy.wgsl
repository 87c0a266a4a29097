// Masked log-softmax of a row of logits, shared by the kernels that follow it. LANES invocations hold a row
// (lanes.wgsl, in front); lane l takes the actions l, l + LANES, ... Actions whose mask is 0 are skipped rather than
// set to a large negative number, so a row without any allowed action is an empty sum. The kernels bind `logits` and
// `mask`, both [N, ACTIONS]; `old_logit` is defined in front, since an override constant cannot remove a buffer.

override ACTIONS: u32;
const LOWEST = -3.4028234663852886e38f;

struct Row {
  number: u32,
  // Where its numbers begin.
  first: u32,
  // This lane's first action, and the end of the actions: 0 past the last row in use, so that all loops are empty.
  lane: u32,
  end: u32,
}

fn row_of(group: vec3u, groups: vec3u, t: u32) -> Row {
  let place = (group.y * groups.x + group.x) * (LANE_WORKGROUP / LANES) + t / LANES;
  let number = row_start() + place;
  return Row(number, number * ACTIONS, t % LANES, select(0u, ACTIONS, place < row_count()));
}

fn logit_at(place: u32, old: bool) -> f32 {
  if (old) { return old_logit(place); }
  return logits[place];
}

// The largest allowed logit, and the logarithm of the sum of exponentials relative to it.
fn normaliser(row: Row, old: bool, t: u32) -> vec2f {
  var largest = LOWEST;
  for (var a = row.lane; a < row.end; a += LANES) {
    if (mask[row.first + a] != 0) { largest = max(largest, logit_at(row.first + a, old)); }
  }
  largest = max_over_lanes(largest, t);
  var total = 0.0f;
  for (var a = row.lane; a < row.end; a += LANES) {
    if (mask[row.first + a] != 0) { total += exp(logit_at(row.first + a, old) - largest); }
  }
  // At least 1 where any action is allowed: the largest logit's own.
  return vec2f(largest, log(max(sum_over_lanes(total, t), 1.0f)));
}

// log pi(a) of an allowed action.
fn log_probability_at(place: u32, old: bool, by: vec2f) -> f32 {
  return logit_at(place, old) - by.x - by.y;
}

// H(pi) = -sum of pi log pi.
fn entropy_of(row: Row, by: vec2f, t: u32) -> f32 {
  var sum = 0.0f;
  for (var a = row.lane; a < row.end; a += LANES) {
    if (mask[row.first + a] == 0) { continue; }
    let l = log_probability_at(row.first + a, false, by);
    sum -= exp(l) * l;
  }
  return sum_over_lanes(sum, t);
}

// KL(pi || old) = sum of pi (log pi - log old).
fn divergence_of(row: Row, by: vec2f, old_by: vec2f, t: u32) -> f32 {
  var sum = 0.0f;
  for (var a = row.lane; a < row.end; a += LANES) {
    if (mask[row.first + a] == 0) { continue; }
    let l = log_probability_at(row.first + a, false, by);
    sum += exp(l) * (l - log_probability_at(row.first + a, true, old_by));
  }
  return sum_over_lanes(sum, t);
}
