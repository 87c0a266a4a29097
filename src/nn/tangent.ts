import {
  type Activation,
  add,
  type DenseAttributes,
  dense,
  filled,
  gatherRows,
  less,
  multiply,
  oneHotDense,
  reshape,
  type SliceAttributes,
  select,
  slice,
  square,
  subtract,
} from '../ops/index.ts';
import type { Node, Tensor } from '../tape/index.ts';
import { describeType, sameShape } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';

/** The layers that `mlp` records. */
const layers = { dense, oneHotDense } as const;

/**
 * The Jacobian-vector product J v of a network's output, by forward mode: records how `output` changes as the
 * parameters move along `direction`, d/dt output(parameters + t direction) at t = 0. It passes through the network's
 * layers once, reusing the numbers from computing the output. A perceptron's layer y = f(x W + b) gives, from its
 * input's derivative x',
 *    y' = f'(x W + b) * (x' W + x W' + b'),   with f' in terms of y, as in reverse mode. It may be recorded in a loop's
 *   body, of an output made before the loop (Pearlmutter, "Fast exact multiplication by the Hessian", 1994, calls this
 *   operator R).
 *
 * @param output [N, outputs], computed from `parameters` by dense and one-hot dense layers, slices, gathered rows and
 * reshapes only
 * @param parameters the tensors that the network was applied to
 * @param direction v: a tensor of the same shape for each parameter
 * @throws if the shapes differ, the output does not depend on the parameters, or another operation lies in between
 */
export function tangent(output: Tensor, parameters: readonly Tensor[], direction: readonly Tensor[]): Tensor {
  checkGiven('tangent', { output }, 'tensor');
  checkGiven('tangent', { parameters, direction }, 'list');
  const derivatives = new Map<number, Tensor>();
  parameters.forEach((parameter, i) => {
    if (!direction[i] || !sameShape(parameter.shape, direction[i].shape)) {
      const given = direction[i] ? describeType(direction[i]) : 'nothing';
      throw new Error(`tangent: parameter ${i}, ${describeType(parameter)}, cannot move along ${given}.`);
    }
    derivatives.set(parameter.id, direction[i]);
  });
  for (const node of nodesBehind(output)) {
    if (!node.inputs.some(({ id }) => derivatives.has(id))) continue;
    derivatives.set(node.outputs[0].id, nodeTangent(node, derivatives));
  }
  const result = derivatives.get(output.id);
  if (!result) throw new Error(`tangent: ${describeType(output)} does not depend on the parameters.`);
  return result;
}

function nodeTangent({ operation, inputs, outputs, attributes }: Node, derivatives: ReadonlyMap<number, Tensor>) {
  const { name } = operation;
  const [x, w, b] = inputs;
  const [dx, dw, db] = inputs.map(({ id }) => derivatives.get(id));
  if (name === 'slice' && dx) {
    const { axis, start, length } = attributes as SliceAttributes;
    return slice(dx, axis, start, length);
  }
  if (name === 'gatherRows' && dx) return gatherRows(dx, w, b ? { inverse: b } : {});
  if (name === 'reshape' && dx) return reshape(dx, outputs[0].shape);
  if (name !== 'dense' && name !== 'oneHotDense') {
    throw new Error(`tangent: ${name} has no forward derivative; layers, slices, gathered rows and reshapes have one.`);
  }
  const terms: Tensor[] = [];
  if (dx) terms.push(dense(dx, w));
  if (dw || db) terms.push(layers[name](x, dw ?? zeros(w), b && db));
  return multiplyBySlope(terms.reduce(add), outputs[0], (attributes as DenseAttributes).activation);
}

/** z' f'(z), where y = f(z). */
function multiplyBySlope(dz: Tensor, y: Tensor, activation: Activation): Tensor {
  switch (activation) {
    case 'none':
      return dz;
    case 'relu':
      return select(less(0, y), dz, 0);
    case 'leakyRelu':
      return select(less(0, y), dz, multiply(dz, 0.01));
    case 'tanh':
      return multiply(dz, subtract(1, square(y)));
    case 'sigmoid':
      return multiply(dz, multiply(y, subtract(1, y)));
  }
}

/** The nodes that a tensor was computed from, in the order of recording. */
function nodesBehind(output: Tensor): Node[] {
  const found = new Set<Node>();
  const waiting = [output];
  for (let tensor = waiting.pop(); tensor; tensor = waiting.pop()) {
    if (tensor.source.kind !== 'node' || found.has(tensor.source.node)) continue;
    found.add(tensor.source.node);
    waiting.push(...tensor.source.node.inputs);
  }
  return [...found].sort((a, b) => a.index - b.index);
}

function zeros({ tape, shape }: Tensor): Tensor {
  return filled(tape, shape, 0);
}
