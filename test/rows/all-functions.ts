import { type FunctionName, functions } from '../../src/rows/functions.ts';
import * as rows from '../../src/rows/index.ts';
import { createDraw } from '../setup/arbitraries.ts';

/** Integers at the edges of what int32 and its operations are. */
export const edges = [
  ...[0, 1, -1, 2, -2, 3, -3, 7, 31, 32, 33, -31, -32, 255, 256, 65_535, 65_536, -65_537],
  ...[0x12345678, -0x12345678, 2 ** 30, -(2 ** 30), 2 ** 31 - 2, 2 ** 31 - 1, -(2 ** 31), -(2 ** 31) + 1],
];

/** What each function of two integers is, said by arithmetic of any length. */
export const integerOracle: Partial<Record<FunctionName, (a: bigint, b: bigint) => bigint | boolean>> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => (b === 0n ? a : a / b),
  remainder: (a, b) => (b === 0n ? 0n : a % b),
  negate: (a) => -a,
  abs: (a) => (a < 0n ? -a : a),
  min: (a, b) => (a < b ? a : b),
  max: (a, b) => (a > b ? a : b),
  bitAnd: (a, b) => a & b,
  bitOr: (a, b) => a | b,
  bitXor: (a, b) => a ^ b,
  shiftLeft: (a, b) => a << (b & 31n),
  shiftRight: (a, b) => a >> (b & 31n),
  shiftRightUnsigned: (a, b) => BigInt.asUintN(32, a) >> (b & 31n),
  equal: (a, b) => a === b,
  notEqual: (a, b) => a !== b,
  less: (a, b) => a < b,
  lessEqual: (a, b) => a <= b,
  greater: (a, b) => a > b,
  greaterEqual: (a, b) => a >= b,
  // Of conditions: what is even stands for true.
  and: (a, b) => a % 2n === 0n && b % 2n === 0n,
  or: (a, b) => a % 2n === 0n || b % 2n === 0n,
  xor: (a, b) => (a % 2n === 0n) !== (b % 2n === 0n),
  not: (a) => a % 2n !== 0n,
  select: (a, b) => (a % 2n === 0n ? a : b),
};

export const integerNames = Object.keys(integerOracle) as FunctionName[];

/** Every function of integers and conditions, each in a number of its own of the row `made`. */
export const integerProgram = (): rows.Program =>
  rows.record(
    { owner: 'test', name: 'integers' },
    { buffers: { a: rows.reads('i32'), b: rows.reads('i32'), made: rows.writes('i32', integerNames.length) } },
    (row) => {
      const [a, b] = [row.a.at(0), row.b.at(0)];
      const isEven = (x: rows.Int) => x.bitAnd(1).equal(0);
      integerNames.forEach((name, i) => {
        const made = applied(name, a, b, isEven);
        row.made.set(i, made instanceof rows.Bool ? made.toInt() : made);
      });
    },
  );

function applied(name: FunctionName, a: rows.Int, b: rows.Int, isEven: (x: rows.Int) => rows.Bool) {
  if (name === 'select') return rows.select(isEven(a), a, b);
  if (name === 'not') return isEven(a).not();
  if (name === 'and' || name === 'or' || name === 'xor') return isEven(a)[name](isEven(b));
  const takes: readonly string[] = functions[name].takes;
  const method = a[name as 'add'] as (other?: rows.Int) => rows.Int | rows.Bool;
  return takes.length === 1 ? method.call(a) : method.call(a, b);
}

/** Every pair of edges. */
export function edgePairs(): { a: Int32Array; b: Int32Array; count: number } {
  const a = edges.flatMap((first) => edges.map(() => first));
  const b = edges.flatMap(() => edges);
  return { a: Int32Array.from(a), b: Int32Array.from(b), count: a.length };
}

/** What `made` has to be. */
export function expectedIntegers({ a, b, count }: ReturnType<typeof edgePairs>): Int32Array {
  const made = new Int32Array(count * integerNames.length);
  for (let n = 0; n < count; n++) {
    integerNames.forEach((name, i) => {
      const result = integerOracle[name]?.(BigInt(a[n]), BigInt(b[n])) ?? 0n;
      made[n * integerNames.length + i] =
        typeof result === 'boolean' ? Number(result) : Number(BigInt.asIntN(32, result));
    });
  }
  return made;
}

