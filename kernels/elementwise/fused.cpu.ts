import type { ElementwiseName } from '../../src/ops/index.ts';
import { elementwiseSignatures } from '../../src/ops/index.ts';
import type { CpuContext, CpuKernel } from '../../src/plan/kernel.ts';
import type { FusedInstruction, FusedProgram, KernelStep, Operand } from '../../src/plan/step.ts';
import type { DType, Shape } from '../../src/tape/index.ts';
import { movedNumber, overRows, rowWidth } from '../rows.cpu.ts';
import * as opcode from './opcodes.cpu.ts';

/** Runs a chain of elementwise operations as a program that WebAssembly interprets, block by block. */
export const fused: CpuKernel<'fused'> = (step, context) => {
  const { places, instructions } = translate(step, context);
  const program = encode(places, instructions, context);
  const width = rowWidth(step.outputs[0]);
  const work = places.length * movedNumber + instructions.reduce((sum, [operation]) => sum + workOf(operation), 0);
  const run = context.parallel('fused', [program], { work, multiple: 64, scratch: workspaceBytes(places) });
  return overRows(step.outputs[0], context, (begin, end) => run(begin * width, end * width));
};

/** Work for an instruction on one number, in the unit of `Cut`. */
function workOf(operation: number): number {
  return operation >= opcode.exp && operation <= opcode.softplus ? 64 : movedNumber;
}

/** The location of an operand or a result; opcodes.cpu.ts lists the kinds. */
interface Place {
  readonly kind: number;
  /** In memory, for an input, an output or a literal. */
  readonly pointer: number;
  /** Bytes it needs in the workspace. */
  readonly bytes: number;
  readonly dimensions?: readonly Dimension[];
}

interface Dimension {
  readonly size: number;
  readonly stride: number;
}

/** Operation, place of the result, places of three operands. */
type Instruction = readonly [number, number, number, number, number];

function translate(step: KernelStep<'fused'>, context: CpuContext): { places: Place[]; instructions: Instruction[] } {
  const { attributes: program } = step;
  const elements = program.shape.reduce((product, size) => product * size, 1);
  const blockBytes = 4 * Math.min(opcode.blockSize, Math.ceil(elements / 4) * 4);
  const places: Place[] = [];
  const add = (place: Place) => places.push(place) - 1;

  const inputs = program.inputs.map(({ strides }, i) =>
    add(inputPlace(step.inputs[i], program.shape, strides, context)),
  );
  const outputs = step.outputs.map((operand) =>
    add({ kind: opcode.output, pointer: context.pointer(operand), bytes: 16 }),
  );
  const literals = new Map<number, number>();
  const literalOf = (bits: number) => {
    const known = literals.get(bits);
    if (known !== undefined) return known;
    const place = add({ kind: opcode.literal, pointer: literalBlock(bits, blockBytes, context), bytes: 0 });
    literals.set(bits, place);
    return place;
  };

  const lastUses = lastUsesOf(program);
  const free: number[] = [];
  const results: number[] = [];
  const instructions: Instruction[] = [];
  program.instructions.forEach((instruction, i) => {
    const operands = instruction.operands.map((operand, k) => {
      if (operand.kind === 'input') return inputs[operand.input];
      if (operand.kind === 'value') return results[operand.instruction];
      return literalOf(bitsOf(operand.value, operandType(instruction, k)));
    });
    // A result may take the place of an operand that nothing reads afterwards.
    const consumed = new Set(
      instruction.operands.flatMap((operand) => (operand.kind === 'value' ? [operand.instruction] : [])),
    );
    for (const value of consumed) {
      if (lastUses[value] === i && places[results[value]].kind === opcode.register) free.push(results[value]);
    }
    const stored = program.outputs.indexOf(i);
    const place =
      stored >= 0 ? outputs[stored] : (free.pop() ?? add({ kind: opcode.register, pointer: 0, bytes: blockBytes }));
    results.push(place);
    const [a, b = a, c = a] = operands;
    instructions.push([opcodeOf(instruction), place, a, b, c]);
  });
  program.outputs.forEach((value, i) => {
    const place = results[value];
    if (place !== outputs[i]) instructions.push([opcode.identity, outputs[i], place, place, place]);
  });
  return { places: places.map((place) => (needsBlock(place) ? { ...place, bytes: blockBytes } : place)), instructions };
}

const needsBlock = ({ kind }: Place) => kind === opcode.scalar || kind === opcode.broadcast;

/** The last instruction that reads each instruction's value. */
function lastUsesOf({ instructions }: FusedProgram): number[] {
  const result = instructions.map(() => -1);
  instructions.forEach(({ operands }, i) => {
    for (const operand of operands) if (operand.kind === 'value') result[operand.instruction] = i;
  });
  return result;
}

