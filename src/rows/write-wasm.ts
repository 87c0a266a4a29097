import { formOf } from './functions.ts';
import type { Program, Statement, Value } from './program.ts';
import { refusal } from './recording.ts';
import { tableOffsets } from './tables.ts';
import { wasmFunctions } from './wasm-functions.ts';
import {
  assembleModule,
  float32Bytes,
  float64Bytes,
  signed,
  unsigned,
  type WasmFunction,
  wasmTypes,
} from './wasm-module.ts';

export interface WasmOptions {
  /** Whether the memory it imports is shared between threads. */
  readonly sharedMemory: boolean;
  /** The number of rows of each buffer, to which row numbers are clamped. */
  readonly rows: readonly number[];
  /** For the host: the addresses of everything, which then are not parameters of the function. */
  readonly places?: WasmPlaces | undefined;
}

/**
 * Fixed byte addresses of each buffer, table and array of cells. The program is then for the host: Floats are float64
 * everywhere, exp and log are imported from `env`, and the function returns the result of the last row, a Bool as 0 or
 * 1; 0 if there is none.
 */
export interface WasmPlaces {
  readonly buffers: readonly number[];
  readonly tables: readonly number[];
  readonly cells: readonly number[];
}

/** The export of a program's module. */
export const wasmExport = 'rows';

/**
 * A program as a WebAssembly module over `env.memory`, with one function:
 *
 *   rows(begin, end, buffer 0, buffer 1, ..., parameter 0, ..., tables, scratch)
 *
 * It computes rows begin .. end - 1. Buffers and the packed tables are byte addresses; `scratch` points to
 * `scratchBytes` that no concurrent call uses.
 *
 * For the host, see `WasmPlaces`.
 *
 * @throws if the program has a result and is not for the host: on a device, results are written to buffers
 */
