import { type BufferType, type BufferViews, viewOf } from './buffers.ts';
import { describe } from './describe.ts';
import { Bool, Float, Int, valueFor, wrap } from './expression.ts';
import { anyInt, inputsOf, type Program, type Range, type Statement, type Value } from './program.ts';
import { applyFunction, constant, during, makeValue, newRecording, type Recording, refusal } from './recording.ts';

/** The owner and the name of the recorded program, which every message includes. */
export interface ProgramPlace {
  readonly owner: string;
  readonly name: string;
}

/** A program's buffers, tables and parameters. */
export interface Signature {
  readonly buffers: Readonly<Record<string, BufferType>>;
  /** Integers passed with each call, such as an action. They are clamped to their range. */
  readonly parameters?: Readonly<Record<string, Range>> | undefined;
}

/** A signature's parameters in the program. */
export type ParametersOf<S extends Signature> = {
  readonly [Name in keyof NonNullable<S['parameters']>]: Int;
};

/**
 * Records a program: calls the function once with stand-ins for the numbers of one row, and once more to check that it
 * does the same.
 *
 * @param body computes row `n`: reads and writes `buffers`, and may return the program's result
 * @throws an error that names owner, program and formula: on an index that is never in range, an unbounded loop, an
 *    unused condition (a JavaScript `if` cannot evaluate it), values of wrong types, other recordings or ended blocks,
 *   and
 *   a function that does not do the same twice
 */
export function record<const S extends Signature>(
  place: ProgramPlace,
  signature: S,
  body: (
    buffers: BufferViews<S['buffers']>,
    n: Int,
    parameters: ParametersOf<S>,
    // biome-ignore lint/suspicious/noConfusingVoidType: a function that returns nothing is given where one may return
  ) => Int | Float | Bool | void,
): Program {
  const first = recordOnce(place, signature, body);
  if (!isSame(first, recordOnce(place, signature, body))) {
    throw refusal(
      place,
      'it was recorded twice and did not do the same. A number that changes between calls (Math.random, a counter, the ' +
        'time) cannot be in a program: make it once, ahead of the function, or hand it over as an input.',
    );
  }
  return first;
}

/**
 * Records a function again later, when another program is made from it.
 * @throws if it no longer does what `program` says
 */
export function recordAgain<const S extends Signature>(
  program: Program,
  signature: S,
  body: Parameters<typeof record<S>>[2],
): void {
  if (isSame(program, recordOnce(program, signature, body))) return;
  throw refusal(
    program,
    'it no longer does what it did when it was made: something that it uses has been changed since. Give it numbers that ' +
      'stay the same, or make another one of the changed numbers.',
  );
}

/** Rows are computed in any order and in parallel, so if several wrote the same number, any could win. @throws Error */
export function refuseOtherRows(program: Program, statements: readonly Statement[] = program.body): void {
  for (const statement of statements) {
    if (statement.kind === 'write' && statement.row.kind !== 'row') {
      const { name } = program.buffers[statement.buffer];
      throw refusal(
        program,
        `${name} is written at row ${describe(program, statement.row)}; a row writes ${name}.set(…), which is its own. ` +
          'It may read other rows of an input, and so collect what belongs to it.',
      );
    }
    if (statement.kind === 'when') refuseOtherRows(program, [...statement.body, ...statement.otherwise]);
    if (statement.kind === 'repeat') refuseOtherRows(program, statement.body);
  }
}

const isSame = (one: Program, other: Program): boolean => textOf(one) === textOf(other) && haveSameTables(one, other);

function recordOnce<S extends Signature>(
  { owner, name }: ProgramPlace,
  { buffers, parameters = {} }: S,
  // biome-ignore lint/suspicious/noConfusingVoidType: as above
  body: (buffers: BufferViews<S['buffers']>, n: Int, parameters: ParametersOf<S>) => Int | Float | Bool | void,
): Program {
  const declarations = Object.entries(buffers).map(([buffer, type]) => ({ name: buffer, ...type }));
  const declared = Object.entries(parameters).map(([parameter, range]) => ({ name: parameter, ...range }));
  const recording = newRecording(owner, name, declarations, declared);
  for (const { name: buffer, width } of declarations) {
    if (!Number.isInteger(width) || width < 1) throw refusal(recording, `${buffer} has rows of ${width} numbers.`);
  }
  const { row } = recording;
  const given = declared.map((range, position) => [range.name, heldParameter(recording, range, position)] as const);
  const views = declarations.map((declaration, i) => [declaration.name, viewOf(recording, i, row)] as const);
  const result = during(recording, () => {
    const returned = named(recording, () =>
      body(
        Object.fromEntries(views) as unknown as BufferViews<S['buffers']>,
        wrap(recording, row) as Int,
        Object.fromEntries(given) as unknown as ParametersOf<S>,
      ),
    );
    if (returned instanceof Int || returned instanceof Float || returned instanceof Bool) {
      return valueFor(recording, 'the result', returned, returned.type);
    }
    if (returned === undefined) return undefined;
    throw refusal(
      recording,
      `it returned ${String(returned)}; a program returns an Int, a Float, a Bool or nothing. ` +
        'Make an expression of a plain value with int, float or bool.',
    );
  });
  for (const value of recording.unused.values()) {
    throw refusal(
      recording,
      `${describe(recording, value)} was made and then not used. If it went into an if, ===, &&, ||, ! or ?:, JavaScript ` +
        'cannot look into it and takes it for true: use when, select, equal, and, or, not. If it is not needed, do not take ' +
        'it out of the state.',
    );
  }
  const { tables, locals, cells, block } = recording;
  const numbers = cells.reduce((sum, { length }) => sum + length, locals.length);
  if (numbers > maxPrivateNumbers) {
    throw refusal(
      recording,
      `its scratch and locals are ${numbers} numbers; a GPU holds at most ${maxPrivateNumbers} for each row it works on.`,
    );
  }
  const body_ = neededOf(block.statements, result);
  return { owner, name, buffers: declarations, parameters: declared, tables, locals, cells, body: body_, result };
}

