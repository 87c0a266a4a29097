import { exp, log } from '../numeric/elementary.ts';
import { anyInt, type Range, type ValueType } from './program.ts';

/** Part of a function's WebAssembly: an operand by position, or an opcode's byte. */
type Code = 'a' | 'b' | 'c' | number;

/** The implementations of a function of numbers for one type of operands. */
interface Forms {
  /** On the host: Ints are int32 numbers, Bools 0 or 1, Floats float64. */
  readonly host: (a: number, b: number, c: number) => number;
  /** WGSL in which a, b and c stand for the operands. */
  readonly wgsl: string;
  /** WebAssembly that leaves the result on the stack, or the name of a library function that computes it. */
  readonly wasm: readonly Code[] | 'exp' | 'log';
}

/** A function of the row language. */
export interface RowFunction {
  /** The operands' types; `number` means Int or Float and `any` any type, the same one throughout. */
  readonly takes: readonly (ValueType | 'number' | 'any')[];
  readonly gives: ValueType | 'number' | 'any';
  /** By the operands' type for `number` or `any`, else by the first operand's. */
  readonly forms: { readonly [Type in ValueType]?: Forms };
  /** The range of an Int result, if that is narrower than int32. */
  readonly range?: (a: Range, b: Range, c: Range) => Range;
  /** Its notation in messages. */
  readonly text: (a: string, b: string, c: string) => string;
}

const localMinimum = -(2 ** 31);
/** Signed LEB128 of -2^31. */
const i32Minimum = [0x41, 0x80, 0x80, 0x80, 0x80, 0x78] as const;
const selectOp = 0x1b;
/** b, or 1 if a / b is undefined: then a / 1 and a % 1 are the language's results. */
const divisor = [
  'a',
  0x41,
  1,
  'b',
  'b',
  0x45,
  'a',
  ...i32Minimum,
  0x46,
  'b',
  0x41,
  0x7f,
  0x46,
  0x71,
  0x72,
  selectOp,
] as const;

const infix = (symbol: string) => (a: string, b: string) => `(${a} ${symbol} ${b})`;
const named = (name: string) => (a: string, b: string, c: string) =>
  `${name}(${[a, b, c].filter((operand) => operand !== '').join(', ')})`;

/** A comparison of two Ints or two Floats. */
const comparison = (
  symbol: string,
  host: (a: number, b: number) => boolean,
  int: number,
  float: number,
): RowFunction => ({
  takes: ['number', 'number'],
  gives: 'bool',
  forms: {
    int: { host: (a, b) => (host(a, b) ? 1 : 0), wgsl: `a ${symbol} b`, wasm: ['a', 'b', int] },
    float: { host: (a, b) => (host(a, b) ? 1 : 0), wgsl: `a ${symbol} b`, wasm: ['a', 'b', float] },
  },
  text: infix(symbol),
});

/** Every int32 if one of the numbers exceeds int32, since arithmetic wraps around then. */
function within(...ends: readonly number[]): Range {
  const min = Math.min(...ends);
  const max = Math.max(...ends);
  return min >= anyInt.min && max <= anyInt.max ? { min, max } : anyInt;
}

/**
 * The functions of the row language, each complete except for its derivative (derivative.ts). Integers wrap around at
 * 32 bits. a / 0 = a and a % 0 = 0; -2^31 / -1 = -2^31 and -2^31 % -1 = 0; a quotient is rounded towards zero, and a
 * remainder has the dividend's sign. Shifts are by the amount's lowest five bits.
 */
