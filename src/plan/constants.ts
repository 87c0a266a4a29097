import { elementFunction } from '../../kernels/elementwise/elementwise.reference.ts';
import type { ElementwiseAttributes } from '../ops/index.ts';
import { operandType } from '../ops/index.ts';
import type { Node, Shape, Tensor } from '../tape/index.ts';
import { elementCount, sameShape, storageOf } from '../tape/index.ts';

/** Values known at compile time. */
export interface Constants {
  /** A tensor's numbers, if they depend on constants alone. */
  known(tensor: Tensor): Float32Array | Int32Array | undefined;
  /** Whether a node's output is known, so that it does not have to run. */
  isFolded(node: Node): boolean;
  /** Describes a node whose output is known: `elementwise (log) [6]`, with the nodes it was computed from. */
  describe(node: Node): string;
}

/**
 * The largest node to compute at compile time. Larger ones, which are broadcasts, are filled in where they are read:
 * storing them would take longer, and a plan's size must be known without them.
 */
const maxFolded = 65_536;

/** Computes the elementwise nodes that depend on constants alone. Their numbers are uploaded like other constants. */
export function foldConstants(nodes: readonly Node[]): Constants {
  const folded = new Map<Node, Float32Array | Int32Array>();
  const known = (tensor: Tensor) => {
    const { source } = storageOf(tensor);
    if (source.kind === 'constant') return source.data;
    return source.kind === 'node' ? folded.get(source.node) : undefined;
  };
  for (const node of nodes) {
    if (node.operation.name !== 'elementwise' || node.rows || elementCount(node.outputs[0].shape) > maxFolded) continue;
    const values = node.inputs.map(known);
    if (values.every((value) => value !== undefined)) folded.set(node, evaluate(node, values));
  }
  /** The functions that produced a node's numbers, the first one first. */
  const functionsOf = (node: Node, seen = new Set<Node>()): string[] => {
    if (seen.has(node)) return [];
    seen.add(node);
    const earlier = node.inputs.flatMap((input) => {
      const { source } = storageOf(input);
      return source.kind === 'node' ? functionsOf(source.node, seen) : [];
    });
    return [...earlier, (node.attributes as ElementwiseAttributes).function];
  };
  return {
    known,
    isFolded: (node) => folded.has(node),
    describe: (node) => `elementwise (${functionsOf(node).join(', ')}) [${node.outputs[0].shape.join(', ')}]`,
  };
}

function evaluate(node: Node, values: readonly ArrayLike<number>[]): Float32Array | Int32Array {
  const { function: name } = node.attributes as ElementwiseAttributes;
  const { shape, dtype } = node.outputs[0];
  const count = elementCount(shape);
  const result = dtype === 'f32' ? new Float32Array(count) : new Int32Array(count);
  const compute = elementFunction({ function: name, takes: operandType(name, node.inputs) });
  if (values.every((value) => value.length === 1)) {
    const [a, b, c] = values.map((value) => value[0]);
    return result.fill(compute(a, b, c));
  }
  const index = node.inputs.map((input) => (sameShape(shape, input.shape) ? same : indexOver(shape, input.shape)));
  for (let i = 0; i < count; i++) {
    const [a, b, c] = values.map((value, k) => value[index[k](i)]);
    result[i] = compute(a, b, c);
  }
  return result;
}

const same = (i: number) => i;

/** The element of a broadcast input that corresponds to element i of the result. */
function indexOver(shape: Shape, input: Shape): (i: number) => number {
  return (i) => {
    let rest = i;
    let place = 0;
    let stride = 1;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const at = rest % shape[axis];
      rest = Math.floor(rest / shape[axis]);
      const size = input[axis - shape.length + input.length] ?? 1;
      if (size !== 1) place += at * stride;
      stride *= size;
    }
    return place;
  };
}
