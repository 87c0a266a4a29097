import { scratchBytes } from './cost.ts';
import type { Program, Statement } from './program.ts';
import { packTables } from './tables.ts';
import type { HostProgram } from './write-closures.ts';
import { wasmExport, writeWasm } from './write-wasm.ts';

/**
 * A program of integers as WebAssembly for the host, over rows that are copied in and out.
 *
 * @param otherwise the same program, for calls that are of more than one row
 * @throws (rejects) where the program has Floats, which are float64 on the host, or more than three parameters, or where
 *   the system compiles nothing
 */
export async function wasmHostProgram(program: Program, otherwise: HostProgram): Promise<HostProgram> {
  if (!isOfIntegers(program)) throw new Error('The program stays as closures.');
  const { buffers } = program;
  const tables = packTables(program.tables);
  let end = 0;
  const take = (numbers: number) => {
    const address = 4 * end;
    end += numbers;
    return address;
  };
  const addresses = buffers.map(({ width }) => take(width));
  const tableAddress = tables ? take(tables.length) : -1;
  const scratch = take(scratchBytes(program) / 4);
  const memory = new WebAssembly.Memory({ initial: Math.ceil((4 * end + 1) / 65_536) });
  const words = new Int32Array(memory.buffer);
  if (tables) words.set(tables, tableAddress / 4);
  const bytes = writeWasm(program, {
    sharedMemory: false,
    rows: buffers.map(() => 1),
    places: { buffers: addresses, tables: tableAddress, scratch },
  });
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
  const rows = instance.exports[wasmExport] as (...numbers: number[]) => number;
  const widths = buffers.map(({ width }) => width);
  const isWritten = buffers.map(({ access }) => access !== 'read');

  // Without a rest parameter, which would be an array for every call.
  return (given, n = 0, a = 0, b = 0, c = 0) => {
    let at = 0;
    for (let i = 0; i < given.length; i++) {
      const numbers = given[i];
      if (numbers.length !== widths[i] || n !== 0) return otherwise(given, n, a, b, c);
      for (let j = 0; j < numbers.length; j++) words[at + j] = numbers[j];
      at += numbers.length;
    }
    const result = rows(0, 1, a, b, c);
    at = 0;
    for (let i = 0; i < given.length; i++) {
      const numbers = given[i];
      if (isWritten[i]) for (let j = 0; j < numbers.length; j++) numbers[j] = words[at + j];
      at += numbers.length;
    }
    return result;
  };
}

function isOfIntegers({ buffers, body, locals, parameters, result }: Program): boolean {
  const isInteger = (statements: readonly Statement[]): boolean =>
    statements.every((statement) => {
      if (statement.kind === 'let') return statement.value.type !== 'float';
      if (statement.kind === 'when') return isInteger(statement.body) && isInteger(statement.otherwise);
      if (statement.kind === 'repeat') return isInteger(statement.body);
      return true;
    });
  return (
    parameters.length <= 3 &&
    result?.type !== 'float' &&
    buffers.every(({ dtype }) => dtype === 'i32') &&
    locals.every((type) => type !== 'float') &&
    isInteger(body)
  );
}
