// Where the keys of each digit and block go: for each number of the table, the sum of those before it. table: [SIZE].
// One workgroup (prefix-sum.wgsl, in front), each invocation owning a stretch.

override SIZE: u32;

@group(0) @binding(0) var<storage, read_write> table: array<u32>;

@compute @workgroup_size(SCAN_SIZE)
fn main(@builtin(local_invocation_index) t: u32) {
  let stretch = (SIZE + SCAN_SIZE - 1u) / SCAN_SIZE;
  let first = min(t * stretch, SIZE);
  let end = min((t + 1u) * stretch, SIZE);
  var sum = 0u;
  for (var i = first; i < end; i++) { sum += table[i]; }
  var place = prefix_sum(sum, t).x;
  for (var i = first; i < end; i++) {
    let count = table[i];
    table[i] = place;
    place += count;
  }
}
