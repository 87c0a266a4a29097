import { describe } from './describe.ts';
import { type FunctionName, formOf, formType, functions, type RowFunction } from './functions.ts';
import {
  anyInt,
  type BufferDeclaration,
  type CellsDeclaration,
  type Index,
  type ParameterDeclaration,
  type Range,
  type Statement,
  type TableData,
  type Value,
  type ValueKind,
  type ValueType,
} from './program.ts';

/** Consecutive statements. A nested block sees the values computed before it in the outer one. */
interface Block {
  readonly parent: Block | undefined;
  /** Nesting depth. */
  readonly depth: number;
  readonly statements: Statement[];
  /** Values computed here, by function and operands, so that nothing is computed twice. */
  readonly known: Map<string, Value>;
}

/** A program being recorded. */
export interface Recording {
  readonly owner: string;
  readonly name: string;
  readonly buffers: readonly BufferDeclaration[];
  readonly parameters: readonly ParameterDeclaration[];
  readonly tables: TableData[];
  readonly locals: ValueType[];
  readonly cells: CellsDeclaration[];
  readonly constants: Map<string, Value>;
  /** The block in which each value was made; constants have none. */
  readonly homes: Map<Value, Block>;
  /** Values given to the user that were not used yet; at the end there may be none left. */
  readonly unused: Map<object, Value>;
  /** Indices of rows that refer to a part of the row, by the user's object for them. */
  readonly held: Map<object, Pick<Index, 'asked' | 'part'>>;
  /** The row being computed. */
  readonly row: Value;
  block: Block;
  values: number;
  statements: number;
  /** The maximum numbers of iterations of the loops being recorded, from the outermost to the innermost. */
  readonly turns: number[];
}

/** More statements than any device's compiler handles in reasonable time. */
const maxStatements = 20_000;

/** WGSL allows a depth of 127, of which compilers count two for a statement with a body. */
const maxNested = 50;

/** The current recording, if any. Only `record` sets it, while it calls the user's function. */
let current: Recording | undefined;

/** @throws if nothing is being recorded */
export function recordingNow(what: string): Recording {
  if (current) return current;
  throw new Error(
    `${what} was called outside of a row program. It only means something in a function that is being recorded.`,
  );
}

/** Calls a function with this recording as the current one. */
export function during<Result>(recording: Recording, run: () => Result): Result {
  const before = current;
  current = recording;
  try {
    return run();
  } finally {
    current = before;
  }
}

export function newRecording(
  owner: string,
  name: string,
  buffers: readonly BufferDeclaration[],
  parameters: readonly ParameterDeclaration[],
): Recording {
  const row: Value = { id: 0, type: 'int', range: { min: 0, max: anyInt.max }, kind: 'row' };
  const block = newBlock(undefined);
  block.statements.push({ kind: 'let', value: row });
  return {
    ...{ owner, name, buffers, parameters, row, block },
    ...{
      tables: [],
      locals: [],
      cells: [],
      constants: new Map(),
      homes: new Map([[row, block]]),
      unused: new Map(),
      held: new Map(),
    },
    ...{ values: 1, statements: 0, turns: [] },
  };
}

const newBlock = (parent: Block | undefined): Block => ({
  ...{ parent, depth: parent ? parent.depth + 1 : 0 },
  ...{ statements: [], known: new Map() },
});

/** An error that names the owner and the program. */
export function refusal({ owner, name }: { owner: string; name: string }, message: string): Error {
  return new Error(`${owner}, ${name}: ${message}`);
}

/** Records a function's statements into a new block. */
export function inBlock<Result>(recording: Recording, run: () => Result): { body: Statement[]; result: Result } {
  const block = newBlock(recording.block);
  if (block.depth > maxNested) {
    throw refusal(
      recording,
      `its whens and loops are nested more than ${maxNested} deep, which compilers for GPUs refuse. Join conditions with ` +
        'and, or choose with select.',
    );
  }
  recording.block = block;
  try {
    const result = run();
    return { body: block.statements, result };
  } finally {
    recording.block = block.parent as Block;
  }
}

export function addStatement(recording: Recording, statement: Statement): void {
  recording.statements++;
  if (recording.statements > maxStatements) {
    throw refusal(
      recording,
      `it has more than ${maxStatements} statements. A JavaScript loop is recorded turn by turn: use repeat, sum, any ` +
        'or all, which are recorded once.',
    );
  }
  recording.block.statements.push(statement);
}

/** A value computed at this point. */
export function makeValue(recording: Recording, type: ValueType, kind: ValueKind, range: Range = anyInt): Value {
  const value: Value = { id: recording.values++, type, range, ...kind };
  recording.homes.set(value, recording.block);
  addStatement(recording, { kind: 'let', value });
  return value;
}