export const functions = {
  add: {
    takes: ['number', 'number'],
    gives: 'number',
    forms: {
      int: { host: (a, b) => (a + b) | 0, wgsl: 'a + b', wasm: ['a', 'b', 0x6a] },
      float: { host: (a, b) => a + b, wgsl: 'a + b', wasm: ['a', 'b', 0x92] },
    },
    range: (a, b) => within(a.min + b.min, a.max + b.max),
    text: infix('+'),
  },
  subtract: {
    takes: ['number', 'number'],
    gives: 'number',
    forms: {
      int: { host: (a, b) => (a - b) | 0, wgsl: 'a - b', wasm: ['a', 'b', 0x6b] },
      float: { host: (a, b) => a - b, wgsl: 'a - b', wasm: ['a', 'b', 0x93] },
    },
    range: (a, b) => within(a.min - b.max, a.max - b.min),
    text: infix('-'),
  },
  multiply: {
    takes: ['number', 'number'],
    gives: 'number',
    forms: {
      int: { host: (a, b) => Math.imul(a, b), wgsl: 'a * b', wasm: ['a', 'b', 0x6c] },
      float: { host: (a, b) => a * b, wgsl: 'a * b', wasm: ['a', 'b', 0x94] },
    },
    range: (a, b) => within(a.min * b.min, a.min * b.max, a.max * b.min, a.max * b.max),
    text: infix('*'),
  },
  divide: {
    takes: ['number', 'number'],
    gives: 'number',
    forms: {
      int: { host: (a, b) => (b === 0 ? a : (a / b) | 0), wgsl: 'a / b', wasm: [...divisor, 0x6d] },
      float: { host: (a, b) => a / b, wgsl: 'a / b', wasm: ['a', 'b', 0x95] },
    },
    // Only divisors of known sign narrow the range.
    range: (a, b) => (b.min > 0 ? quotients(a, b) : anyInt),
    text: infix('/'),
  },
  remainder: {
    takes: ['int', 'int'],
    gives: 'int',
    forms: {
      int: { host: (a, b) => (b === 0 ? 0 : (a % b) | 0), wgsl: 'a % b', wasm: [...divisor, 0x6f] },
    },
    range: (a, b) =>
      b.min > 0 ? { min: a.min < 0 ? 1 - b.max : 0, max: a.max < 0 ? 0 : Math.min(a.max, b.max - 1) } : anyInt,
    text: infix('%'),
  },
  negate: {
    takes: ['number'],
    gives: 'number',
    forms: {
      int: { host: (a) => -a | 0, wgsl: '-a', wasm: [0x41, 0, 'a', 0x6b] },
      float: { host: (a) => -a, wgsl: '-a', wasm: ['a', 0x8c] },
    },
    range: (a) => within(-a.max, -a.min),
    text: (a) => `-${a}`,
  },
  min: {
    takes: ['number', 'number'],
    gives: 'number',
    forms: {
      int: { host: (a, b) => (a < b ? a : b), wgsl: 'min(a, b)', wasm: ['a', 'b', 'a', 'b', 0x48, selectOp] },
      float: { host: (a, b) => Math.min(a, b), wgsl: 'min(a, b)', wasm: ['a', 'b', 0x96] },
    },
    range: (a, b) => ({ min: Math.min(a.min, b.min), max: Math.min(a.max, b.max) }),
    text: named('min'),
  },
  max: {
    takes: ['number', 'number'],
    gives: 'number',
    forms: {
      int: { host: (a, b) => (a > b ? a : b), wgsl: 'max(a, b)', wasm: ['a', 'b', 'a', 'b', 0x4a, selectOp] },
      float: { host: (a, b) => Math.max(a, b), wgsl: 'max(a, b)', wasm: ['a', 'b', 0x97] },
    },
    range: (a, b) => ({ min: Math.max(a.min, b.min), max: Math.max(a.max, b.max) }),
    text: named('max'),
  },
  abs: {
    takes: ['number'],
    gives: 'number',
    forms: {
      int: {
        host: (a) => (a < 0 ? -a | 0 : a),
        wgsl: 'abs(a)',
        wasm: [0x41, 0, 'a', 0x6b, 'a', 'a', 0x41, 0, 0x48, selectOp],
      },
      float: { host: (a) => Math.abs(a), wgsl: 'abs(a)', wasm: ['a', 0x8b] },
    },
    range: (a) => (a.min === localMinimum ? anyInt : { min: 0, max: Math.max(-a.min, a.max) }),
    text: named('abs'),
  },
  bitAnd: {
    takes: ['int', 'int'],
    gives: 'int',
    forms: { int: { host: (a, b) => a & b, wgsl: 'a & b', wasm: ['a', 'b', 0x71] } },
    range: (a, b) =>
      a.min >= 0 || b.min >= 0
        ? { min: 0, max: Math.min(a.min >= 0 ? a.max : anyInt.max, b.min >= 0 ? b.max : anyInt.max) }
        : anyInt,
    text: infix('&'),
  },
  bitOr: {
    takes: ['int', 'int'],
    gives: 'int',
    forms: { int: { host: (a, b) => a | b, wgsl: 'a | b', wasm: ['a', 'b', 0x72] } },
    text: infix('|'),
  },
  bitXor: {
    takes: ['int', 'int'],
    gives: 'int',
    forms: { int: { host: (a, b) => a ^ b, wgsl: 'a ^ b', wasm: ['a', 'b', 0x73] } },
    text: infix('^'),
  },
  shiftLeft: {
    takes: ['int', 'int'],
    gives: 'int',
    forms: { int: { host: (a, b) => a << b, wgsl: 'a << (u32(b) & 31u)', wasm: ['a', 'b', 0x74] } },
    text: infix('<<'),
  },
  shiftRight: {
    takes: ['int', 'int'],
    gives: 'int',
    forms: { int: { host: (a, b) => a >> b, wgsl: 'a >> (u32(b) & 31u)', wasm: ['a', 'b', 0x75] } },
    text: infix('>>'),
  },
  shiftRightUnsigned: {
    takes: ['int', 'int'],
    gives: 'int',
    forms: {
      int: { host: (a, b) => (a >>> b) | 0, wgsl: 'i32(u32(a) >> (u32(b) & 31u))', wasm: ['a', 'b', 0x76] },
    },
    text: infix('>>>'),
  },
  and: {
    takes: ['bool', 'bool'],
    gives: 'bool',
    forms: { bool: { host: (a, b) => a & b, wgsl: 'a && b', wasm: ['a', 'b', 0x71] } },
    text: infix('and'),
  },
  or: {
    takes: ['bool', 'bool'],
    gives: 'bool',
    forms: { bool: { host: (a, b) => a | b, wgsl: 'a || b', wasm: ['a', 'b', 0x72] } },
    text: infix('or'),
  },
  xor: {
    takes: ['bool', 'bool'],
    gives: 'bool',
    forms: { bool: { host: (a, b) => a ^ b, wgsl: 'a != b', wasm: ['a', 'b', 0x73] } },
    text: infix('xor'),
  },
  not: {
    takes: ['bool'],
    gives: 'bool',
    forms: { bool: { host: (a) => a ^ 1, wgsl: '!a', wasm: ['a', 0x45] } },
    text: (a) => `not ${a}`,
  },
  equal: comparison('==', (a, b) => a === b, 0x46, 0x5b),
  notEqual: comparison('!=', (a, b) => a !== b, 0x47, 0x5c),
  less: comparison('<', (a, b) => a < b, 0x48, 0x5d),
  lessEqual: comparison('<=', (a, b) => a <= b, 0x4c, 0x5f),
  greater: comparison('>', (a, b) => a > b, 0x4a, 0x5e),
  greaterEqual: comparison('>=', (a, b) => a >= b, 0x4e, 0x60),
  select: {
    takes: ['bool', 'any', 'any'],
    gives: 'any',
    forms: {
      int: { host: (a, b, c) => (a ? b : c), wgsl: 'select(c, b, a)', wasm: ['b', 'c', 'a', selectOp] },
      float: { host: (a, b, c) => (a ? b : c), wgsl: 'select(c, b, a)', wasm: ['b', 'c', 'a', selectOp] },
      bool: { host: (a, b, c) => (a ? b : c), wgsl: 'select(c, b, a)', wasm: ['b', 'c', 'a', selectOp] },
    },
    range: (_, b, c) => ({ min: Math.min(b.min, c.min), max: Math.max(b.max, c.max) }),
    text: named('select'),
  },
  /** Exact up to 2^24. */
  toFloat: {
    takes: ['int'],
    gives: 'float',
    forms: { int: { host: (a) => a, wgsl: 'f32(a)', wasm: ['a', 0xb2] } },
    text: named('toFloat'),
  },
  /** Rounds towards zero; beyond int32 it is the nearest int32. */
  toInt: {
    takes: ['float'],
    gives: 'int',
    forms: {
      float: {
        host: (a) => (a >= 2147483648 ? 2147483647 : a <= localMinimum ? localMinimum : a | 0),
        // The largest float32 below 2^31 is 2^31 - 128; larger conversions are not left to the compiler.
        wgsl: 'select(i32(clamp(a, -2147483648.0f, 2147483520.0f)), 2147483647, a >= 2147483648.0f)',
        wasm: ['a', 0xfc, 0],
      },
    },
    text: named('toInt'),
  },
  floor: {
    takes: ['float'],
    gives: 'float',
    forms: { float: { host: (a) => Math.floor(a), wgsl: 'floor(a)', wasm: ['a', 0x8e] } },
    text: named('floor'),
  },
  /** 0 below 0. */
  sqrt: {
    takes: ['float'],
    gives: 'float',
    forms: {
      float: {
        host: (a) => Math.sqrt(Math.max(a, 0)),
        wgsl: 'sqrt(max(a, 0.0f))',
        wasm: ['a', 0x43, 0, 0, 0, 0, 0x97, 0x91],
      },
    },
    text: named('sqrt'),
  },
  /** The largest float32 if it would overflow. */
  exp: {
    takes: ['float'],
    gives: 'float',
    forms: {
      float: { host: (a) => Math.min(exp(a), 3.4028234663852886e38), wgsl: 'rows_exp(a)', wasm: 'exp' },
    },
    text: named('exp'),
  },
  /** For numbers up to 0, and for subnormal ones, the logarithm of the smallest normal float32. */
  log: {
    takes: ['float'],
    gives: 'float',
    forms: {
      float: {
        host: (a) => log(Math.max(a, 1.1754943508222875e-38)),
        wgsl: 'log(max(a, 1.1754943508222875e-38f))',
        wasm: 'log',
      },
    },
    text: named('log'),
  },
} as const satisfies Record<string, RowFunction>;

export type FunctionName = keyof typeof functions;

/** The type for `number` or `any` in a function's operands, which selects its form. */
export function formType(name: FunctionName, types: readonly ValueType[]): ValueType {
  const { takes }: RowFunction = functions[name];
  const generic = takes.findIndex((wanted) => wanted === 'number' || wanted === 'any');
  return types[Math.max(generic, 0)];
}

/** @throws if the function does not take operands of these types, which recording refuses */
export function formOf(name: FunctionName, types: readonly ValueType[]): Forms {
  const { forms }: RowFunction = functions[name];
  const form = forms[formType(name, types)];
  if (!form) throw new Error(`${name} has no form for ${types.join(', ')}. This is a bug in flowtape.`);
  return form;
}

function quotients(a: Range, b: Range): Range {
  const ends = [a.min / b.min, a.min / b.max, a.max / b.min, a.max / b.max].map(Math.trunc);
  return { min: Math.min(...ends) | 0, max: Math.max(...ends) | 0 };
}
