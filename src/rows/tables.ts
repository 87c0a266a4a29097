import type { TableData } from './program.ts';

/** Packs tables as 32-bit words, as programs carry them to devices. Undefined if there are none. */
export function packTables(tables: readonly TableData[]): Int32Array | undefined {
  if (tables.length === 0) return undefined;
  const offsets = tableOffsets(tables);
  const last = tables.length - 1;
  const words = new Int32Array(offsets[last] + tables[last].data.length);
  tables.forEach(({ data }, i) => {
    words.set(new Int32Array(data.buffer, data.byteOffset, data.length), offsets[i]);
  });
  return words;
}

/** The offset of each table in the packed ones, in words. */
export function tableOffsets(tables: readonly TableData[]): number[] {
  let end = 0;
  return tables.map(({ data }) => {
    const start = end;
    end += data.length;
    return start;
  });
}