export function writeWasm(
  program: Program,
  { sharedMemory, rows, places: fixed }: WasmOptions,
): Uint8Array<ArrayBuffer> {
  const { result } = program;
  if (result && !fixed) {
    throw refusal(program, 'it has a result, which a device has no place for. Write it to a buffer.');
  }
  const offsets = tableOffsets(program.tables);
  const cellOffsets = offsetsOf(program.cells.map(({ length }) => length));
  const [float, bytesOfFloat] = fixed ? [wasmTypes.f64, 8] : [wasmTypes.f32, 4];
  const called: (keyof typeof wasmFunctions)[] = [];

  // Parameters of the function, then its locals.
  const pointers = 2;
  const parameterBase = pointers + (fixed ? 0 : program.buffers.length);
  const tables = parameterBase + program.parameters.length;
  const scratch = tables + 1;
  const parameterCount = fixed ? tables : scratch + 1;
  const locals: number[] = [];
  const newLocal = (type: number) => parameterCount + locals.push(type) - 1;
  const typeOf = (type: Value['type']) => (type === 'float' ? float : wasmTypes.i32);
  const [begin, end, row] = [0, 1, newLocal(wasmTypes.i32)];
  const variables = program.locals.map((type) => newLocal(typeOf(type)));
  const places = new Map<Value, number>();
  const placeOf = (value: Value): number => {
    if (value.kind === 'row') return row;
    const known = places.get(value);
    if (known !== undefined) return known;
    const place = newLocal(typeOf(value.type));
    places.set(value, place);
    return place;
  };

  const get = (local: number) => [0x20, ...unsigned(local)];
  const set = (local: number) => [0x21, ...unsigned(local)];
  const i32 = (number: number) => [0x41, ...signed(number)];
  const pointerTo = (buffer: number) => (fixed ? i32(fixed.buffers[buffer]) : get(pointers + buffer));
  const operand = (value: Value): number[] => {
    if (value.kind !== 'constant') return get(placeOf(value));
    if (value.type !== 'float') return i32(value.number);
    return fixed ? [0x44, ...float64Bytes(value.number)] : [0x43, ...float32Bytes(value.number)];
  };

  // The address of a buffer's row is computed once, where the row's number is.
  const rowsUsed = rowsOf(program);
  const starts = new Map<Value, Map<number, number>>();
  const startOf = (buffer: number, ofRow: Value): number => {
    const known = starts.get(ofRow)?.get(buffer);
    if (known === undefined) throw new Error(`No address of buffer ${buffer} is known. This is a bug in flowtape.`);
    return known;
  };
  const computeStarts = (ofRow: Value): number[] => {
    const found = new Map<number, number>();
    starts.set(ofRow, found);
    return [...(rowsUsed.get(ofRow) ?? [])].flatMap((buffer) => {
      const start = newLocal(wasmTypes.i32);
      found.set(buffer, start);
      const held =
        ofRow.kind === 'row' ? get(row) : [...least(greatest(operand(ofRow), i32(0)), i32(rows[buffer] - 1))];
      const { dtype, width } = program.buffers[buffer];
      const bytes = width * (dtype === 'f32' ? bytesOfFloat : 4);
      return [...pointerTo(buffer), ...held, ...i32(bytes), 0x6c, 0x6a, ...set(start)];
    });
  };
  // Both operands are read twice at no cost: they are locals and constants, unless one is a sequence.
  const spare = newLocal(wasmTypes.i32);
  const greatest = (a: number[], b: number[]) => [...a, ...b, ...a, ...b, 0x4a, 0x1b];
  const least = (a: number[], b: number[]) => [
    ...a,
    ...set(spare),
    ...get(spare),
    ...b,
    ...get(spare),
    ...b,
    0x48,
    0x1b,
  ];

  /** The address of a number, as code and as the constant to add to it. */
  const addressOf = (type: Value['type'], start: number[], offset: number, index: Value): Address => {
    const bytes = type === 'float' ? bytesOfFloat : 4;
    return index.kind === 'constant'
      ? { code: start, offset: offset + bytes * index.number }
      : { code: [...start, ...operand(index), ...i32(Math.log2(bytes)), 0x74, 0x6a], offset };
  };
  const ofEntry = (type: Value['type'], table: number, index: Value): Address =>
    fixed
      ? addressOf(type, i32(fixed.tables[table]), 0, index)
      : addressOf(type, get(tables), 4 * offsets[table], index);
  const ofCell = (cells: number, index: Value): Address => {
    const { type } = program.cells[cells];
    return fixed
      ? addressOf(type, i32(fixed.cells[cells]), 0, index)
      : addressOf(type, get(scratch), cellOffsets[cells], index);
  };
  /** The opcode and the alignment, as the logarithm of the bytes. */
  const ofMemory = (type: Value['type'], i32Code: number, f32Code: number, f64Code: number): number[] =>
    type !== 'float' ? [i32Code, 2] : fixed ? [f64Code, 3] : [f32Code, 2];
  const load = (type: Value['type'], { code, offset }: Address) => [
    ...code,
    ...ofMemory(type, 0x28, 0x2a, 0x2b),
    ...unsigned(offset),
  ];
  const store = (value: Value, { code, offset }: Address) => [
    ...code,
    ...operand(value),
    ...ofMemory(value.type, 0x36, 0x38, 0x39),
    ...unsigned(offset),
  ];
  const call = (name: keyof typeof wasmFunctions): number[] => {
    // Imported functions come before the program's own, library functions after it.
    if (fixed) return [0x10, ...unsigned(hostImports.indexOf(name))];
    if (!called.includes(name)) called.push(name);
    return [0x10, ...unsigned(1 + called.indexOf(name))];
  };

  const computed = (value: Value): number[] => {
    switch (value.kind) {
      case 'function': {
        const { wasm } = formOf(
          value.name,
          value.inputs.map(({ type }) => type),
        );
        if (typeof wasm === 'string') return [...operand(value.inputs[0]), ...call(wasm)];
        const code = fixed && (value.type === 'float' || value.inputs[0].type === 'float') ? inFloat64(wasm) : wasm;
        return code.flatMap((part) => (typeof part === 'number' ? [part] : operand(value.inputs['abc'.indexOf(part)])));
      }
      case 'element':
        return load(value.type, addressOf(value.type, get(startOf(value.buffer, value.row)), 0, value.index));
      case 'entry':
        return load(value.type, ofEntry(value.type, value.table, value.index));
      case 'cell':
        return load(value.type, ofCell(value.cells, value.index));
      case 'local':
        return get(variables[value.local]);
      case 'parameter':
        return get(parameterBase + value.position);
      default:
        return operand(value);
    }
  };
  const write = (statements: readonly Statement[]): number[] => statements.flatMap(codeOf);
  const codeOf = (statement: Statement): number[] => {
    switch (statement.kind) {
      case 'let': {
        const { value } = statement;
        if (value.kind === 'row') return computeStarts(value);
        return [...computed(value), ...set(placeOf(value)), ...computeStarts(value)];
      }
      case 'set':
        return [...operand(statement.value), ...set(variables[statement.local])];
      case 'clear': {
        const { type, length } = program.cells[statement.cells];
        const start = fixed
          ? i32(fixed.cells[statement.cells])
          : [...get(scratch), ...i32(cellOffsets[statement.cells]), 0x6a];
        return [...start, ...i32(0), ...i32(length * (type === 'float' ? bytesOfFloat : 4)), 0xfc, 0x0b, 0x00];
      }
      case 'writeCell':
        return store(statement.value, ofCell(statement.cells, statement.index));
      case 'write': {
        const start = get(startOf(statement.buffer, statement.row));
        return store(statement.value, addressOf(statement.value.type, start, 0, statement.index));
      }
      case 'when': {
        const otherwise = write(statement.otherwise);
        return [
          ...operand(statement.condition),
          ...[0x04, 0x40],
          ...write(statement.body),
          ...(otherwise.length > 0 ? [0x05, ...otherwise] : []),
          0x0b,
        ];
      }
      case 'repeat':
        return loop(placeOf(statement.counter), operand(statement.count), i32(0), [
          ...computeStarts(statement.counter),
          ...write(statement.body),
        ]);
    }
  };
  const loop = (counter: number, limit: number[], from: number[], body: number[]): number[] => [
    ...[...from, ...set(counter)],
    ...[0x02, 0x40, 0x03, 0x40],
    ...[...get(counter), ...limit, 0x4e, 0x0d, 1],
    ...body,
    ...[...get(counter), ...i32(1), 0x6a, ...set(counter), 0x0c, 0],
    ...[0x0b, 0x0b],
  ];

  const constants = [...rowsUsed.keys()].filter((value) => value.kind === 'constant').flatMap(computeStarts);
  const returns = result ? typeOf(result.type) : wasmTypes.i32;
  const returned = newLocal(returns);
  const body = [...write(program.body), ...(result ? [...operand(result), ...set(returned)] : [])];
  const code = [...constants, ...loop(row, get(end), get(begin), body), ...(fixed ? get(returned) : [])];
  const main: WasmFunction = {
    parameters: new Array<number>(parameterCount).fill(wasmTypes.i32),
    ...{ results: fixed ? [returns] : [], locals, code, name: wasmExport },
  };
  return assembleModule([main, ...called.map((name) => wasmFunctions[name]())], sharedMemory, fixed ? hostImports : []);
}

