import { type FunctionName, functions, type RowFunction } from './functions.ts';
import type { BufferDeclaration, TableData, Value } from './program.ts';

/** A program, or one being recorded, in which to look up values' names. */
interface Names {
  readonly buffers: readonly BufferDeclaration[];
  readonly tables: readonly TableData[];
}

/** Deeper parts of a formula are replaced by dots. */
const maxDepth = 5;

/** A value as its formula, for messages: `(packed[i] + 1)`. */
export function describe(names: Names, value: Value): string;
export function describe(names: Names, name: FunctionName, inputs: readonly Value[]): string;
export function describe(names: Names, what: Value | FunctionName, inputs: readonly Value[] = []): string {
  return typeof what === 'string' ? textOf(names, what, inputs, maxDepth) : write(names, what, maxDepth);
}

function textOf(names: Names, name: FunctionName, inputs: readonly Value[], depth: number): string {
  const { text }: RowFunction = functions[name];
  const [a, b = '', c = ''] = inputs.map((input) => write(names, input, depth - 1));
  return text(a, b, c);
}

function write(names: Names, value: Value, depth: number): string {
  if (depth === 0 && value.kind !== 'constant') return '…';
  const at = (index: Value) => `[${write(names, index, depth - 1)}]`;
  switch (value.kind) {
    case 'constant':
      return value.type === 'bool' ? String(value.number === 1) : String(value.number);
    case 'row':
      return 'n';
    case 'parameter':
    case 'counter':
      return value.name;
    case 'local':
      return `local ${value.local}`;
    case 'function':
      return textOf(names, value.name, value.inputs, depth);
    case 'element':
      if (value.part) {
        const { name, length, index } = value.part;
        return length === 1 ? name : `${name}${at(value.asked ?? index)}`;
      }
      return `${names.buffers[value.buffer].name}${at(value.asked ?? value.index)}`;
    case 'entry':
      return `${names.tables[value.table].name}${at(value.asked ?? value.index)}`;
    case 'cell':
      return `scratch ${value.cells}${at(value.asked ?? value.index)}`;
  }
}
