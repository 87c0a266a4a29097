// Keys and their rows, ordered by one digit of 8 bits, those of one digit in the order they were in. keys, rows, keys_to,
// rows_to: [N]; table: [256, BLOCKS], where the next key of a digit and a block goes.
// An invocation owns a block of 256 keys, whose places no other has.

override SHIFT: u32;
override BLOCKS: u32;

@group(0) @binding(0) var<storage, read_write> keys: array<u32>;
@group(0) @binding(1) var<storage, read_write> rows: array<u32>;
@group(0) @binding(2) var<storage, read_write> keys_to: array<u32>;
@group(0) @binding(3) var<storage, read_write> rows_to: array<u32>;
@group(0) @binding(4) var<storage, read_write> table: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let block = id.y * groups.x * 64u + id.x;
  if (block >= BLOCKS) { return; }
  let end = min(256u * (block + 1u), row_count());
  for (var i = 256u * block; i < end; i++) {
    let at = ((keys[i] >> SHIFT) & 255u) * BLOCKS + block;
    let to = table[at];
    table[at] = to + 1u;
    keys_to[to] = keys[i];
    rows_to[to] = rows[i];
  }
}
