import { scratchBytes } from '../../src/rows/cost.ts';
import type { HostNumbers, Program } from '../../src/rows/index.ts';
import { packTables } from '../../src/rows/tables.ts';
import { wasmExport, writeWasm } from '../../src/rows/write-wasm.ts';

/** Runs a program's WebAssembly over `count` rows of these buffers, which it changes. */
export async function runWasm(program: Program, buffers: readonly HostNumbers[], count: number): Promise<void> {
  const tables = packTables(program.tables);
  const blocks = [...buffers, ...(tables ? [tables] : [])];
  const addresses: number[] = [];
  let end = 0;
  for (const { length } of blocks) {
    addresses.push(end);
    end += 4 * length;
  }
  const memory = new WebAssembly.Memory({ initial: Math.ceil((end + scratchBytes(program)) / 65_536) + 1 });
  const viewOf = (numbers: HostNumbers, address: number) =>
    numbers instanceof Int32Array
      ? new Int32Array(memory.buffer, address, numbers.length)
      : new Float32Array(memory.buffer, address, numbers.length);
  blocks.forEach((numbers, i) => {
    viewOf(numbers, addresses[i]).set(numbers);
  });
  const rows = buffers.map(({ length }, i) => length / program.buffers[i].width);
  const bytes = writeWasm(program, { sharedMemory: false, rows });
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
  const run = instance.exports[wasmExport] as (...numbers: number[]) => void;
  run(0, count, ...addresses.slice(0, buffers.length), tables ? addresses[buffers.length] : -1, end);
  buffers.forEach((numbers, i) => {
    numbers.set(viewOf(numbers, addresses[i]));
  });
}
