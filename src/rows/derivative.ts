import { type BufferType, reads, updates } from './buffers.ts';
import { describe } from './describe.ts';
import type { FunctionName } from './functions.ts';
import type { Index, Program, Statement, Value } from './program.ts';
import { record } from './record.ts';
import { recordFunctionsOf } from './record-functions.ts';
import { refusal } from './recording.ts';

/** The name of the derivative by a buffer, and of a buffer's cotangent. */
export const cotangentName = (buffer: string): string => `d_${buffer}`;

/**
 * Computes the contributions to the derivatives by a function's operands, from the operands, the value and the
 * derivative by the value.
 */
type Rule = (place: {
  readonly x: readonly Value[];
  readonly y: Value;
  readonly dy: Value;
  readonly f: (name: FunctionName, ...operands: (Value | number)[]) => Value;
}) => readonly (Value | undefined)[];

const largestFloat32 = 3.4028234663852886e38;
/** The smallest float32 with full precision. */
const smallestFloat32 = 1.1754943508222875e-38;

/**
 * The derivative of every function of Floats, finite wherever the function's is. At a tie min and max pass all of it to
 * their first operand.
 */
const rules: { readonly [Name in FunctionName]?: Rule } = {
  add: ({ dy }) => [dy, dy],
  subtract: ({ dy, f }) => [dy, f('negate', dy)],
  multiply: ({ x: [a, b], dy, f }) => [f('multiply', dy, b), f('multiply', dy, a)],
  divide: ({ x: [, b], y, dy, f }) => [f('divide', dy, b), f('negate', f('divide', f('multiply', dy, y), b))],
  negate: ({ dy, f }) => [f('negate', dy)],
  abs: ({ x: [a], dy, f }) => [f('select', f('less', a, 0), f('negate', dy), f('select', f('greater', a, 0), dy, 0))],
  min: ({ x: [a, b], dy, f }) => [f('select', f('lessEqual', a, b), dy, 0), f('select', f('lessEqual', a, b), 0, dy)],
  max: ({ x: [a, b], dy, f }) => [f('select', f('lessEqual', b, a), dy, 0), f('select', f('lessEqual', b, a), 0, dy)],
  select: ({ x: [condition], dy, f }) => [undefined, f('select', condition, dy, 0), f('select', condition, 0, dy)],
  // Where these three are clamped to float32's range, their derivative is 0.
  exp: ({ y, dy, f }) => [f('select', f('less', y, largestFloat32), f('multiply', dy, y), 0)],
  log: ({ x: [a], dy, f }) => [
    f('select', f('greater', a, smallestFloat32), f('divide', dy, f('max', a, smallestFloat32)), 0),
  ],
  sqrt: ({ x: [a], y, dy, f }) => [
    f('select', f('greater', a, 0), f('divide', f('multiply', dy, 0.5), f('max', y, smallestFloat32)), 0),
  ],
};

/**
 * The derivative of a program as another program, in reverse mode: from the cotangents of its Float outputs, in buffers
 * `d_NAME`, it computes those of its Float inputs, in buffers `d_NAME` too. A loop runs again backwards: its body is
 * recomputed from stored values of its variables before each iteration.
 *
 * @param inputs the buffers to differentiate by
 * @throws if the program has a result, uses scratch, or reads other rows than its own
 */
export function derive(program: Program, inputs: readonly string[]): Program {
  const { owner, name, buffers } = program;
  if (program.result)
    throw refusal(program, 'it has a result, of which no derivative is derived. Write it to a buffer.');
  if (program.cells.length > 0) {
    throw refusal(program, 'it uses scratch, of which no derivative is derived. Give a rule.');
  }
  const given = buffers.filter(({ access }) => access === 'read');
  const made = buffers.filter(({ access, dtype }) => access !== 'read' && dtype === 'f32');
  const types: Record<string, BufferType> = {};
  for (const { name: buffer, dtype, width } of given) types[buffer] = reads(dtype, width);
  for (const { name: buffer, width } of made) types[cotangentName(buffer)] = reads('f32', width);
  for (const { name: buffer, width } of given.filter((input) => inputs.includes(input.name))) {
    types[cotangentName(buffer)] = updates('f32', width);
  }
  return record({ owner, name: `${name}, derived` }, { buffers: types }, () => {
    recordDerivative(program, Object.keys(types), inputs);
  });
}

