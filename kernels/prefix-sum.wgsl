// The sum of a value over the invocations before each one, in one workgroup of SCAN_SIZE: as many as there are numbers,
// up to 256, the largest that every device allows. All invocations must call it together: it contains barriers.

override SCAN_SIZE: u32;
var<workgroup> scanned: array<u32, SCAN_SIZE>;

// x: the sum over all invocations before t. y: the sum over all.
fn prefix_sum(value: u32, t: u32) -> vec2u {
  if (SCAN_SIZE == 1u) { return vec2u(0u, value); }
  scanned[t] = value;
  workgroupBarrier();
  for (var distance = 1u; distance < SCAN_SIZE; distance *= 2u) {
    var before = 0u;
    if (t >= distance) { before = scanned[t - distance]; }
    workgroupBarrier();
    scanned[t] += before;
    workgroupBarrier();
  }
  return vec2u(scanned[t] - value, scanned[SCAN_SIZE - 1u]);
}
