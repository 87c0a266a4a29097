import type { PackAttributes } from '../ops/index.ts';
import type { Loop, Node, Rows, Tape, Tensor, Write } from '../tape/index.ts';
import { checkReadable, describeType, storageOf } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';
import { alignment } from './arena.ts';
import { foldConstants } from './constants.ts';
import { joinEpilogues } from './epilogues.ts';
import { fuse, type Unit } from './fuse.ts';
import { assignInPlace } from './in-place.ts';
import { liveNodes, readsOf } from './liveness.ts';
import { assignMemory, type Memory } from './memory.ts';
import type { Plan, PlanStep } from './plan.ts';
import type { Address, KernelName, KernelStep, Operand } from './step.ts';

/** Turns parts of the compiler off, for tests of their effects. */
export interface CompileOptions {
  /** Runs each elementwise operation by itself: the unfused plan that the fused one is tested against. */
  readonly fuse?: boolean;
  /** Gives every tensor memory of its own: the unplanned evaluation that runs are tested against. */
  readonly shareMemory?: boolean;
}

/** Storage buffers a launch may bind on every WebGPU device, less one for the row window. */
const maxBindings = 7;

/**
 * Compiles a tape: drops what no output and no variable depends on, fuses elementwise chains, and gives every tensor
 * its place.
 *
 * @param outputs tensors to be read after a run, by name; they keep their memory to the end
 * @throws if a part of a variable starts where WebGPU cannot bind it, or an output reads a variable that has been
 *   written since
 */
export function compile<Outputs extends string>(
  tape: Tape,
  outputs: Readonly<Record<Outputs, Tensor>>,
  options: CompileOptions = {},
): Plan<Outputs> {
  checkGiven('compile', { tape }, 'tape');
  checkGiven('compile', { outputs }, 'object');
  checkGiven('compile', { options }, 'object?');
  for (const [name, tensor] of Object.entries<Tensor>(outputs)) checkReadable(`output ${name}`, tape, tensor);
  const results = Object.values<Tensor>(outputs).flatMap((tensor) =>
    tensor.rows ? [tensor, tensor.rows.window] : tensor,
  );
  const live = liveNodes(tape, results);
  const constants = foldConstants(live);
  const keep = new Set(results.map((tensor) => storageOf(tensor).id));
  const unfolded = live.filter((node) => !constants.isFolded(node));
  const nodes = options.fuse === false ? unfolded : joinEpilogues(unfolded, keep);
  const fused = fuse(nodes, { max: maxBindings, keep, constants, off: options.fuse === false });
  const { units, target } =
    options.shareMemory === false ? { units: fused, target: new Map() } : assignInPlace(fused, keep);
  const memory = assignMemory(units, results, constants, target, options.shareMemory !== false);
  const entries = units.flatMap((unit) => lower(unit, memory));

  return {
    steps: groupLoops(entries, memory),
    arenaBytes: memory.arenaBytes,
    constants: memory.constants,
    // No remaining unit names a variable that is only computed in place.
    variables: [...new Set([...units.flatMap(variablesOf), ...[...target.values()].map(({ variable }) => variable)])],
    outputs: Object.fromEntries(
      Object.entries<Tensor>(outputs).map(([name, tensor]) => [name, operandOf(tensor, memory)]),
    ) as Record<Outputs, Operand>,
    placements: memory.placements,
  };
}

interface Entry {
  readonly step: KernelStep;
  readonly loop: Loop | undefined;
}

/** The steps of one unit: its kernel, and copies of operands that would be bound twice. */
function lower(unit: Unit, memory: Memory): Entry[] {
  const node = unit.kind === 'node' ? unit.node : unit.group.nodes[0];
  const { loop } = node;
  if (unit.kind === 'fused') {
    const { group } = unit;
    const rows = group.outputs[0]?.rows;
    const { before, inputs } = withoutRepeats(group.inputs, memory, unit);
    const step: KernelStep<'fused'> = {
      kernel: 'fused',
      attributes: group.program,
      inputs,
      outputs: group.outputs.map((output) => operandOf(output, memory)),
      writes: [],
      ...(rows ? { rows: rowsOf(rows, memory) } : {}),
    };
    return [...before, step as KernelStep].map((entry) => ({ step: entry, loop }));
  }
  if (node.operation.name === 'pack') return packCopies(node, memory).map((step) => ({ step, loop }));
  const { before, inputs } = withoutRepeats(node.inputs, memory, unit);
  const step = {
    kernel: (node.operation.kernel ?? node.operation.name) as KernelName,
    attributes: node.attributes,
    inputs,
    outputs: node.outputs.map((output) => operandOf(output, memory)),
    writes: node.writes.map((write) => writeOperand(write, memory)),
    ...(node.rows ? { rows: rowsOf(node.rows, memory) } : {}),
  } as KernelStep;
  return [...before, step].map((entry) => ({ step: entry, loop }));
}

