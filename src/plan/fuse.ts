import type { ElementwiseAttributes } from '../ops/index.ts';
import { operandType } from '../ops/index.ts';
import type { Node, Shape, Tensor } from '../tape/index.ts';
import { sameShape, storageOf } from '../tape/index.ts';
import type { Constants } from './constants.ts';
import { readsOf } from './liveness.ts';
import { lookUp } from './lookup.ts';
import type { FusedInstruction, FusedOperand, FusedProgram } from './step.ts';

/** What runs at one position: a single node, or elementwise nodes fused at the position of the last. */
export type Unit =
  | { readonly kind: 'node'; readonly node: Node }
  | { readonly kind: 'fused'; readonly group: FusedGroup };

export interface FusedGroup {
  readonly nodes: readonly Node[];
  readonly program: FusedProgram;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

export interface FuseOptions {
  /** Storage buffers that one launch may bind, without the row window. */
  readonly max: number;
  /** Identities of tensors that must exist in memory in any case: the plan's outputs. */
  readonly keep: ReadonlySet<number>;
  readonly constants: Constants;
  /** Runs each elementwise node by itself, to check the fused plan. */
  readonly off?: boolean;
}

/** Limits groups, so that a kernel's text and registers stay small. */
const maxInstructions = 48;

interface OpenGroup {
  nodes: Node[];
  /** Index of its last node, where it runs. */
  position: number;
}

/**
 * Fuses elementwise nodes over the same shape. A group runs at the position of its last node, so a node may join only
 * if nothing in between reads the group's results or writes its inputs.
 */
export function fuse(nodes: readonly Node[], options: FuseOptions): Unit[] {
  const consumers = consumersOf(nodes);
  const writers = nodes.filter(({ writes }) => writes.length > 0);
  const open = new Set<OpenGroup>();
  const groupOf = new Map<Node, OpenGroup>();
  const touching = new Map<number, Node[]>();

  for (const node of nodes) {
    if (node.operation.name !== 'elementwise') continue;
    let group: OpenGroup = { nodes: [node], position: node.index };
    if (!options.off) {
      for (const other of related(node, groupOf, touching)) {
        const merged = { nodes: [...other.nodes, ...group.nodes], position: node.index };
        if (mayJoin(other, node, writers, consumers, merged) && fits(merged, consumers, options)) {
          open.delete(other);
          group = merged;
        }
      }
    }
    group.nodes.sort((a, b) => a.index - b.index);
    open.add(group);
    for (const member of group.nodes) groupOf.set(member, group);
    touch(node, touching, options.constants);
  }

  const units: Unit[] = [];
  for (const node of nodes) {
    const group = groupOf.get(node);
    if (!group) {
      if (!node.operation.isAlias) units.push({ kind: 'node', node });
    } else if (group.position === node.index) {
      units.push({ kind: 'fused', group: toFusedGroup(group.nodes, consumers, options) });
    }
  }
  return units;
}

type Consumers = ReadonlyMap<number, readonly Node[]>;

/** The readers of each tensor's memory. */
function consumersOf(nodes: readonly Node[]): Consumers {
  const result = new Map<number, Node[]>();
  for (const node of nodes) {
    if (node.operation.isAlias) continue;
    for (const tensor of readsOf(node)) {
      const { id } = storageOf(tensor);
      const list = result.get(id);
      if (list) list.push(node);
      else result.set(id, [node]);
    }
  }
  return result;
}

/** Notes the elementwise nodes that produce a tensor's memory, or read it, by its identity. */
function touch(node: Node, touching: Map<number, Node[]>, constants: Constants): void {
  const inputs = node.inputs.filter((input) => !constants.known(input)).map((input) => storageOf(input).id);
  for (const id of new Set([node.outputs[0].id, ...inputs])) {
    const list = touching.get(id);
    if (list) list.push(node);
    else touching.set(id, [node]);
  }
}

/** Groups that produce an input of the node, or read one of its inputs, in the order of their nodes. */
function related(
  node: Node,
  groupOf: ReadonlyMap<Node, OpenGroup>,
  touching: ReadonlyMap<number, readonly Node[]>,
): Set<OpenGroup> {
  const members = new Set(node.inputs.flatMap((input) => touching.get(storageOf(input).id) ?? []));
  return new Set([...members].sort((a, b) => a.index - b.index).map((member) => lookUp(groupOf, member)));
}

function mayJoin(
  group: OpenGroup,
  node: Node,
  writers: readonly Node[],
  consumers: Consumers,
  merged: OpenGroup,
): boolean {
  const first = group.nodes[0];
  const y = first.outputs[0];
  const x = node.outputs[0];
  if (first.loop !== node.loop || !sameShape(y.shape, x.shape)) return false;
  if (y.rows?.window.id !== x.rows?.window.id) return false;
  const members = new Set(merged.nodes);
  for (const member of group.nodes) {
    for (const consumer of consumers.get(member.outputs[0].id) ?? []) {
      if (consumer.index < node.index && !members.has(consumer)) return false;
    }
  }
  const reads = new Set(
    group.nodes.flatMap((member) =>
      member.inputs.flatMap((input) => {
        const { source } = storageOf(input);
        return source.kind === 'variable' ? [source.variable] : [];
      }),
    ),
  );
  return !writers.some(
    ({ index, writes }) =>
      index > group.position && index < node.index && writes.some(({ variable }) => reads.has(variable)),
  );
}

function fits(merged: OpenGroup, consumers: Consumers, options: FuseOptions): boolean {
  if (merged.nodes.length > maxInstructions) return false;
  const { inputs, outputs } = boundary(merged.nodes, consumers, options);
  // A launch binds a buffer once, so the same memory under two shapes needs two launches.
  const memories = new Set(inputs.map((input) => memoryKey(input)));
  return memories.size === inputs.length && inputs.length + outputs.length <= options.max;
}

function memoryKey(tensor: Tensor): unknown {
  const base = storageOf(tensor);
  return base.source.kind === 'variable' ? base.source.variable : base.id;
}

/** The value of a one-element constant, which goes into the program instead of being read. */
function literal(tensor: Tensor, constants: Constants): number | undefined {
  const value = constants.known(tensor);
  return value?.length === 1 ? value[0] : undefined;
}

/** Whether two tensors are the same memory under the same shape. */
function sameInput(a: Tensor, b: Tensor): boolean {
  const [baseA, baseB] = [storageOf(a), storageOf(b)];
  if (!sameShape(a.shape, b.shape)) return false;
  if (baseA.source.kind === 'variable' && baseB.source.kind === 'variable') {
    return baseA.source.variable === baseB.source.variable && baseA.source.offset === baseB.source.offset;
  }
  return baseA.id === baseB.id;
}

function boundary(
  nodes: readonly Node[],
  consumers: Consumers,
  options: FuseOptions,
): { inputs: Tensor[]; outputs: Tensor[] } {
  const members = new Set(nodes);
  const inside = new Set(nodes.map((node) => node.outputs[0].id));
  const inputs: Tensor[] = [];
  for (const node of nodes) {
    for (const input of node.inputs) {
      const external = literal(input, options.constants) === undefined && !inside.has(storageOf(input).id);
      if (external && !inputs.some((other) => sameInput(other, input))) inputs.push(input);
    }
  }
  const outputs = nodes
    .map((node) => node.outputs[0])
    .filter((y) => options.keep.has(y.id) || (consumers.get(y.id) ?? []).some((consumer) => !members.has(consumer)));
  return { inputs, outputs };
}

/** Strides of an input along the iteration's dimensions; 0 if it is broadcast. */
function stridesOver(shape: Shape, input: Shape): number[] {
  const strides = new Array<number>(shape.length).fill(0);
  let step = 1;
  for (let axis = input.length - 1; axis >= 0; axis--) {
    const place = shape.length - input.length + axis;
    if (input[axis] !== 1) strides[place] = step;
    step *= input[axis];
  }
  return strides;
}

function toFusedGroup(nodes: readonly Node[], consumers: Consumers, options: FuseOptions): FusedGroup {
  const { inputs, outputs } = boundary(nodes, consumers, options);
  const shape = nodes[0].outputs[0].shape;
  if (shape.length > 4)
    throw new Error(`elementwise: ${shape.length} dimensions; at most four are supported. Reshape first.`);
  const values = new Map(nodes.map((node, i) => [node.outputs[0].id, i]));
  const operandOf = (input: Tensor): FusedOperand => {
    const value = literal(input, options.constants);
    if (value !== undefined) return { kind: 'literal', value };
    const instruction = values.get(storageOf(input).id);
    if (instruction !== undefined) return { kind: 'value', instruction };
    return { kind: 'input', input: inputs.findIndex((other) => sameInput(other, input)) };
  };
  const instructions = nodes.map((node): FusedInstruction => {
    const { function: name } = node.attributes as ElementwiseAttributes;
    const takes = operandType(name, node.inputs);
    return { function: name, takes, gives: node.outputs[0].dtype, operands: node.inputs.map(operandOf) };
  });
  const program: FusedProgram = {
    shape,
    inputs: inputs.map((input) => ({ dtype: input.dtype, strides: stridesOver(shape, input.shape) })),
    instructions,
    outputs: outputs.map((y) => lookUp(values, y.id)),
  };
  return { nodes, program, inputs, outputs };
}
