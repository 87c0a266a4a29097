// How often each digit of 8 bits occurs in each block of 256 keys. keys: [N]; table: [256, BLOCKS].
// An invocation owns a block and counts in its own column of the table, so nobody waits and nothing is atomic.

override SHIFT: u32;
override BLOCKS: u32;

@group(0) @binding(0) var<storage, read_write> keys: array<u32>;
@group(0) @binding(1) var<storage, read_write> table: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let block = id.y * groups.x * 64u + id.x;
  if (block >= BLOCKS) { return; }
  for (var digit = 0u; digit < 256u; digit++) { table[digit * BLOCKS + block] = 0u; }
  let end = min(256u * (block + 1u), row_count());
  for (var i = 256u * block; i < end; i++) { table[((keys[i] >> SHIFT) & 255u) * BLOCKS + block]++; }
}
