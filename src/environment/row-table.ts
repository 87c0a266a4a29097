/** Rows of int32 numbered in the order of insertion, with lookup by contents. */
export interface RowTable {
  readonly count: number;
  /** The number of a row; -1 if it is missing. */
  find(row: Int32Array): number;
  /** Adds a new row, and returns its number. */
  add(row: Int32Array): number;
  /** Writes the row with this number. */
  read(number: number, into: Int32Array): void;
}

/**
 * The maximum memory for a row of `size` numbers in a table: the row and its slots, each doubled as the table grows.
 */
export function bytesOfRow(size: number): number {
  return 2 * 4 * size + 4 * 4;
}

/** A growing table of rows of `size` numbers; a hash table with open addressing. */
export function rowTable(size: number): RowTable {
  let rows = new Int32Array(64 * size);
  let slots = new Int32Array(128).fill(-1);
  let count = 0;

  const isAt = (number: number, row: Int32Array): boolean => {
    for (let i = 0, at = number * size; i < size; i++) if (rows[at + i] !== row[i]) return false;
    return true;
  };
  /** The slot of the row, or the free one where it belongs. */
  const slotOf = (row: Int32Array): number => {
    const last = slots.length - 1;
    let slot = hash(row) & last;
    while (slots[slot] >= 0 && !isAt(slots[slot], row)) slot = (slot + 1) & last;
    return slot;
  };
  const grow = (): void => {
    const wider = new Int32Array(2 * rows.length);
    wider.set(rows);
    rows = wider;
    slots = new Int32Array(2 * slots.length).fill(-1);
    for (let number = 0; number < count; number++) {
      slots[slotOf(rows.subarray(number * size, (number + 1) * size))] = number;
    }
  };

  return {
    get count() {
      return count;
    },
    find: (row) => slots[slotOf(row)],
    add(row) {
      // At most half of the slots are in use.
      if ((count + 1) * size > rows.length) grow();
      slots[slotOf(row)] = count;
      rows.set(row, count * size);
      return count++;
    },
    read(number, into) {
      for (let i = 0; i < size; i++) into[i] = rows[number * size + i];
    },
  };
}

function hash(row: Int32Array): number {
  let sum = 0x9e3779b9 | 0;
  for (let i = 0; i < row.length; i++) {
    sum = Math.imul(sum ^ row[i], 0x85ebca6b);
    sum ^= sum >>> 15;
  }
  return Math.imul(sum, 0xc2b2ae35) ^ (sum >>> 13);
}