function inputPlace(operand: Operand, shape: Shape, strides: readonly number[], context: CpuContext): Place {
  const pointer = context.pointer(operand);
  const dimensions = joined(shape, strides);
  const [outermost] = dimensions;
  if (dimensions.length === 0 || (dimensions.length === 1 && outermost.stride === 0)) {
    return { kind: opcode.scalar, pointer, bytes: 0 };
  }
  if (dimensions.length === 1 && outermost.stride === 1) return { kind: opcode.contiguous, pointer, bytes: 16 };
  return { kind: opcode.broadcast, pointer, bytes: 0, dimensions };
}

/** The dimensions that an input's elements actually run along: contiguous ones are merged. */
function joined(shape: Shape, strides: readonly number[]): Dimension[] {
  const result: Dimension[] = [];
  shape.forEach((size, axis) => {
    if (size === 1) return;
    const stride = strides[axis];
    const outer = result.at(-1);
    if (outer && outer.stride === stride * size) result[result.length - 1] = { size: outer.size * size, stride };
    else result.push({ size, stride });
  });
  return result;
}

function operandType({ function: name, takes }: FusedInstruction, operand: number): DType {
  const type = elementwiseSignatures[name].takes[operand];
  return type === 'T' ? takes : type;
}

/** The opcode of each function, and of its integer version if that differs. */
const opcodes: { readonly [Name in ElementwiseName]: number | readonly [float: number, integer: number] } = {
  identity: opcode.identity,
  negate: [opcode.negateFloat, opcode.negateInteger],
  abs: opcode.abs,
  square: opcode.square,
  sqrt: opcode.sqrt,
  reciprocal: opcode.reciprocal,
  exp: opcode.exp,
  log: opcode.log,
  tanh: opcode.tanh,
  sigmoid: opcode.sigmoid,
  softplus: opcode.softplus,
  relu: opcode.relu,
  toFloat: opcode.toFloat,
  toInt: opcode.toInt,
  add: [opcode.addFloat, opcode.addInteger],
  subtract: [opcode.subtractFloat, opcode.subtractInteger],
  multiply: [opcode.multiplyFloat, opcode.multiplyInteger],
  divide: opcode.divide,
  minimum: [opcode.minimumFloat, opcode.minimumInteger],
  maximum: [opcode.maximumFloat, opcode.maximumInteger],
  less: [opcode.lessFloat, opcode.lessInteger],
  lessEqual: [opcode.lessEqualFloat, opcode.lessEqualInteger],
  equal: [opcode.equalFloat, opcode.equalInteger],
  and: opcode.and,
  or: opcode.or,
  not: opcode.not,
  select: opcode.select,
};

function opcodeOf({ function: name, takes }: FusedInstruction): number {
  const found = opcodes[name];
  if (typeof found === 'number') return found;
  return takes === 'f32' ? found[0] : found[1];
}

function bitsOf(value: number, dtype: DType): number {
  if (dtype === 'i32') return value | 0;
  return new Int32Array(Float32Array.of(value).buffer)[0];
}

/** A block of one number, written once. */
function literalBlock(bits: number, bytes: number, context: CpuContext): number {
  const pointer = context.reserve(bytes);
  context.i32().fill(bits, pointer / 4, (pointer + bytes) / 4);
  return pointer;
}

/** Addresses, then buffers: see fused.assembly.ts. */
function workspaceBytes(places: readonly Place[]): number {
  return places.reduce((sum, { bytes }) => sum + bytes, tableBytes(places));
}

const tableBytes = (places: readonly Place[]) => Math.ceil(places.length / 4) * 16;

function encode(places: readonly Place[], instructions: readonly Instruction[], context: CpuContext): number {
  const bytes = opcode.headerBytes + places.length * opcode.placeBytes + instructions.length * opcode.instructionBytes;
  const pointer = context.reserve(bytes);
  const words = context.i32();
  words.set([places.length, instructions.length], pointer / 4);
  let at = pointer + opcode.headerBytes;
  let buffer = tableBytes(places);
  for (const { kind, pointer: memory, bytes: size, dimensions = [] } of places) {
    const four = [...new Array<Dimension>(4 - dimensions.length).fill({ size: 1, stride: 0 }), ...dimensions];
    const [, size1, size2, size3] = four.map((dimension) => dimension.size);
    words.set([kind, memory, buffer, size1, size2, size3, ...four.map(({ stride }) => stride)], at / 4);
    at += opcode.placeBytes;
    buffer += size;
  }
  for (const instruction of instructions) {
    words.set(instruction, at / 4);
    at += opcode.instructionBytes;
  }
  return pointer;
}
