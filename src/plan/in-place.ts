import type { Node, Tensor, Variable, Write } from '../tape/index.ts';
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
  const uses = usesOf(units);
  units.forEach((unit, position) => {
    if (unit.kind !== 'node' || unit.node.operation.name !== 'assign') return;
    const made = storageOf(unit.node.inputs[0]);
    const producer = uses.makers.get(made.id);
    if (producer === undefined || keep.has(made.id) || target.has(made.id)) return;
    if (!mayMakeInPlace(units, uses, { producer, assign: position, made, node: unit.node }, target)) return;
    const [write] = unit.node.writes;
    target.set(made.id, write);
    // Whoever reads the tensor now reads the variable.
    const readings = uses.readings.get(made.id) ?? [];
    uses.variableReadings.set(write.variable, [...(uses.variableReadings.get(write.variable) ?? []), ...readings]);
    dropped.add(unit);
  });
  return { units: units.filter((unit) => !dropped.has(unit)), target };
}

/** Positions of units, found once: a training iteration has thousands. */
interface Uses {
  /** Of the launch that makes a tensor, by the tensor's identity; launches of elementwise nodes alone. */
  readonly makers: ReadonlyMap<number, number>;
  /** Of the units that read a tensor's memory, by its identity, in order. */
  readonly readings: ReadonlyMap<number, readonly number[]>;
  /** Of the units that read a variable. */
  readonly variableReadings: Map<Variable, readonly number[]>;
  /** Of the units that write a variable, in order. */
  readonly variableWrites: ReadonlyMap<Variable, readonly number[]>;
}

function usesOf(units: readonly Unit[]): Uses {
  const makers = new Map<number, number>();
  const readings = new Map<number, number[]>();
  const variableReadings = new Map<Variable, number[]>();
  const variableWrites = new Map<Variable, number[]>();
  units.forEach((unit, position) => {
    if (unit.kind === 'fused') for (const { id } of unit.group.outputs) makers.set(id, position);
    for (const node of nodesOf(unit)) {
      for (const read of readsOf(node)) {
        const { id, source } = storageOf(read);
        add(readings, id, position);
        if (source.kind === 'variable') add(variableReadings, source.variable, position);
      }
      for (const { variable } of node.writes) add(variableWrites, variable, position);
    }
  });
  return { makers, readings, variableReadings, variableWrites };
}

function add<Key>(lists: Map<Key, number[]>, key: Key, position: number): void {
  const list = lists.get(key);
  if (!list) lists.set(key, [position]);
  else if (list[list.length - 1] !== position) list.push(position);
}

/** An assignment: where the assigned tensor is made, and where it is assigned. */
interface Assignment {
  readonly producer: number;
  readonly assign: number;
  readonly made: Tensor;
  readonly node: Node;
}

function mayMakeInPlace(
  units: readonly Unit[],
  { readings, variableReadings, variableWrites }: Uses,
  { producer, assign, made, node }: Assignment,
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
  const isBetween = (position: number) => position > producer && position < assign;
  if (variableReadings.get(variable)?.some(isBetween) || variableWrites.get(variable)?.some(isBetween)) return false;
  const nextWrite = variableWrites.get(variable)?.find((position) => position > assign);
  return (readings.get(made.id) ?? []).every((position) => {
    const unit = units[position];
    if (unit.kind === 'node' && unit.node.operation.name === 'pack') return false;
    return nextWrite === undefined || position < nextWrite;
  });
}

const nodesOf = (unit: Unit): readonly Node[] => (unit.kind === 'node' ? [unit.node] : unit.group.nodes);

/** The part of a variable that a tensor reads, or is computed in. */
function placeOf(tensor: Tensor, target: InPlace['target']): Pick<Write, 'variable' | 'offset'> | undefined {
  const { source, id } = storageOf(tensor);
  return source.kind === 'variable' ? source : target.get(id);
}