/** The functions that a program for the host imports from `env`, each of one float64. */
const hostImports: readonly (keyof typeof wasmFunctions)[] = ['exp', 'log'];

/** The address of a number: the code that computes it, and an offset. */
interface Address {
  readonly code: readonly number[];
  readonly offset: number;
}

/** The code of a function of Floats for float64 instead of float32. */
function inFloat64<Part>(code: readonly (Part | number)[]): (Part | number)[] {
  const wide: (Part | number)[] = [];
  for (let at = 0; at < code.length; at++) {
    const part = code[at];
    if (typeof part !== 'number') wide.push(part);
    // f32.const: only 0 is written so, by sqrt.
    else if (part === 0x43) {
      wide.push(0x44, ...float64Bytes(0));
      at += 4;
    }
    // i32.trunc_sat_f32_s
    else if (part === 0xfc) wide.push(part, 2);
    else if (part >= 0x5b && part <= 0x60) wide.push(part + 6);
    else if (part >= 0x8b && part <= 0x97) wide.push(part + 14);
    else if (part === 0xb2) wide.push(0xb7);
    else wide.push(part);
    if (part === 0xfc) at++;
  }
  return wide;
}

function offsetsOf(lengths: readonly number[]): number[] {
  let end = 0;
  return lengths.map((length) => {
    const start = end;
    end += 4 * length;
    return start;
  });
}

/** The rows of each buffer that a program reads or writes. */
function rowsOf(program: Program): ReadonlyMap<Value, ReadonlySet<number>> {
  const found = new Map<Value, Set<number>>();
  const add = (row: Value, buffer: number) => {
    const buffers = found.get(row) ?? new Set();
    found.set(row, buffers.add(buffer));
  };
  const walk = (statements: readonly Statement[]) => {
    for (const statement of statements) {
      if (statement.kind === 'write') add(statement.row, statement.buffer);
      if (statement.kind === 'let' && statement.value.kind === 'element')
        add(statement.value.row, statement.value.buffer);
      if (statement.kind === 'when') {
        walk(statement.body);
        walk(statement.otherwise);
      }
      if (statement.kind === 'repeat') walk(statement.body);
    }
  };
  walk(program.body);
  return found;
}