/** Records the derivative into the current recording. @param names the buffers there */
function recordDerivative(program: Program, names: readonly string[], inputs: readonly string[]): void {
  const { f, constant, set, localOf, setCell, cellOf, newLocal, newCells, element, write, when, repeat, row } =
    recordFunctionsOf('derivative');
  const placeOf = (buffer: string) => names.indexOf(buffer);
  const zero = constant('float', 0);

  // The program's own variables, and the derivatives by them and by its values.
  const locals = program.locals.map((type) => newLocal(type));
  const localDerivatives = program.locals.map((type) => (type === 'float' ? newLocal('float') : -1));
  for (const local of localDerivatives) if (local >= 0) set(local, zero);
  const derivatives = new Map<Value, number>();
  const active = activeValues(program, inputs);

  // A write consumes the cotangent of its number, so that a number written twice has the derivative of the last write.
  const cotangents = new Map<number, number>();
  program.buffers.forEach((buffer, number) => {
    if (buffer.access === 'read' || buffer.dtype !== 'f32') return;
    const cells = newCells('float', buffer.width);
    cotangents.set(number, cells);
    repeat(constant('int', buffer.width), (i) => {
      setCell(cells, { index: i }, element(placeOf(cotangentName(buffer.name)), row(), { index: i }, 'float'));
    });
  });
  for (const buffer of program.buffers.filter(({ name }) => inputs.includes(name))) {
    repeat(constant('int', buffer.width), (i) => write(placeOf(cotangentName(buffer.name)), row(), { index: i }, zero));
  }

  /** The program's values in this recording. */
  type Found = Map<Value, Value>;
  const valueIn = (found: Found, value: Value): Value =>
    value.kind === 'constant' ? constant(value.type, value.number) : (found.get(value) as Value);
  const indexIn = (found: Found, { index }: Index): Index => ({ index: valueIn(found, index) });

  const addTo = (value: Value, part: Value | undefined) => {
    const local = derivatives.get(value);
    if (part && local !== undefined) set(local, f('add', localOf(local, 'float'), part));
  };

  /** Repeats the program's statements, except writes, which nobody reads here. */
  const forward = (statements: readonly Statement[], found: Found): (() => void)[] => {
    const backward: (() => void)[] = [];
    for (const statement of statements) {
      switch (statement.kind) {
        case 'let': {
          const { value } = statement;
          found.set(value, again(value, found));
          if (!active.has(value)) break;
          const local = newLocal('float');
          derivatives.set(value, local);
          set(local, zero);
          backward.push(() => backThrough(value, found, local));
          break;
        }
        case 'set': {
          const local = statement.local;
          set(locals[local], valueIn(found, statement.value));
          backward.push(() => {
            if (localDerivatives[local] < 0) return;
            addTo(statement.value, localOf(localDerivatives[local], 'float'));
            set(localDerivatives[local], zero);
          });
          break;
        }
        case 'write':
          backward.push(() => {
            const cells = cotangents.get(statement.buffer);
            if (cells === undefined) return;
            const index = indexIn(found, statement);
            addTo(statement.value, cellOf(cells, index, 'float'));
            setCell(cells, index, zero);
          });
          break;
        case 'when': {
          const condition = valueIn(found, statement.condition);
          const used = localsOf([...statement.body, ...statement.otherwise]);
          const before = used.map((local) => localOf(locals[local], program.locals[local]));
          const branch = (body: readonly Statement[]) => () => void forward(body, new Map(found));
          when(condition, branch(statement.body), branch(statement.otherwise));
          const back = (body: readonly Statement[]) => () => {
            used.forEach((local, i) => {
              set(locals[local], before[i]);
            });
            for (const run of forward(body, new Map(found)).reverse()) run();
          };
          backward.push(() => when(condition, back(statement.body), back(statement.otherwise)));
          break;
        }
        case 'repeat':
          backward.push(recordLoop(statement, found));
          break;
        default:
          throw new Error(`${statement.kind} cannot be derived. This is a bug in flowtape.`);
      }
    }
    return backward;
  };

  const recordLoop = ({ count, counter, body }: Statement & { kind: 'repeat' }, found: Found): (() => void) => {
    const times = valueIn(found, count);
    const maxTimes = Math.max(times.range.max, 1);
    const changed = new Set(changedIn(body));
    const used = localsOf(body);
    const kept = used.filter((local) => changed.has(local) && program.locals[local] !== 'bool');
    const bools = used.filter((local) => changed.has(local) && program.locals[local] === 'bool');
    const steady = used.filter((local) => !changed.has(local));
    const steadyValues = steady.map((local) => localOf(locals[local], program.locals[local]));
    const turns = kept.map((local) => newCells(program.locals[local] === 'float' ? 'float' : 'int', maxTimes));
    const boolTurns = bools.map(() => newCells('int', maxTimes));
    repeat(times, (i) => {
      kept.forEach((local, k) => {
        setCell(turns[k], { index: i }, localOf(locals[local], program.locals[local]));
      });
      bools.forEach((local, k) => {
        setCell(
          boolTurns[k],
          { index: i },
          f('select', localOf(locals[local], 'bool'), constant('int', 1), constant('int', 0)),
        );
      });
      forward(body, new Map(found).set(counter, i));
    });
    return () => {
      repeat(times, (k) => {
        const i = f('subtract', f('subtract', times, constant('int', 1)), k);
        const turn = { index: f('max', f('min', i, constant('int', maxTimes - 1)), constant('int', 0)) };
        steady.forEach((local, j) => {
          set(locals[local], steadyValues[j]);
        });
        kept.forEach((local, j) => {
          set(locals[local], cellOf(turns[j], turn, program.locals[local] === 'float' ? 'float' : 'int'));
        });
        bools.forEach((local, j) => {
          set(locals[local], f('notEqual', cellOf(boolTurns[j], turn, 'int'), constant('int', 0)));
        });
        for (const run of forward(body, new Map(found).set(counter, turn.index)).reverse()) run();
      });
    };
  };

  const again = (value: Value, found: Found): Value => {
    switch (value.kind) {
      case 'row':
        return row();
      case 'function':
        return f(value.name, ...value.inputs.map((input) => valueIn(found, input)));
      case 'local':
        return localOf(locals[value.local], value.type);
      case 'element': {
        const { name } = program.buffers[value.buffer];
        return element(placeOf(name), valueIn(found, value.row), indexIn(found, value), value.type);
      }
      case 'entry':
        return recordFunctionsOf('derivative').entry(program.tables[value.table], indexIn(found, value));
      default:
        throw new Error(`${value.kind} cannot be derived. This is a bug in flowtape.`);
    }
  };

  const backThrough = (value: Value, found: Found, local: number) => {
    const dy = localOf(local, 'float');
    if (value.kind === 'local') {
      const of = localDerivatives[value.local];
      set(of, f('add', localOf(of, 'float'), dy));
    } else if (value.kind === 'element') {
      const { name } = program.buffers[value.buffer];
      const place = placeOf(cotangentName(name));
      const index = indexIn(found, value);
      // Each row has its own part of the gradient of shared numbers.
      write(place, row(), index, f('add', element(place, row(), index, 'float'), dy));
    } else if (value.kind === 'function') {
      const rule = rules[value.name];
      const x = value.inputs.map((input) => valueIn(found, input));
      rule?.({ x, y: valueIn(found, value), dy, f }).forEach((part, i) => {
        addTo(value.inputs[i], part);
      });
    }
  };

  for (const run of forward(program.body, new Map()).reverse()) run();
}

