import type { GradientArithmetic, LoopBody, Tensor } from '../tape/index.ts';
import { recordGradient, recordPullback } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';
import { add, filled } from './elementwise.ts';
import { sumTo } from './reduce.ts';

/** A tensor for each element of a list. */
export type TensorOfEach<List extends readonly unknown[]> = { -readonly [Place in keyof List]: Tensor };

/**
 * Records the derivative of a scalar with respect to each target, by reverse-mode automatic differentiation.
 * @param scalar an f32 tensor of one element
 * @param targets f32 tensors the scalar was computed from; one it does not depend on gets zeros
 * @throws if the path between them crosses an operation without a derivative
 */
export function gradient<const Targets extends readonly Tensor[]>(
  scalar: Tensor,
  targets: Targets,
): TensorOfEach<Targets> {
  checkGiven('gradient', { scalar }, 'tensor');
  return recordGradient(scalar, targets, arithmetic) as TensorOfEach<Targets>;
}

/**
 * Records the vector-Jacobian product J^T u of y with respect to each target, by reverse mode: the gradient of <y, u>
 * with u held fixed. Unlike `gradient` it may be recorded in a loop's body, of a y made before the loop.
 * @param cotangent u, of y's shape
 * @throws if the shapes differ, or the path between y and a target crosses an operation without a derivative
 */
export function pullback<const Targets extends readonly Tensor[]>(
  y: Tensor,
  cotangent: Tensor,
  targets: Targets,
): TensorOfEach<Targets> {
  checkGiven('pullback', { y, cotangent }, 'tensor');
  return recordPullback(y, cotangent, targets, arithmetic) as TensorOfEach<Targets>;
}

/** The same through a loop's body, for all its iterations at once; see `loopOutput`. */
export function pullbackThrough(body: LoopBody, y: Tensor, cotangent: Tensor, targets: readonly Tensor[]): Tensor[] {
  return recordPullback(y, cotangent, targets, arithmetic, body);
}

const arithmetic: GradientArithmetic = {
  add,
  sumTo,
  zeros: ({ tape, shape }) => filled(tape, shape, 0),
  one: ({ tape, shape }) => tape.constant('f32', shape, [1]),
};
