import { exp, sigmoid, tanh } from './exponential.assembly';
import { log, softplus } from './logarithm.assembly';
import * as opcode from './opcodes.cpu';

/** One instruction over `bytes` of numbers, a multiple of 16. Results may replace operands. */
export function run(operation: i32, to: usize, a: usize, b: usize, c: usize, bytes: usize): void {
  if (operation >= opcode.addFloat) runBinary(operation, to, a, b, c, bytes);
  else runUnary(operation, to, a, bytes);
}

function runUnary(operation: i32, to: usize, a: usize, bytes: usize): void {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  let i: usize = 0;
  switch (operation) {
    case opcode.identity:
      for (; i < bytes; i += 16) v128.store(to + i, v128.load(a + i));
      break;
    case opcode.negateFloat:
      for (; i < bytes; i += 16) v128.store(to + i, f32x4.neg(v128.load(a + i)));
      break;
    case opcode.negateInteger:
      for (; i < bytes; i += 16) v128.store(to + i, i32x4.neg(v128.load(a + i)));
      break;
    case opcode.abs:
      for (; i < bytes; i += 16) v128.store(to + i, f32x4.abs(v128.load(a + i)));
      break;
    case opcode.square:
      for (; i < bytes; i += 16) {
        const x = v128.load(a + i);
        v128.store(to + i, f32x4.mul(x, x));
      }
      break;
    case opcode.sqrt:
      for (; i < bytes; i += 16) v128.store(to + i, f32x4.sqrt(f32x4.pmax(v128.load(a + i), zero)));
      break;
    case opcode.reciprocal:
      for (; i < bytes; i += 16) v128.store(to + i, f32x4.div(one, v128.load(a + i)));
      break;
    case opcode.exp:
      for (; i < bytes; i += 16) v128.store(to + i, exp(v128.load(a + i)));
      break;
    case opcode.log:
      for (; i < bytes; i += 16) v128.store(to + i, log(v128.load(a + i)));
      break;
    case opcode.tanh:
      for (; i < bytes; i += 16) v128.store(to + i, tanh(v128.load(a + i)));
      break;
    case opcode.sigmoid:
      for (; i < bytes; i += 16) v128.store(to + i, sigmoid(v128.load(a + i)));
      break;
    case opcode.softplus:
      for (; i < bytes; i += 16) v128.store(to + i, softplus(v128.load(a + i)));
      break;
    case opcode.relu:
      for (; i < bytes; i += 16) v128.store(to + i, f32x4.pmax(v128.load(a + i), zero));
      break;
    case opcode.toFloat:
      for (; i < bytes; i += 16) v128.store(to + i, f32x4.convert_i32x4_s(v128.load(a + i)));
      break;
    case opcode.toInt:
      for (; i < bytes; i += 16) v128.store(to + i, i32x4.trunc_sat_f32x4_s(v128.load(a + i)));
      break;
    case opcode.not:
      for (; i < bytes; i += 16) v128.store(to + i, truth(i32x4.eq(v128.load(a + i), i32x4.splat(0))));
      break;
    default:
      unreachable();
  }
}

function runBinary(operation: i32, to: usize, a: usize, b: usize, c: usize, bytes: usize): void {
  let i: usize = 0;
  switch (operation) {
    case opcode.addFloat:
      for (; i < bytes; i += 16) v128.store(to + i, f32x4.add(v128.load(a + i), v128.load(b + i)));
      break;
    case opcode.addInteger:
      for (; i < bytes; i += 16) v128.store(to + i, i32x4.add(v128.load(a + i), v128.load(b + i)));
      break;
    case opcode.subtractFloat:
      for (; i < bytes; i += 16) v128.store(to + i, f32x4.sub(v128.load(a + i), v128.load(b + i)));
      break;
    case opcode.subtractInteger:
      for (; i < bytes; i += 16) v128.store(to + i, i32x4.sub(v128.load(a + i), v128.load(b + i)));
      break;
    case opcode.multiplyFloat:
      for (; i < bytes; i += 16) v128.store(to + i, f32x4.mul(v128.load(a + i), v128.load(b + i)));
      break;
    case opcode.multiplyInteger:
      for (; i < bytes; i += 16) v128.store(to + i, i32x4.mul(v128.load(a + i), v128.load(b + i)));
      break;
    case opcode.divide:
      for (; i < bytes; i += 16) v128.store(to + i, f32x4.div(v128.load(a + i), v128.load(b + i)));
      break;
    case opcode.minimumFloat:
      for (; i < bytes; i += 16) v128.store(to + i, f32x4.pmin(v128.load(a + i), v128.load(b + i)));
      break;
    case opcode.minimumInteger:
      for (; i < bytes; i += 16) v128.store(to + i, i32x4.min_s(v128.load(a + i), v128.load(b + i)));
      break;
    case opcode.maximumFloat:
      for (; i < bytes; i += 16) v128.store(to + i, f32x4.pmax(v128.load(a + i), v128.load(b + i)));
      break;
    case opcode.maximumInteger:
      for (; i < bytes; i += 16) v128.store(to + i, i32x4.max_s(v128.load(a + i), v128.load(b + i)));
      break;
    case opcode.lessFloat:
      for (; i < bytes; i += 16) v128.store(to + i, truth(f32x4.lt(v128.load(a + i), v128.load(b + i))));
      break;
    case opcode.lessInteger:
      for (; i < bytes; i += 16) v128.store(to + i, truth(i32x4.lt_s(v128.load(a + i), v128.load(b + i))));
      break;
    case opcode.lessEqualFloat:
      for (; i < bytes; i += 16) v128.store(to + i, truth(f32x4.le(v128.load(a + i), v128.load(b + i))));
      break;
    case opcode.lessEqualInteger:
      for (; i < bytes; i += 16) v128.store(to + i, truth(i32x4.le_s(v128.load(a + i), v128.load(b + i))));
      break;
    case opcode.equalFloat:
      for (; i < bytes; i += 16) v128.store(to + i, truth(f32x4.eq(v128.load(a + i), v128.load(b + i))));
      break;
    case opcode.equalInteger:
      for (; i < bytes; i += 16) v128.store(to + i, truth(i32x4.eq(v128.load(a + i), v128.load(b + i))));
      break;
    case opcode.and:
      for (; i < bytes; i += 16) v128.store(to + i, truth(v128.and(isSet(a + i), isSet(b + i))));
      break;
    case opcode.or:
      for (; i < bytes; i += 16) v128.store(to + i, truth(v128.or(isSet(a + i), isSet(b + i))));
      break;
    case opcode.select:
      for (; i < bytes; i += 16) {
        v128.store(to + i, v128.bitselect(v128.load(b + i), v128.load(c + i), isSet(a + i)));
      }
      break;
    default:
      unreachable();
  }
}

/** 1 where the lane's bits are set. */
// @ts-ignore: decorator
@inline
function truth(bits: v128): v128 {
  return v128.and(bits, i32x4.splat(1));
}

/** All bits where the number in memory is not 0. */
// @ts-ignore: decorator
@inline
function isSet(at: usize): v128 {
  return i32x4.ne(v128.load(at), i32x4.splat(0));
}
