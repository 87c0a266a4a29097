import type { Activation, DenseInputGradientAttributes } from '../ops/index.ts';
import type { Node } from '../tape/index.ts';
import { storageOf } from '../tape/index.ts';
import { readsOf } from './liveness.ts';

/**
 * Multiplies a gradient by the derivative of the next activation where the gradient is made instead of where it is
 * read: the layer below reads it twice, for the gradients of its inputs and of its weights, and then no longer needs
 * its own output.
 *
 * @param keep identities of tensors that must stay as recorded: the plan's outputs
 */
export function joinEpilogues(nodes: readonly Node[], keep: ReadonlySet<number>): Node[] {
  const readers = new Map<number, Node[]>();
  for (const node of nodes) {
    for (const read of readsOf(node)) {
      const { id } = storageOf(read);
      const list = readers.get(id);
      if (list) list.push(node);
      else readers.set(id, [node]);
    }
  }
  const replaced = new Map<Node, Node>();
  const present = (node: Node) => replaced.get(node) ?? node;
  for (const node of nodes) {
    if (node.operation.name !== 'denseInputGradient' || keep.has(node.outputs[0].id)) continue;
    const layers = (readers.get(node.outputs[0].id) ?? []).map((reader) => layerBelow(reader, node));
    const [first] = layers;
    if (!first || layers.some((layer) => layer?.y.id !== first.y.id || layer.activation !== first.activation)) continue;
    const { source } = storageOf(first.y);
    if (source.kind !== 'node' || source.node.index > node.index) continue;
    const attributes = { ...(present(node).attributes as DenseInputGradientAttributes), through: first.activation };
    replaced.set(node, { ...present(node), inputs: [...node.inputs, first.y], attributes });
    for (const { reader } of layers as Layer[]) {
      const { attributes } = present(reader) as Node<object>;
      replaced.set(reader, { ...present(reader), attributes: { ...attributes, activation: 'none' } });
    }
  }
  return nodes.map(present);
}

/** A node that reads the cotangent of a layer's output to compute a gradient of the layer. */
interface Layer {
  readonly reader: Node;
  readonly y: Node['outputs'][number];
  readonly activation: Activation;
}

/** The position of the cotangent among the inputs; the layer's output follows it. */
const cotangentOf: Readonly<Record<string, number>> = {
  denseInputGradient: 0,
  denseWeightGradient: 1,
  oneHotDenseWeightGradient: 1,
};

/**
 * The layer whose gradient `reader` computes from the result of `maker`; undefined if it uses the result differently.
 */
function layerBelow(reader: Node, maker: Node): Layer | undefined {
  const place = cotangentOf[reader.operation.name];
  if (place === undefined || reader.loop !== maker.loop) return undefined;
  const { id } = maker.outputs[0];
  const reads = readsOf(reader).filter((read) => storageOf(read).id === id);
  const { activation } = reader.attributes as { activation: Activation };
  if (reads.length !== 1 || reader.inputs[place] !== maker.outputs[0] || activation === 'none') return undefined;
  return { reader, y: reader.inputs[place + 1], activation };
}