/** The iteration counter of a loop of at most `times` iterations, within it. */
export function newCounter(recording: Recording, times: number): Value {
  const name = 'ijklmopqrstuvw'[recording.turns.length] ?? `i${recording.turns.length}`;
  const range = { min: 0, max: Math.max(times - 1, 0) };
  return { id: recording.values++, type: 'int', range, kind: 'counter', name };
}

export function constant(recording: Recording, type: ValueType, number: number): Value {
  const key = `${type} ${Object.is(number, -0) ? '-0' : number}`;
  const known = recording.constants.get(key);
  if (known) return known;
  const range = type === 'int' ? { min: number, max: number } : anyInt;
  const value: Value = { id: recording.values++, type, range, kind: 'constant', number };
  recording.constants.set(key, value);
  return value;
}

/** A function of values, or its result if that is known now. */
export function applyFunction(recording: Recording, name: FunctionName, inputs: readonly Value[]): Value {
  const { gives, range }: RowFunction = functions[name];
  const types = inputs.map(({ type }) => type);
  const type = gives === 'number' || gives === 'any' ? formType(name, types) : gives;
  const numbers = inputs.map((input) => (input.kind === 'constant' ? input.number : undefined));
  if (numbers.every((number) => number !== undefined)) {
    const [a, b = 0, c = 0] = numbers;
    const number = formOf(name, types).host(a, b, c);
    if (Number.isFinite(Math.fround(number))) return constant(recording, type, number);
    throw refusal(recording, `${describe(recording, name, inputs)} is ${number}. Devices rely on finite numbers.`);
  }
  const simple = simpler(recording, name, inputs, numbers);
  if (simple) return simple;
  const key = `${name} ${inputs.map(({ id }) => id).join()}`;
  for (let block: Block | undefined = recording.block; block; block = block.parent) {
    const known = block.known.get(key);
    if (known) return known;
  }
  const [a, b = a, c = a] = inputs.map((input) => input.range);
  const value = makeValue(
    recording,
    type,
    { kind: 'function', name, inputs },
    type === 'int' && range ? range(a, b, c) : anyInt,
  );
  recording.block.known.set(key, value);
  return value;
}

/**
 * Simplifications, and replacements for what WGSL forbids: a constant divisor of 0, and a constant shift by 32 bits or
 * more.
 */
function simpler(
  recording: Recording,
  name: FunctionName,
  inputs: readonly Value[],
  numbers: readonly (number | undefined)[],
): Value | undefined {
  const [a, b] = inputs;
  const [first, second] = numbers;
  if (name === 'select' && first !== undefined) return first ? inputs[1] : inputs[2];
  if ((name === 'and' || name === 'or') && (first !== undefined || second !== undefined)) {
    const [known, other] = first !== undefined ? [first, b] : [second, a];
    const decides = name === 'and' ? 0 : 1;
    return known === decides ? constant(recording, 'bool', decides) : other;
  }
  if (a.type !== 'int' || second === undefined) return undefined;
  if (second === 0 && name === 'remainder') return b;
  if (second === 0 && (name === 'divide' || name === 'add' || name === 'subtract')) return a;
  if (second === 1 && (name === 'divide' || name === 'multiply')) return a;
  if (name === 'shiftLeft' || name === 'shiftRight' || name === 'shiftRightUnsigned') {
    const amount = second & 31;
    if (amount === 0) return a;
    if (amount !== second) return applyFunction(recording, name, [a, constant(recording, 'int', amount)]);
  }
  return undefined;
}

/** Whether values of another value's block can be used in the current one. */
export function isInReach(recording: Recording, value: Value): boolean {
  if (value.kind === 'constant') return recording.constants.get(keyOf(value)) === value;
  const home = recording.homes.get(value);
  for (let block: Block | undefined = recording.block; block; block = block.parent) if (block === home) return true;
  return false;
}

const keyOf = ({ type, number }: Value & { kind: 'constant' }) => `${type} ${Object.is(number, -0) ? '-0' : number}`;

/**
 * The index `asked` into `length` numbers, clamped unless it is known to be in range.
 * @param what the thing read or written, for messages
 * @param given the index as the user gave it
 */
export function placeWithin(recording: Recording, what: string, asked: Value, length: number, given?: unknown): Index {
  const { min, max } = asked.range;
  if (min >= 0 && max < length) return { index: asked, ...recording.held.get(given as object) };
  if (max < 0 || min >= length) {
    const which = min === max ? `${min}` : `${describe(recording, asked)}, which is ${min} to ${max},`;
    throw refusal(
      recording,
      `${what} has ${length === 1 ? 'one number, at index 0' : `${length} numbers, at indices 0 to ${length - 1}`}; ` +
        `index ${which} is outside.`,
    );
  }
  const low = min < 0 ? applyFunction(recording, 'max', [asked, constant(recording, 'int', 0)]) : asked;
  const index = max >= length ? applyFunction(recording, 'min', [low, constant(recording, 'int', length - 1)]) : low;
  return { index, asked };
}
