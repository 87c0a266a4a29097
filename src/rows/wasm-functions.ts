import { float32Bytes, signed, unsigned, type WasmFunction, wasmTypes } from './wasm-module.ts';

// exp and log of one float32, by the methods of kernels/elementwise (exponential.assembly.ts, logarithm.assembly.ts),
// which give the sources of the constants. Both are within 1 ulp.

type Code = readonly number[];

const get = (local: number): Code => [0x20, ...unsigned(local)];
const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];
const f32 = (number: number): Code => [0x43, ...float32Bytes(number)];
const i32 = (number: number): Code => [0x41, ...signed(number)];
const apply =
  (opcode: number) =>
  (...operands: readonly Code[]): Code => [...operands.flat(), opcode];

const [add, subtract, multiply, divide] = [0x92, 0x93, 0x94, 0x95].map(apply);
const [min, max, nearest] = [0x96, 0x97, 0x90].map(apply);
const [addInts, subtractInts, and, shiftLeft, shiftRight] = [0x6a, 0x6b, 0x71, 0x74, 0x75].map(apply);
const [toFloat, bitsAsFloat, floatAsBits] = [0xb2, 0xbe, 0xbc].map(apply);
const toInt = (x: Code): Code => [...x, 0xfc, 0];

const ln2High = 0.693145751953125;
const ln2Low = 1.42860682031e-6;

/** ((c0 x + c1) x + c2) ... */
const polynomial = (x: Code, [first, ...others]: readonly number[]): Code =>
  others.reduce((value, coefficient) => add(multiply(value, x), f32(coefficient)), f32(first));

/** 2^n for integers -126 <= n <= 127. */
const powerOfTwo = (n: Code): Code => bitsAsFloat(shiftLeft(addInts(n, i32(127)), i32(23)));

function expFunction(): WasmFunction {
  const [x, n, r, e, whole, half] = [0, 1, 2, 3, 4, 5];
  const exponents = [0.00138168000753, 0.00836867479049, 0.0416683432473, 0.166665211553, 0.499999936738];
  const coarse = subtract(get(x), multiply(get(n), f32(ln2High)));
  const square = multiply(get(r), get(r));
  return {
    parameters: [wasmTypes.f32],
    results: [wasmTypes.f32],
    locals: [wasmTypes.f32, wasmTypes.f32, wasmTypes.f32, wasmTypes.i32, wasmTypes.i32],
    code: [
      ...set(x, max(min(get(x), f32(89)), f32(-105))),
      ...set(n, nearest(multiply(get(x), f32(Math.LOG2E)))),
      ...set(r, subtract(coarse, multiply(get(n), f32(ln2Low)))),
      ...set(e, add(f32(1), add(get(r), multiply(square, polynomial(get(r), exponents))))),
      // The scale is applied in two halves: 2^128 and 2^-149 are out of reach of one.
      ...set(whole, toInt(get(n))),
      ...set(half, shiftRight(get(whole), i32(1))),
      ...min(
        multiply(multiply(get(e), powerOfTwo(get(half))), powerOfTwo(subtractInts(get(whole), get(half)))),
        f32(3.4028234663852886e38),
      ),
    ],
  };
}

function logFunction(): WasmFunction {
  const [x, shifted, k, f, s, z, halfSquare] = [0, 1, 2, 3, 4, 5, 6];
  /** The bits of sqrt(1/2): counted from there, the exponent field is k of 2^k (1 + f). */
  const rootOfHalf = 0x3f3504f3;
  const mantissa = addInts(and(get(shifted), i32(0x7fffff)), i32(rootOfHalf));
  const r = multiply(polynomial(get(z), [0.298705472531, 0.399776069736, 0.666667755724]), get(z));
  const small = add(multiply(get(s), add(get(halfSquare), r)), multiply(get(k), f32(ln2Low)));
  return {
    parameters: [wasmTypes.f32],
    results: [wasmTypes.f32],
    locals: [wasmTypes.i32, ...new Array<number>(5).fill(wasmTypes.f32)],
    code: [
      ...set(shifted, subtractInts(floatAsBits(max(get(x), f32(1.1754943508222875e-38))), i32(rootOfHalf))),
      ...set(k, toFloat(shiftRight(get(shifted), i32(23)))),
      ...set(f, subtract(bitsAsFloat(mantissa), f32(1))),
      ...set(s, divide(get(f), add(f32(2), get(f)))),
      ...set(z, multiply(get(s), get(s))),
      ...set(halfSquare, multiply(multiply(get(f), get(f)), f32(0.5))),
      ...add(multiply(get(k), f32(ln2High)), subtract(get(f), subtract(get(halfSquare), small))),
    ],
  };
}

/** The library functions that programs call, by name. */
export const wasmFunctions: Readonly<Record<'exp' | 'log', () => WasmFunction>> = {
  exp: expFunction,
  log: logFunction,
};
