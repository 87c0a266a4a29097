import type { Node, Tape, Tensor } from '../tape/index.ts';

/** Everything a node reads: its inputs and the windows that count its rows. */
export function readsOf(node: Node): Tensor[] {
  const windows = new Map<number, Tensor>();
  for (const tensor of [...node.inputs, ...node.outputs]) {
    if (tensor.rows) windows.set(tensor.rows.window.id, tensor.rows.window);
  }
  if (node.rows) windows.set(node.rows.window.id, node.rows.window);
  if (node.loop) windows.set(node.loop.window.id, node.loop.window);
  for (const write of node.writes) if (write.type.rows) windows.set(write.type.rows.window.id, write.type.rows.window);
  return [...node.inputs, ...windows.values()];
}

/** The nodes, in order, that an output or a write to a variable depends on; the rest is dead code. */
export function liveNodes(tape: Tape, outputs: readonly Tensor[]): Node[] {
  const wanted = new Set<Node>();
  const want = (tensor: Tensor) => {
    if (tensor.source.kind === 'node') wanted.add(tensor.source.node);
  };
  for (const output of outputs) {
    want(output);
    if (output.rows) want(output.rows.window);
  }
  for (const node of tape.nodes.slice().reverse()) {
    if (node.writes.length > 0) wanted.add(node);
    if (wanted.has(node)) readsOf(node).forEach(want);
  }
  return tape.nodes.filter((node) => wanted.has(node));
}
