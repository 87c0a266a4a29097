// The first of `count` sorted keys that is at least `key`; keys is declared behind.
fn lower_bound(key: u32, count: u32) -> u32 {
  var low = 0u;
  var high = count;
  while (low < high) {
    let middle = (low + high) / 2u;
    if (keys[middle] < key) { low = middle + 1u; } else { high = middle; }
  }
  return low;
}
