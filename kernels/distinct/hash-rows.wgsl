// A hash of each row in use, to sort them by. x: [N, WIDTH]; keys, rows: [rows in use].
// Multiplied and folded number by number; the constants are those of MurmurHash3's finalizer (Appleby).

override WIDTH: u32;

@group(0) @binding(0) var<storage, read_write> x: array<u32>;
@group(0) @binding(1) var<storage, read_write> keys: array<u32>;
@group(0) @binding(2) var<storage, read_write> rows: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= row_count()) { return; }
  let n = row_start() + i;
  var h = 0u;
  for (var k = 0u; k < WIDTH; k++) {
    h = (h ^ x[n * WIDTH + k]) * 0x85ebca6bu;
    h ^= h >> 15u;
  }
  h *= 0xc2b2ae35u;
  keys[i] = h ^ (h >> 16u);
  rows[i] = n;
}
