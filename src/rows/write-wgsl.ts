import { formOf } from './functions.ts';
import type { CellsDeclaration, Program, Statement, Value } from './program.ts';
import { tableOffsets } from './tables.ts';

/** The names that a program's text refers to. */
export interface WgslNames {
  /** The function: `row` by default. */
  readonly function?: string | undefined;
  /** The buffers, in their order, each an array of f32 or i32. */
  readonly buffers: readonly string[];
  /** The number of rows of each buffer, to which row numbers are clamped. */
  readonly rows: readonly number[];
  /** The array of i32 with the packed tables, if the program has any. */
  readonly tables?: string | undefined;
}

/**
 * A program as WGSL: `fn row(n: i32, …)`, with an i32 for each parameter. Everything declared in it begins with an
 * underscore. `exp` calls a function in `wgslLibrary`. Equal programs give equal text.
 */
export function writeWgsl(program: Program, names: WgslNames): string {
  const offsets = tableOffsets(program.tables);
  const types = { int: 'i32', float: 'f32', bool: 'bool' } as const;
  const zeros = { int: '0', float: '0.0f', bool: 'false' } as const;

  const nameOf = (value: Value): string => {
    if (value.kind === 'constant') return literal(value.type, value.number);
    return value.kind === 'row' ? '_n' : `_${value.id}`;
  };
  const placeIn = (buffer: number, row: Value, index: Value): string => {
    const { width } = program.buffers[buffer];
    const held = row.kind === 'row' ? '_n' : `clamp(${nameOf(row)}, 0, ${names.rows[buffer] - 1})`;
    if (width === 1) return `${names.buffers[buffer]}[${held}]`;
    return `${names.buffers[buffer]}[${held} * ${width} + ${nameOf(index)}]`;
  };
  const formula = (value: Value): string => {
    switch (value.kind) {
      case 'function': {
        const form = formOf(
          value.name,
          value.inputs.map(({ type }) => type),
        );
        const operands: Readonly<Record<string, string>> = Object.fromEntries(
          value.inputs.map((input, i) => ['abc'[i], nameOf(input)]),
        );
        return form.wgsl.replace(/\b[abc]\b/g, (letter) => operands[letter]);
      }
      case 'element':
        return placeIn(value.buffer, value.row, value.index);
      case 'entry': {
        const entry = `${names.tables}[${offsets[value.table]} + ${nameOf(value.index)}]`;
        return value.type === 'float' ? `bitcast<f32>(${entry})` : entry;
      }
      case 'cell':
        return `_cells${value.cells}[${nameOf(value.index)}]`;
      case 'local':
        return `_local${value.local}`;
      case 'parameter':
        return `_${value.name}`;
      default:
        return nameOf(value);
    }
  };
  const write = (statements: readonly Statement[], indent: string): string =>
    statements.map((statement) => lineOf(statement, indent)).join('');
  const lineOf = (statement: Statement, indent: string): string => {
    switch (statement.kind) {
      case 'let': {
        const { value } = statement;
        if (value.kind === 'row') return '';
        return `${indent}let ${nameOf(value)} = ${formula(value)};\n`;
      }
      case 'set':
        return `${indent}_local${statement.local} = ${nameOf(statement.value)};\n`;
      case 'clear':
        return `${indent}_cells${statement.cells} = ${arrayOf(program.cells[statement.cells])}();\n`;
      case 'writeCell':
        return `${indent}_cells${statement.cells}[${nameOf(statement.index)}] = ${nameOf(statement.value)};\n`;
      case 'write': {
        const place = placeIn(statement.buffer, statement.row, statement.index);
        return `${indent}${place} = ${nameOf(statement.value)};\n`;
      }
      case 'when': {
        const otherwise = write(statement.otherwise, `${indent}  `);
        return (
          `${indent}if (${nameOf(statement.condition)}) {\n${write(statement.body, `${indent}  `)}${indent}}` +
          (otherwise === '' ? '\n' : ` else {\n${otherwise}${indent}}\n`)
        );
      }
      case 'repeat': {
        const counter = nameOf(statement.counter);
        const head = `for (var ${counter} = 0; ${counter} < ${nameOf(statement.count)}; ${counter}++)`;
        return `${indent}${head} {\n${write(statement.body, `${indent}  `)}${indent}}\n`;
      }
    }
  };

  const parameters = ['_n: i32', ...program.parameters.map(({ name }) => `_${name}: i32`)];
  const locals = program.locals.map((type, i) => `  var _local${i}: ${types[type]} = ${zeros[type]};\n`);
  const cells = program.cells.map((declaration, i) => `  var _cells${i}: ${arrayOf(declaration)};\n`);
  const result = program.result ? `  return ${nameOf(program.result)};\n` : '';
  const returns = program.result ? ` -> ${types[program.result.type]}` : '';
  return (
    `fn ${names.function ?? 'row'}(${parameters.join(', ')})${returns} {\n` +
    `${[...locals, ...cells].join('')}${write(program.body, '  ')}${result}}\n`
  );
}

const arrayOf = ({ type, length }: CellsDeclaration) => `array<${type === 'int' ? 'i32' : 'f32'}, ${length}>`;

/**
 * Functions that programs' text may call, once for all programs of a module. Near its limit `exp` is a square, whose
 * factors are bounded.
 */
export const wgslLibrary = `
fn rows_exp(x: f32) -> f32 {
  let root = min(exp(0.5f * min(x, 88.75f)), 1.8446742e19f);
  let large = select(root * root, 3.4028234663852886e38f, x > 88.722839f);
  return select(exp(min(x, 80.0f)), large, x > 80.0f);
}
`;

/** Float literals are rounded here, so that no compiler decides how. */
function literal(type: Value['type'], number: number): string {
  if (type === 'bool') return number === 1 ? 'true' : 'false';
  if (type === 'int') return number === -(2 ** 31) ? 'i32(-2147483648)' : number < 0 ? `(${number})` : String(number);
  const rounded = Math.fround(number);
  const digits = Object.is(rounded, -0) ? '-0.0' : String(rounded);
  const decimal = /[.e]/.test(digits) ? digits : `${digits}.0`;
  return rounded < 0 || Object.is(rounded, -0) ? `(${decimal}f)` : `${decimal}f`;
}
