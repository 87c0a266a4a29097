import { sigmoid, tanh } from '../elementwise/exponential.assembly';
import { loadLanes, storeLanes } from '../lanes.assembly';
import * as activation from './activation.cpu';

/** The factor of leaky relu for negative numbers. */
const slope: f32 = 0.01;

/** The activation of four numbers. */
// @ts-ignore: decorator
@inline
export function activate(x: v128, kind: i32): v128 {
  if (kind == activation.none) return x;
  if (kind == activation.relu) return f32x4.pmax(x, f32x4.splat(0));
  if (kind == activation.leakyRelu) return f32x4.pmax(x, f32x4.mul(x, f32x4.splat(slope)));
  return activateSmoothly(x, kind);
}

function activateSmoothly(x: v128, kind: i32): v128 {
  return kind == activation.tanh ? tanh(x) : sigmoid(x);
}

/** g = dy * activation'(y), with the derivative in terms of the output, over `count` contiguous numbers. */
export function activationGradient(dy: usize, y: usize, g: usize, count: usize, kind: i32): void {
  let i: usize = 0;
  for (; i + 4 <= count; i += 4) {
    const at = i << 2;
    v128.store(g + at, gradient(v128.load(dy + at), v128.load(y + at), kind));
  }
  if (i < count) {
    const at = i << 2;
    const last = gradient(loadLanes(dy + at, count - i), loadLanes(y + at, count - i), kind);
    storeLanes(g + at, last, count - i);
  }
}

/** dx = dx * activation'(x), with the derivative in terms of the output x, in rows begin .. end - 1 of I numbers. */
export function throughActivation(begin: usize, end: usize, I: usize, x: usize, dx: usize, kind: i32): void {
  const first = begin * I << 2;
  activationGradient(dx + first, x + first, dx + first, (end - begin) * I, kind);
}

/** dy * activation'(y) of four numbers. */
// @ts-ignore: decorator
@inline
export function gradient(dy: v128, y: v128, kind: i32): v128 {
  if (kind == activation.none) return dy;
  const positive = f32x4.gt(y, f32x4.splat(0));
  if (kind == activation.relu) return v128.and(dy, positive);
  if (kind == activation.leakyRelu) return v128.bitselect(dy, f32x4.mul(dy, f32x4.splat(slope)), positive);
  const one = f32x4.splat(1);
  if (kind == activation.tanh) return f32x4.mul(dy, f32x4.sub(one, f32x4.mul(y, y)));
  return f32x4.mul(dy, f32x4.mul(y, f32x4.sub(one, y)));
}
