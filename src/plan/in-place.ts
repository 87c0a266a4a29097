import type { Node, Tensor, Write } from '../tape/index.ts';
import { elementCount, sameShape, storageOf } from '../tape/index.ts';
import type { Unit } from './fuse.ts';
import { readsOf } from './liveness.ts';

/** The parts of a plan that are computed directly in variables. */
export interface InPlace {
  /** The remaining units. */
  readonly units: readonly Unit[];
  /** The part of a variable in which a tensor is computed, by the tensor's identity. */
  readonly target: ReadonlyMap<number, Write>;
}

/**
 * Drops assignments of elementwise results by letting the launch write to the variable itself, if this makes no
 * difference: nothing in between reads or writes the variable, the launch reads it at most element by element, and
 * every reader of the result comes before the variable's next write.
 *
 * @param keep identities of tensors that must keep their numbers to the end
 */
export function assignInPlace(units: readonly Unit[], keep: ReadonlySet<number>): InPlace {
  const target = new Map<number, Write>();
  const dropped = new Set<Unit>();
  units.forEach((unit, position) => {
    if (unit.kind !== 'node' || unit.node.operation.name !== 'assign') return;
    const made = storageOf(unit.node.inputs[0]);
    const producer = units.findIndex((other) => other.kind === 'fused' && other.group.outputs.includes(made));
    if (producer < 0 || keep.has(made.id) || target.has(made.id)) return;
    if (!mayMakeInPlace(units, producer, position, made, unit.node, target)) return;
    target.set(made.id, unit.node.writes[0]);
    dropped.add(unit);
  });
  return { units: units.filter((unit) => !dropped.has(unit)), target };
}

function mayMakeInPlace(
  units: readonly Unit[],
  producer: number,
  assign: number,
  made: Tensor,
  node: Node,
  target: InPlace['target'],
): boolean {
  const [write] = node.writes;
  const { variable } = write;
  const maker = units[producer];
  if (maker.kind !== 'fused' || nodesOf(maker)[0].loop !== node.loop) return false;
  if (made.rows || elementCount(made.shape) !== elementCount(write.type.shape)) return false;
  const { program, inputs, outputs } = maker.group;
  const making = program.outputs[outputs.indexOf(made)];
  const elementByElement = inputs.every((input, i) => {
    const place = placeOf(input, target);
    if (place?.variable !== variable) return true;
    // A device may store a result immediately, so nothing may read the old number afterwards.
    const readLater = program.instructions.some(
      ({ operands }, k) => k > making && operands.some((operand) => operand.kind === 'input' && operand.input === i),
    );
    return place.offset === write.offset && sameShape(input.shape, program.shape) && !readLater;
  });
  if (!elementByElement) return false;
  // Another output of the launch may be assigned to the same variable.
  const between = units.slice(producer + 1, assign);
  if (between.some((unit) => touches(unit, write, target))) return false;
  const nextWrite = units.findIndex(
    (unit, i) => i > assign && nodesOf(unit).some(({ writes }) => writesTo(writes, write)),
  );
  return units.every((unit, i) => {
    if (!readsOfUnit(unit).some((read) => storageOf(read).id === made.id)) return true;
    if (unit.kind === 'node' && unit.node.operation.name === 'pack') return false;
    return nextWrite < 0 || i < nextWrite;
  });
}

const nodesOf = (unit: Unit): readonly Node[] => (unit.kind === 'node' ? [unit.node] : unit.group.nodes);

function readsOfUnit(unit: Unit): readonly Tensor[] {
  return nodesOf(unit).flatMap(readsOf);
}

/** The part of a variable that a tensor reads, or is computed in. */
function placeOf(tensor: Tensor, target: InPlace['target']): Pick<Write, 'variable' | 'offset'> | undefined {
  const { source, id } = storageOf(tensor);
  return source.kind === 'variable' ? source : target.get(id);
}

function touches(unit: Unit, write: Write, target: InPlace['target']): boolean {
  const reads = readsOfUnit(unit).some((read) => placeOf(read, target)?.variable === write.variable);
  return reads || nodesOf(unit).some(({ writes }) => writesTo(writes, write));
}

function writesTo(writes: readonly Write[], { variable }: Write): boolean {
  return writes.some((other) => other.variable === variable);
}