/** A launch may not bind the same memory twice: a repeated input is read from a copy. */
function withoutRepeats(
  inputs: readonly Tensor[],
  memory: Memory,
  unit: Unit,
): { before: KernelStep[]; inputs: Operand[] } {
  const before: KernelStep[] = [];
  const operands = inputs.map((input, i) => {
    const operand = operandOf(input, memory);
    const copy = memory.copyOf(unit, i);
    if (!copy) return operand;
    before.push(assignStep(operand, { ...operand, address: copy }));
    return { ...operand, address: copy };
  });
  return { before, inputs: operands };
}

/** Copies of those inputs of a pack that could not be computed in their place. */
function packCopies(node: Node, memory: Memory): KernelStep[] {
  const { offsets } = node.attributes as PackAttributes;
  const region = operandOf(node.outputs[0], memory);
  return node.inputs.flatMap((input, i) => {
    const operand = operandOf(input, memory);
    const byteOffset = region.address.byteOffset + 4 * offsets[i];
    if (operand.address.space === 'arena' && operand.address.byteOffset === byteOffset) return [];
    return [assignStep(operand, { ...operand, address: { space: 'arena', byteOffset } })];
  });
}

function assignStep(from: Operand, to: Operand): KernelStep {
  return { kernel: 'assign', attributes: null, inputs: [from], outputs: [], writes: [to] } as KernelStep;
}

function operandOf(tensor: Tensor, memory: Memory): Operand {
  const { dtype, shape, rows } = tensor;
  return { dtype, shape, address: addressOf(tensor, memory), ...(rows ? { rows: rowsOf(rows, memory) } : {}) };
}

function writeOperand({ variable, offset, type }: Write, memory: Memory): Operand {
  const address: Address = { space: 'variable', variable, byteOffset: checkedOffset(4 * offset, variable.name) };
  const { dtype, shape, rows } = type;
  return { dtype, shape, address, ...(rows ? { rows: rowsOf(rows, memory) } : {}) };
}

function rowsOf(rows: Rows, memory: Memory): NonNullable<Operand['rows']> {
  return { max: rows.max, window: addressOf(rows.window, memory) };
}

type VariableSource = Extract<Tensor['source'], { kind: 'variable' }>;

function addressOf(tensor: Tensor, memory: Memory): Address {
  const { source, id } = storageOf(tensor);
  const inPlace = memory.targetOf(id);
  if (inPlace || source.kind === 'variable') {
    const { variable, offset } = inPlace ?? (source as VariableSource);
    return { space: 'variable', variable, byteOffset: checkedOffset(4 * offset, variable.name) };
  }
  const byteOffset = memory.offsetOf(id);
  if (byteOffset === undefined) throw new Error(`plan: ${describeType(tensor)} was given no memory.`);
  return { space: 'arena', byteOffset };
}

function checkedOffset(byteOffset: number, name: string): number {
  if (byteOffset % alignment !== 0) {
    throw new Error(
      `plan: a part of variable ${name} starts at element ${byteOffset / 4}, which WebGPU cannot bind. ` +
        `Parts must start at multiples of ${alignment / 4} elements.`,
    );
  }
  return byteOffset;
}

function variablesOf(unit: Unit) {
  const nodes = unit.kind === 'node' ? [unit.node] : unit.group.nodes;
  return nodes.flatMap((node) => [
    ...node.writes.map((write) => write.variable),
    ...readsOf(node).flatMap((tensor) => {
      const { source } = storageOf(tensor);
      return source.kind === 'variable' ? [source.variable] : [];
    }),
  ]);
}

function groupLoops(entries: readonly Entry[], memory: Memory): PlanStep[] {
  const steps: PlanStep[] = [];
  let current: { loop: Loop; body: KernelStep[] } | undefined;
  for (const { step, loop } of entries) {
    if (!loop) {
      current = undefined;
      steps.push({ kind: 'kernel', step });
      continue;
    }
    if (current?.loop !== loop) {
      current = { loop, body: [] };
      const { label, max, window, hint } = loop;
      steps.push({ kind: 'loop', loop: { label, max, window: addressOf(window, memory), body: current.body, hint } });
    }
    current.body.push(step);
  }
  return steps;
}