/** The Floats that depend on the inputs to differentiate by. @throws if one is read from another row */
function activeValues(program: Program, inputs: readonly string[]): ReadonlySet<Value> {
  const active = new Set<Value>();
  const activeLocals = new Set<number>();
  const walk = (statements: readonly Statement[]) => {
    for (const statement of statements) {
      if (statement.kind === 'let' && statement.value.type === 'float') {
        const { value } = statement;
        if (value.kind === 'element' && inputs.includes(program.buffers[value.buffer].name)) {
          if (value.row.kind !== 'row' && value.row.kind !== 'constant') {
            const text = describe(program, value);
            throw refusal(program, `${text} is of another row, of which no derivative is derived. Give a rule.`);
          }
          active.add(value);
        }
        if (value.kind === 'local' && activeLocals.has(value.local)) active.add(value);
        if (value.kind === 'function' && value.name !== 'floor' && value.inputs.some((input) => active.has(input))) {
          active.add(value);
        }
      }
      if (statement.kind === 'set' && active.has(statement.value)) activeLocals.add(statement.local);
      if (statement.kind === 'when') {
        walk(statement.body);
        walk(statement.otherwise);
      }
      if (statement.kind === 'repeat') walk(statement.body);
    }
  };
  // A variable set late in a loop's body may be read early in its next iteration.
  while (true) {
    const found = active.size + activeLocals.size;
    walk(program.body);
    if (active.size + activeLocals.size === found) return active;
  }
}

/** The variables that statements read or set. */
function localsOf(statements: readonly Statement[]): number[] {
  const found = new Set(changedIn(statements));
  const walk = (inner: readonly Statement[]) => {
    for (const statement of inner) {
      if (statement.kind === 'let' && statement.value.kind === 'local') found.add(statement.value.local);
      if (statement.kind === 'when') {
        walk(statement.body);
        walk(statement.otherwise);
      }
      if (statement.kind === 'repeat') walk(statement.body);
    }
  };
  walk(statements);
  return [...found];
}

/** The variables that statements set. */
function changedIn(statements: readonly Statement[]): number[] {
  return statements.flatMap((statement) => {
    if (statement.kind === 'set') return [statement.local];
    if (statement.kind === 'when') return [...changedIn(statement.body), ...changedIn(statement.otherwise)];
    return statement.kind === 'repeat' ? changedIn(statement.body) : [];
  });
}
