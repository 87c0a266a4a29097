/** Marks an empty slot. */
const empty: u32 = 0xffffffff;

/** Bytes of scratch space for as many rows: a table that they fill by at most half. */
export function distinctRowsScratch(rows: usize): usize {
  return tableSize(rows) << 2;
}

function tableSize(rows: usize): usize {
  let size: usize = 4;
  while (size < rows << 1) size <<= 1;
  return size;
}

/**
 * Numbers the distinct ones of the rows [begin, end) of x, each of `width` numbers of 32 bits: see distinctRows in
 * src/ops/distinct.ts. Rows are looked up by a hash of their bits in a table with open addressing; whatever it makes of
 * them, the numbers follow from the order of the rows alone.
 */
export function distinctRows(
  begin: usize,
  end: usize,
  width: usize,
  x: usize,
  after: usize,
  index: usize,
  first: usize,
  window: usize,
  total: usize,
  table: usize,
): void {
  const mask = tableSize(end - begin) - 1;
  memory.fill(table, 0xff, (mask + 1) << 2);
  const start = load<u32>(after) + load<u32>(after, 4);
  const bytes = width << 2;
  let next = start;
  for (let n = begin; n < end; n++) {
    const row = x + n * bytes;
    let at = <usize>hash(row, bytes) & mask;
    let found = empty;
    for (;;) {
      const entry = load<u32>(table + (at << 2));
      if (entry == empty) break;
      if (same(row, x + <usize>load<u32>(first + (<usize>entry << 2)) * bytes, bytes)) {
        found = entry;
        break;
      }
      at = (at + 1) & mask;
    }
    if (found == empty) {
      found = next++;
      store<u32>(table + (at << 2), found);
      store<u32>(first + (<usize>found << 2), <u32>n);
    }
    store<u32>(index + (n << 2), found);
  }
  store<u32>(window, start);
  store<u32>(window, next - start, 4);
  store<u32>(total, 0);
  store<u32>(total, next, 4);
}

/** Multiplied and folded number by number, with the constants of MurmurHash3's finalizer (Appleby). */
function hash(row: usize, bytes: usize): u32 {
  let h: u32 = 0;
  for (let at: usize = 0; at < bytes; at += 4) {
    h = (h ^ load<u32>(row + at)) * 0x85ebca6b;
    h ^= h >> 15;
  }
  h *= 0xc2b2ae35;
  return h ^ (h >> 16);
}

function same(a: usize, b: usize, bytes: usize): bool {
  for (let at: usize = 0; at < bytes; at += 4) if (load<u32>(a + at) != load<u32>(b + at)) return false;
  return true;
}
