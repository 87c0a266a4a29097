import { elementFunction } from '../../kernels/elementwise/elementwise.reference.ts';
import type { FusedProgram, KernelAttributes, KernelStep, Plan } from '../plan/index.ts';

/** The position of the first number that is not finite, or -1. */
export function firstNonFinite(numbers: ArrayLike<number>): number {
  for (let i = 0; i < numbers.length; i++) if (!Number.isFinite(numbers[i])) return i;
  return -1;
}

function nameOf({ kernel, attributes }: KernelStep): string {
  if (kernel === 'rowProgram') return (attributes as KernelAttributes<'rowProgram'>).program.name;
  if (kernel !== 'fused') return kernel;
  const functions = (attributes as FusedProgram).instructions.map((instruction) => instruction.function);
  return `elementwise (${functions.join(', ')})`;
}

/** For messages: `dense [16, 80] x [80, 256] -> [16, 256]`. A fused step names its functions, a row program itself. */
export function describeStep(step: KernelStep): string {
  const shapes = (operands: KernelStep['inputs']) => operands.map(({ shape }) => `[${shape.join(', ')}]`).join(' x ');
  return `${nameOf(step)} ${shapes(step.inputs)} -> ${shapes([...step.outputs, ...step.writes])}`;
}

/** A non-finite result of a step: the output, the position in it, and the number. */
export interface NonFinite {
  readonly output: number;
  readonly element: number;
  readonly value: number;
}

/**
 * The error of a step that made a non-finite number. Of fused operations it names the first at fault, and its operands.
 *
 * @param inputs the inputs of a fused step before it ran
 */
export function nonFiniteError(
  step: KernelStep,
  { output, element, value }: NonFinite,
  inputs?: readonly ArrayLike<number>[],
): Error {
  const made = `${describeStep(step)} made ${value} at element ${element}`;
  const origin =
    inputs && step.kernel === 'fused' ? originIn(step.attributes as FusedProgram, output, element, inputs) : '';
  return new Error(`${made}${origin}.`);
}

/** `: log(-1) is NaN`: the first instruction that made an element non-finite, computed in float32. */
function originIn(
  { shape, inputs: places, instructions, outputs }: FusedProgram,
  output: number,
  element: number,
  inputs: readonly ArrayLike<number>[],
): string {
  const coordinates = shape.map((size, axis) => {
    const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
    return Math.floor(element / inner) % size;
  });
  const given = places.map(
    ({ strides }, i) => inputs[i][strides.reduce((sum, stride, axis) => sum + stride * coordinates[axis], 0)],
  );
  const values: number[] = [];
  for (const instruction of instructions.slice(0, outputs[output] + 1)) {
    const operands = instruction.operands.map((operand) => {
      if (operand.kind === 'literal') return operand.value;
      return operand.kind === 'input' ? given[operand.input] : values[operand.instruction];
    });
    const [a, b, c] = operands;
    const exact = elementFunction(instruction)(a, b, c);
    const value = instruction.gives === 'f32' ? Math.fround(exact) : exact;
    if (!Number.isFinite(value)) return `: ${instruction.function}(${operands.join(', ')}) is ${value}`;
    values.push(value);
  }
  return '';
}

/** @throws if an operation on constants alone, computed at compile time, gave a non-finite number */
export function checkConstants({ constants }: Plan): void {
  for (const { madeBy, data } of constants) {
    const element = madeBy === undefined ? -1 : firstNonFinite(data);
    if (element < 0) continue;
    throw new Error(`${madeBy} of constants made ${data[element]} at element ${element}.`);
  }
}
