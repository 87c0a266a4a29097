import type { Loop, Node } from './operation.ts';
import { sameShape } from './shape.ts';
import type { Tape } from './tape.ts';
import type { Shape, Tensor } from './tensor.ts';
import { describeType, elementCount } from './tensor.ts';

/** The arithmetic for walking a tape backwards; `ops` provides it, so that the tape does not depend on operations. */
export interface GradientArithmetic {
  /** a + b, of equal shapes. */
  add(a: Tensor, b: Tensor): Tensor;
  /** Sums over the dimensions along which a tensor of `shape` was broadcast. */
  sumTo(cotangent: Tensor, shape: Shape): Tensor;
  /** A tensor of zeros. */
  zeros(like: Tensor): Tensor;
  /** The derivative of the scalar with respect to itself. */
  one(scalar: Tensor): Tensor;
}

/**
 * Reverse-mode automatic differentiation: records on the tape the derivative of `scalar` with respect to each of
 * `targets`, by walking the nodes between them backwards. A target that `scalar` does not depend on gets zeros.
 *
 * @throws if `scalar` has more than one element, or a path between them crosses an operation without a derivative
 */
export function recordGradient(scalar: Tensor, targets: readonly Tensor[], arithmetic: GradientArithmetic): Tensor[] {
  if (elementCount(scalar.shape) !== 1 || scalar.dtype !== 'f32') {
    throw new Error(`gradient: a derivative is of one f32 number, not of ${describeType(scalar)}. Sum it first.`);
  }
  return recordPullback(scalar, arithmetic.one(scalar), targets, arithmetic);
}

/** A loop's body, walked backwards once for all iterations. */
export interface LoopBody {
  readonly loop: Loop;
  /** A tensor made in the body, with its rows from all iterations. */
  whole(tensor: Tensor): Tensor;
}

/**
 * The vector-Jacobian product J^T u of y with respect to each of `targets`, which for u = 1 is the gradient of a
 * scalar. It may be recorded inside a loop, for a y made before the loop and a u that changes between iterations.
 *
 * @param cotangent u, of y's shape
 * @param body given if y and the targets' uses are in a loop's body; otherwise the walk skips loops
 * @throws if a path between them crosses an operation without a derivative
 */
export function recordPullback(
  y: Tensor,
  cotangent: Tensor,
  targets: readonly Tensor[],
  arithmetic: GradientArithmetic,
  body?: LoopBody,
): Tensor[] {
  if (!sameShape(y.shape, cotangent.shape)) {
    throw new Error(`pullback: the cotangent of ${describeType(y)} cannot be ${describeType(cotangent)}.`);
  }
  for (const target of targets) {
    if (target.dtype !== 'f32') throw new Error(`gradient: ${describeType(target)} is integer and has no derivative.`);
  }
  const tape = y.tape;
  const dependent = dependents(tape, targets, body?.loop);
  const whole = body?.whole ?? ((tensor: Tensor) => tensor);
  const cotangents = new Map<number, Tensor>();
  cotangents.set(y.id, cotangent);

  const accumulate = (tensor: Tensor, cotangent: Tensor) => {
    const summed = sameShape(cotangent.shape, tensor.shape) ? cotangent : arithmetic.sumTo(cotangent, tensor.shape);
    if (summed.rows && !tensor.rows) {
      throw new Error(
        `gradient: ${describeType(tensor)} was used by rows that are counted on the device, so its derivative is only known ` +
          'in those rows. Gather it into these rows first.',
      );
    }
    const before = cotangents.get(tensor.id);
    cotangents.set(tensor.id, before ? arithmetic.add(before, summed) : summed);
  };
  // Nodes recorded from here on belong to the gradient itself: walk only earlier ones.
  for (const node of tape.nodes.slice().reverse()) {
    if (node.loop !== body?.loop) continue;
    const reached = node.outputs.some((output) => cotangents.has(output.id));
    if (!reached || !node.inputs.some((input) => dependent.has(input.id))) continue;
    visit(node, { whole, cotangents, dependent, accumulate });
  }
  return targets.map((target) => cotangents.get(target.id) ?? arithmetic.zeros(target));
}

interface Walk {
  readonly whole: (tensor: Tensor) => Tensor;
  readonly cotangents: ReadonlyMap<number, Tensor>;
  readonly dependent: ReadonlySet<number>;
  readonly accumulate: (tensor: Tensor, cotangent: Tensor) => void;
}

function visit({ operation, attributes, ...node }: Node, { whole, cotangents, dependent, accumulate }: Walk): void {
  const [inputs, outputs] = [node.inputs.map(whole), node.outputs.map(whole)];
  if (operation.derivative === 'none') {
    throw new Error(
      `gradient: ${operation.name} has no derivative. Put stopGradient around its inputs if none is meant.`,
    );
  }
  const needs = (input: number) => inputs[input] !== undefined && dependent.has(inputs[input].id);
  const results = operation.derivative({
    tape: outputs[0].tape,
    inputs,
    outputs,
    attributes,
    cotangents: outputs.map((output) => cotangents.get(output.id)),
    needs,
  });
  inputs.forEach((input, i) => {
    const result = results[i];
    if (result && needs(i)) accumulate(input, result);
  });
}

/**
 * The tensors, of one loop's body or outside of all loops, that depend differentiably on the targets, including the
 * targets.
 */
function dependents(tape: Tape, targets: readonly Tensor[], loop: Loop | undefined): Set<number> {
  const result = new Set(targets.map((target) => target.id));
  for (const node of tape.nodes) {
    if (node.operation.name === 'stopGradient' || node.loop !== loop) continue;
    if (node.inputs.some((input) => result.has(input.id))) {
      for (const output of node.outputs) if (output.dtype === 'f32') result.add(output.id);
    }
  }
  return result;
}