/**
 * Calls a user's function and adds its name to errors: JavaScript's messages do not say which function of which
 * definition has a mistake.
 */
function named<Result>(recording: Recording, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    const isSlip = error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
    throw isSlip ? Object.assign(refusal(recording, error.message), { cause: error }) : error;
  }
}

/** Every GPU has room for 8,192 bytes of a row's private variables; the rest is left to compilers. */
const maxPrivateNumbers = 1920;

function heldParameter(recording: Recording, { name, min, max }: Range & { name: string }, position: number): Int {
  if (!Number.isInteger(min) || !Number.isInteger(max) || min > max || min < anyInt.min || max > anyInt.max) {
    throw refusal(recording, `the parameter ${name} cannot be from ${min} to ${max}.`);
  }
  const given = makeValue(recording, 'int', { kind: 'parameter', name, position });
  const low = applyFunction(recording, 'max', [given, constant(recording, 'int', min)]);
  return wrap(recording, applyFunction(recording, 'min', [low, constant(recording, 'int', max)])) as Int;
}

/**
 * The statements without unused values, and without variables and cells that nobody reads. Later statements decide, so
 * the walk starts at the end; it is repeated as long as it finds variables that are read in a loop before they are set
 * in it.
 */
function neededOf(statements: readonly Statement[], result: Value | undefined): readonly Statement[] {
  const needed = new Set<Value>();
  const readLocals = new Set<number>();
  const readCells = new Set<number>();
  const need = (...values: readonly (Value | undefined)[]) => {
    for (const value of values) {
      if (!value || needed.has(value)) continue;
      needed.add(value);
      if (value.kind === 'local') readLocals.add(value.local);
      if (value.kind === 'cell') readCells.add(value.cells);
    }
  };
  const keep = (block: readonly Statement[]): readonly Statement[] => {
    const kept: Statement[] = [];
    for (const statement of [...block].reverse()) {
      switch (statement.kind) {
        case 'let':
          if (!needed.has(statement.value)) continue;
          need(...inputsOf(statement.value));
          kept.push(statement);
          break;
        case 'write':
          need(statement.row, statement.index, statement.asked, statement.value);
          kept.push(statement);
          break;
        case 'writeCell':
          if (!readCells.has(statement.cells)) continue;
          need(statement.index, statement.asked, statement.value);
          kept.push(statement);
          break;
        case 'set':
          if (!readLocals.has(statement.local)) continue;
          need(statement.value);
          kept.push(statement);
          break;
        case 'clear':
          if (!readCells.has(statement.cells)) continue;
          kept.push(statement);
          break;
        case 'when': {
          const [body, otherwise] = [keep(statement.body), keep(statement.otherwise)];
          if (body.length === 0 && otherwise.length === 0) continue;
          need(statement.condition);
          kept.push({ ...statement, body, otherwise });
          break;
        }
        case 'repeat': {
          const body = keep(statement.body);
          if (body.length === 0) continue;
          need(statement.count);
          kept.push({ ...statement, body });
          break;
        }
      }
    }
    return kept.reverse();
  };
  need(result);
  while (true) {
    const found = needed.size;
    const kept = keep(statements);
    if (needed.size === found) return kept;
  }
}

/** Whether two programs look up the same numbers; usually they are the same arrays. */
function haveSameTables({ tables }: Program, { tables: others }: Program): boolean {
  return tables.every(({ data }, i) => {
    const other = others[i].data;
    return data === other || (data.length === other.length && data.every((number, place) => number === other[place]));
  });
}

/** A program as text, without the numbers of its tables: equal for equal programs. */
function textOf(program: Program): string {
  return JSON.stringify(program, (key, part: unknown) => {
    if (ArrayBuffer.isView(part)) return part.byteLength;
    // A value is written out where it is computed, and referred to by number elsewhere.
    const value = part as Partial<Value> | null;
    if (typeof value !== 'object' || value === null || value.id === undefined || key === 'counter') return part;
    if (value.kind === 'constant') return `${value.type} ${Object.is(value.number, -0) ? '-0' : value.number}`;
    if (key !== 'value' || !('inputs' in value || 'index' in value)) return `value ${value.id}`;
    return part;
  });
}
