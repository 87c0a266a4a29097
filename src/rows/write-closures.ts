import { describe } from './describe.ts';
import { formOf } from './functions.ts';
import type { Index, Program, Statement, Value } from './program.ts';
import { refusal } from './recording.ts';

/** Packed rows, as on devices and hosts. */
export type HostNumbers = Int32Array | Float32Array | Float64Array;

/**
 * A program on the host: computes row `n`, 0 by default. Buffers and parameters are in the signature's order. Returns
 * the result, a Bool as 0 or 1; 0 if the program has none.
 */
export type HostProgram = (buffers: readonly HostNumbers[], n?: number, ...parameters: number[]) => number;

export interface ClosureOptions {
  /**
   * Whether an index outside its row throws an error with owner, program, formula and value, instead of being clamped.
   */
  readonly checked?: boolean | undefined;
}

type Run = () => void;

/**
 * Makes a program runnable in JavaScript without generating text, which pages forbid. Integers are as on every device,
 * Floats are float64. Only one caller may run a program at a time.
 */
export function writeClosures(program: Program, { checked = false }: ClosureOptions = {}): HostProgram {
  const slots = new Map<Value, number>();
  const locals = program.locals.length;
  /** All intermediate numbers: the program's variables, then its values. Int32 numbers are exact in float64. */
  const initial: number[] = new Array<number>(locals).fill(0);
  const slotOf = (value: Value): number => {
    const known = slots.get(value);
    if (known !== undefined) return known;
    const slot = initial.push(value.kind === 'constant' ? value.number : 0) - 1;
    slots.set(value, slot);
    return slot;
  };
  const cells = program.cells.map(({ type, length }) =>
    type === 'int' ? new Int32Array(length) : new Float64Array(length),
  );
  const state: { buffers: readonly HostNumbers[]; parameters: readonly number[]; row: number } = {
    ...{ buffers: [], parameters: [], row: 0 },
  };
  // The frame is allocated when all slots are known; closures access it through this.
  const frame = { numbers: new Float64Array(0) };

  const check = (whole: string, { asked, part }: Index, wholeLength: number): Run | undefined => {
    if (!checked || !asked) return undefined;
    const slot = slotOf(asked);
    const { name: what, length } = part ?? { name: whole, length: wholeLength };
    return () => {
      const index = frame.numbers[slot];
      if (index >= 0 && index < length) return;
      throw refusal(
        program,
        `${what} has ${length} numbers; index ${describe(program, asked)} is ${index}, which is outside.`,
      );
    };
  };
  const put = (slot: number, number: () => number): Run => {
    return () => {
      frame.numbers[slot] = number();
    };
  };
  const guarded = (guard: Run | undefined, run: Run): Run[] => (guard ? [guard, run] : [run]);

  const valueRuns = (value: Value): Run[] => {
    const to = slotOf(value);
    switch (value.kind) {
      case 'constant':
        return [];
      // A counter's slot is written by its loop.
      case 'counter':
        return [];
      case 'row':
        return [put(to, () => state.row)];
      case 'parameter': {
        const { position } = value;
        return [put(to, () => state.parameters[position] | 0)];
      }
      case 'local': {
        const { local } = value;
        return [put(to, () => frame.numbers[local])];
      }
      case 'function': {
        const { host }: { host: (a: number, b: number, c: number) => number } = formOf(
          value.name,
          value.inputs.map(({ type }) => type),
        );
        const [a, b = a, c = a] = value.inputs.map(slotOf);
        return [
          () => {
            const { numbers } = frame;
            numbers[to] = host(numbers[a], numbers[b], numbers[c]);
          },
        ];
      }
      case 'element': {
        const { buffer } = value;
        const { name, width } = program.buffers[buffer];
        const [row, index] = [slotOf(value.row), slotOf(value.index)];
        return guarded(check(name, value, width), () => {
          const { numbers } = frame;
          numbers[to] =
            state.buffers[buffer][heldRow(numbers[row], state.buffers[buffer], width) * width + numbers[index]];
        });
      }
      case 'entry': {
        const { name, data, exact = data } = program.tables[value.table];
        const index = slotOf(value.index);
        return guarded(
          check(name, value, data.length),
          put(to, () => exact[frame.numbers[index]]),
        );
      }
      case 'cell': {
        const array = cells[value.cells];
        const index = slotOf(value.index);
        return guarded(check(`scratch ${value.cells}`, value, array.length), () => {
          frame.numbers[to] = array[frame.numbers[index]];
        });
      }
    }
  };

  const runsOf = (statements: readonly Statement[]): Run[] => statements.flatMap(statementRuns);
  const statementRuns = (statement: Statement): Run[] => {
    switch (statement.kind) {
      case 'let':
        return valueRuns(statement.value);
      case 'set': {
        const { local } = statement;
        const from = slotOf(statement.value);
        return [put(local, () => frame.numbers[from])];
      }
      case 'clear': {
        const array = cells[statement.cells];
        return [() => void array.fill(0)];
      }
      case 'writeCell': {
        const array = cells[statement.cells];
        const [index, from] = [slotOf(statement.index), slotOf(statement.value)];
        return guarded(check(`scratch ${statement.cells}`, statement, array.length), () => {
          array[frame.numbers[index]] = frame.numbers[from];
        });
      }
      case 'write': {
        const { buffer } = statement;
        const { name, width } = program.buffers[buffer];
        const [row, index, from] = [slotOf(statement.row), slotOf(statement.index), slotOf(statement.value)];
        return guarded(check(name, statement, width), () => {
          const { numbers } = frame;
          const rows = state.buffers[buffer];
          rows[heldRow(numbers[row], rows, width) * width + numbers[index]] = numbers[from];
        });
      }
      case 'when': {
        const condition = slotOf(statement.condition);
        const [then, otherwise] = [inTurn(runsOf(statement.body)), inTurn(runsOf(statement.otherwise))];
        return [
          () => {
            if (frame.numbers[condition] !== 0) then();
            else otherwise();
          },
        ];
      }
      case 'repeat': {
        const [count, counter] = [slotOf(statement.count), slotOf(statement.counter)];
        const body = inTurn(runsOf(statement.body));
        return [
          () => {
            const times = frame.numbers[count];
            for (let i = 0; i < times; i++) {
              frame.numbers[counter] = i;
              body();
            }
          },
        ];
      }
    }
  };

  const run = inTurn(runsOf(program.body));
  const result = program.result ? slotOf(program.result) : undefined;
  frame.numbers = Float64Array.from(initial);
  return (buffers, n = 0, ...parameters) => {
    state.buffers = buffers;
    state.parameters = parameters;
    state.row = n;
    run();
    return result === undefined ? 0 : frame.numbers[result];
  };
}

function heldRow(row: number, rows: HostNumbers, width: number): number {
  if (row < 0) return 0;
  const last = rows.length / width - 1;
  return row > last ? last : row;
}

function inTurn(runs: readonly Run[]): Run {
  if (runs.length === 1) return runs[0];
  return () => {
    for (let i = 0; i < runs.length; i++) runs[i]();
  };
}
