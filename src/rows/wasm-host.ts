import { functions } from './functions.ts';
import type { BufferDeclaration, CellsDeclaration, Program, ValueType } from './program.ts';
import { refusal } from './recording.ts';
import type { HostProgram } from './write-closures.ts';
import { wasmExport, writeWasm } from './write-wasm.ts';

/** The maximum number of parameters in a call of a program on the host. */
const maxParameters = 3;

/** The packed rows of a buffer, with Floats as float64, as always on the host. */
export type HostRows = Int32Array | Float64Array;

/** A program over rows in WebAssembly's memory. */
export interface RowsOverWasm {
  readonly buffers: readonly HostRows[];
  /** Computes rows 0 .. count - 1; returns the result of the last one. */
  run(count: number, a?: number, b?: number, c?: number): number;
}

/**
 * Compiles a program to WebAssembly for the host, over `rows` rows: each call of the returned function makes new rows.
 * Results equal those of its closures: Floats in float64, exp and log from the library.
 *
 * @throws if the program has more than three parameters, or the system forbids compiling
 */
export function compileOverRows(program: Program, rows: number): () => RowsOverWasm {
  const { buffers, cells, tables, parameters } = program;
  if (parameters.length > maxParameters) throw refusal(program, 'it has more parameters than a call hands over.');
  let end = 0;
  const take = (type: ValueType, numbers: number) => {
    const address = end;
    end += 8 * Math.ceil((numbers * bytesOf(type)) / 8);
    return address;
  };
  const addresses = buffers.map(({ dtype, width }) => take(dtype === 'f32' ? 'float' : 'int', rows * width));
  const tableAddresses = tables.map(({ data }) => take(data instanceof Float32Array ? 'float' : 'int', data.length));
  const cellAddresses = cells.map(({ type, length }: CellsDeclaration) => take(type, length));
  const bytes = writeWasm(program, {
    sharedMemory: false,
    rows: buffers.map(() => rows),
    places: { buffers: addresses, tables: tableAddresses, cells: cellAddresses },
  });
  const module = new WebAssembly.Module(bytes);
  return () => {
    const memory = new WebAssembly.Memory({ initial: Math.ceil((end + 1) / 65_536) });
    tables.forEach(({ data, exact }, i) => {
      if (data instanceof Int32Array) new Int32Array(memory.buffer, tableAddresses[i], data.length).set(data);
      else new Float64Array(memory.buffer, tableAddresses[i], data.length).set(exact ?? data);
    });
    const env = { memory, exp: functions.exp.forms.float.host, log: functions.log.forms.float.host };
    const { exports } = new WebAssembly.Instance(module, { env });
    const compute = exports[wasmExport] as (...numbers: number[]) => number;
    return {
      buffers: buffers.map(({ dtype, width }: BufferDeclaration, i) =>
        dtype === 'f32'
          ? new Float64Array(memory.buffer, addresses[i], rows * width)
          : new Int32Array(memory.buffer, addresses[i], rows * width),
      ),
      run: (count, a = 0, b = 0, c = 0) => compute(0, count, a, b, c),
    };
  };
}

/**
 * The same for calls of one row, which is copied in and out.
 * @param otherwise the same program, for calls with more than one row
 */
export function wasmHostProgram(program: Program, otherwise: HostProgram): HostProgram {
  const { buffers: areas, run } = compileOverRows(program, 1)();
  const isWritten = program.buffers.map(({ access }) => access !== 'read');
  // Without a rest parameter, which would be an array for every call.
  return (given, n = 0, a = 0, b = 0, c = 0) => {
    for (let i = 0; i < given.length; i++) {
      const [numbers, area] = [given[i], areas[i]];
      if (numbers.length !== area.length || n !== 0) return otherwise(given, n, a, b, c);
      for (let j = 0; j < numbers.length; j++) area[j] = numbers[j];
    }
    const result = run(1, a, b, c);
    for (let i = 0; i < given.length; i++) {
      const [numbers, area] = [given[i], areas[i]];
      if (isWritten[i]) for (let j = 0; j < numbers.length; j++) numbers[j] = area[j];
    }
    return result;
  };
}

const bytesOf = (type: ValueType): number => (type === 'float' ? 8 : 4);
