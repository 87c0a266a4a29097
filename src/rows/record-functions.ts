import type { FunctionName } from './functions.ts';
import type { Index, TableData, Value, ValueType } from './program.ts';
import {
  addStatement,
  applyFunction,
  constant,
  inBlock,
  makeValue,
  newCounter,
  type Recording,
  recordingNow,
} from './recording.ts';

/** Functions for recording programs derived from programs, which take values and statements directly. */
export function recordFunctionsOf(what: string) {
  const recording: Recording = recordingNow(what);
  const asValue = (operand: Value | number): Value =>
    typeof operand === 'number' ? constant(recording, 'float', operand) : operand;
  return {
    f: (name: FunctionName, ...operands: (Value | number)[]) => applyFunction(recording, name, operands.map(asValue)),
    constant: (type: ValueType, number: number) => constant(recording, type, number),
    row: () => recording.row,
    newLocal: (type: ValueType) => recording.locals.push(type) - 1,
    localOf: (local: number, type: ValueType) => makeValue(recording, type, { kind: 'local', local }),
    set: (local: number, value: Value) => addStatement(recording, { kind: 'set', local, value }),
    newCells: (type: 'int' | 'float', length: number) => recording.cells.push({ type, length }) - 1,
    cellOf: (cells: number, index: Index, type: 'int' | 'float') =>
      makeValue(recording, type, { kind: 'cell', cells, ...index }),
    setCell: (cells: number, index: Index, value: Value) =>
      addStatement(recording, { kind: 'writeCell', cells, value, ...index }),
    element: (buffer: number, row: Value, index: Index, type: ValueType) =>
      makeValue(recording, type, { kind: 'element', buffer, row, ...index }),
    write: (buffer: number, row: Value, index: Index, value: Value) =>
      addStatement(recording, { kind: 'write', buffer, row, value, ...index }),
    entry(table: TableData, index: Index): Value {
      const known = recording.tables.findIndex(({ data }) => data === table.data);
      const number = known >= 0 ? known : recording.tables.push(table) - 1;
      const type = table.data instanceof Int32Array ? 'int' : 'float';
      return makeValue(recording, type, { kind: 'entry', table: number, ...index });
    },
    when(condition: Value, body: () => void, otherwise: () => void) {
      const [yes, no] = [inBlock(recording, body), inBlock(recording, otherwise)];
      addStatement(recording, { kind: 'when', condition, body: yes.body, otherwise: no.body });
    },
    repeat(count: Value, body: (i: Value) => void) {
      const counter = newCounter(recording, count.range.max);
      const inside = inBlock(recording, () => {
        recording.homes.set(counter, recording.block);
        body(counter);
      });
      addStatement(recording, { kind: 'repeat', count, counter, body: inside.body });
    },
  };
}