/** The functions of floats: how each is recorded, what it is, and the most it may be off, in units in the last place. */
export const floatFunctions: readonly {
  readonly name: string;
  readonly record: (x: rows.Float, y: rows.Float) => rows.Float | rows.Int | rows.Bool;
  readonly is: (x: number, y: number) => number;
  readonly units: (x: number) => number;
  /** What it may be off whatever its size. */
  readonly absolute?: number;
}[] = [
  // float32 rounds to half a unit; what is said of WGSL is what its specification allows.
  { name: 'add', record: (x, y) => x.add(y), is: (x, y) => x + y, units: () => 1 },
  { name: 'subtract', record: (x, y) => x.subtract(y), is: (x, y) => x - y, units: () => 1 },
  { name: 'multiply', record: (x, y) => x.multiply(y), is: (x, y) => x * y, units: () => 1 },
  { name: 'divide', record: (x, y) => x.divide(y), is: (x, y) => x / y, units: () => 3 },
  { name: 'negate', record: (x) => x.negate(), is: (x) => -x, units: () => 0 },
  { name: 'abs', record: (x) => x.abs(), is: (x) => Math.abs(x), units: () => 0 },
  { name: 'min', record: (x, y) => x.min(y), is: (x, y) => Math.min(x, y), units: () => 0 },
  { name: 'max', record: (x, y) => x.max(y), is: (x, y) => Math.max(x, y), units: () => 0 },
  { name: 'floor', record: (x) => x.floor(), is: (x) => Math.floor(x), units: () => 0 },
  {
    name: 'toInt',
    record: (x) => x.toInt(),
    is: (x) => Math.min(Math.max(Math.trunc(x), -(2 ** 31)), 2 ** 31 - 1),
    units: () => 0,
  },
  { name: 'less', record: (x, y) => x.less(y), is: (x, y) => Number(x < y), units: () => 0 },
  { name: 'lessEqual', record: (x, y) => x.lessEqual(y), is: (x, y) => Number(x <= y), units: () => 0 },
  { name: 'greater', record: (x, y) => x.greater(y), is: (x, y) => Number(x > y), units: () => 0 },
  { name: 'greaterEqual', record: (x, y) => x.greaterEqual(y), is: (x, y) => Number(x >= y), units: () => 0 },
  { name: 'equal', record: (x, y) => x.equal(y), is: (x, y) => Number(x === y), units: () => 0 },
  { name: 'notEqual', record: (x, y) => x.notEqual(y), is: (x, y) => Number(x !== y), units: () => 0 },
  { name: 'select', record: (x, y) => rows.select(x.less(0), x, y), is: (x, y) => (x < 0 ? x : y), units: () => 0 },
  // 1 / inverseSqrt: two units and a division's three.
  { name: 'sqrt', record: (x) => x.sqrt(), is: (x) => Math.sqrt(Math.max(x, 0)), units: () => 6 },
  // 3 + 2 |x| of WGSL's exp, and one of the square that it is near its limit.
  { name: 'exp', record: (x) => x.exp(), is: (x) => Math.min(Math.exp(x), largest), units: (x) => 4 + 2 * Math.abs(x) },
  // 3 units, or 2^-21 near 1, where the logarithm is near 0.
  {
    name: 'log',
    record: (x) => x.log(),
    is: (x) => Math.log(Math.max(x, smallest)),
    units: () => 3,
    absolute: 2 ** -21,
  },
];

const largest = 3.4028234663852886e38;
const smallest = 1.1754943508222875e-38;

/** Every function of floats, each in a number of its own of the row `made`. */
export const floatProgram = (): rows.Program =>
  rows.record(
    { owner: 'test', name: 'floats' },
    { buffers: { x: rows.reads('f32'), y: rows.reads('f32'), made: rows.writes('f32', floatFunctions.length) } },
    (row) => {
      const [x, y] = [row.x.at(0), row.y.at(0)];
      floatFunctions.forEach(({ record }, i) => {
        const made = record(x, y);
        row.made.set(i, made instanceof rows.Float ? made : made.toFloat());
      });
    },
  );

/** Places where a float function is further off than it may be. */
export function wrongFloats(x: Float32Array, y: Float32Array, made: ArrayLike<number>): string[] {
  const wrong: string[] = [];
  for (let n = 0; n < x.length; n++) {
    floatFunctions.forEach(({ name, is, units, absolute = 0 }, i) => {
      const found = made[n * floatFunctions.length + i];
      const expected = is(x[n], y[n]);
      // Results too small for all of float32's digits may be 0 on a GPU.
      const unit = Math.max(2 ** (Math.floor(Math.log2(Math.abs(expected))) - 23), smallest);
      // In float64 nothing is rounded.
      const error = Math.min(Math.abs(found - expected), Math.abs(found - Math.fround(expected)));
      if (!(error <= Math.max(units(x[n]) * unit, absolute, smallest))) {
        wrong.push(`${name}(${x[n]}, ${y[n]}) is ${found}, not ${expected}`);
      }
    });
  }
  return wrong;
}

/** 10,000 pairs of floats of all sizes that functions take, with those where something changes. */
export function floats(): { x: Float32Array; y: Float32Array } {
  const special = [
    0,
    1,
    -1,
    0.5,
    -0.5,
    1.5,
    -2.5,
    88.5,
    88.7,
    80,
    -87,
    -100,
    2 ** 31,
    2 ** 31 - 128,
    -(2 ** 31),
    3e9,
    -3e9,
  ];
  const draw = createDraw(7);
  const [small, large] = [draw.numbers(5000, -4, 4), draw.numbers(5000, -88, 88)];
  const x = Float32Array.from([...special, ...small, ...large]);
  const y = Float32Array.from(draw.awayFromZero(x.length, 0.01, 10));
  // Equal ones too.
  for (let i = 0; i < x.length; i += 50) if (x[i] !== 0) y[i] = x[i];
  return { x, y };
}
