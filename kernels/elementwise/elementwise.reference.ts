import type { ElementwiseName } from '../../src/ops/index.ts';
import type { ReferenceKernel } from '../../src/plan/kernel.ts';
import type { FusedInstruction } from '../../src/plan/step.ts';

type ElementFunction = (a: number, b: number, c: number) => number;

/** The largest finite float32: the result of exp if float32 would overflow, so that nothing becomes infinite. */
const largest = 3.4028234663852886e38;

/** Each elementwise operation on one element. Masks are 0 for false, anything else for true. */
export const elementwiseReference: Readonly<Record<ElementwiseName, ElementFunction>> = {
  identity: (a) => a,
  negate: (a) => -a,
  abs: (a) => Math.abs(a),
  square: (a) => a * a,
  sqrt: (a) => Math.sqrt(Math.max(a, 0)),
  reciprocal: (a) => 1 / a,
  exp: (a) => Math.min(Math.exp(a), largest),
  log: (a) => Math.log(a),
  tanh: (a) => Math.tanh(a),
  sigmoid: (a) => (a >= 0 ? 1 / (1 + Math.exp(-a)) : Math.exp(a) / (1 + Math.exp(a))),
  softplus: (a) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a))),
  relu: (a) => Math.max(a, 0),
  toFloat: (a) => a,
  // Adding 0 makes -0, which integers don't have, 0.
  toInt: (a) => Math.trunc(a) + 0,
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  minimum: (a, b) => Math.min(a, b),
  maximum: (a, b) => Math.max(a, b),
  less: (a, b) => (a < b ? 1 : 0),
  lessEqual: (a, b) => (a <= b ? 1 : 0),
  equal: (a, b) => (a === b ? 1 : 0),
  and: (a, b) => (a !== 0 && b !== 0 ? 1 : 0),
  or: (a, b) => (a !== 0 || b !== 0 ? 1 : 0),
  not: (a) => (a === 0 ? 1 : 0),
  select: (mask, a, b) => (mask !== 0 ? a : b),
};

/** Functions whose integer version differs: integer arithmetic wraps around at 32 bits. */
const integerFunctions: Readonly<Partial<Record<ElementwiseName, ElementFunction>>> = {
  negate: (a) => -a | 0,
  add: (a, b) => (a + b) | 0,
  subtract: (a, b) => (a - b) | 0,
  multiply: (a, b) => Math.imul(a, b),
};

/** The function on one element, for operands of a type. */
export function elementFunction({
  function: name,
  takes,
}: Pick<FusedInstruction, 'function' | 'takes'>): ElementFunction {
  return (takes === 'i32' ? integerFunctions[name] : undefined) ?? elementwiseReference[name];
}

/** Runs a chain of elementwise operations, instruction by instruction for one element after the other. */
export const fused: ReferenceKernel<'fused'> = ({ attributes: program, inputs, outputs }, context) => {
  const { shape, instructions } = program;
  const functions = instructions.map(elementFunction);
  const inputArrays = inputs.map((input) => context.array(input));
  const outputArrays = outputs.map((output) => context.array(output));
  const rowSize = shape.slice(1).reduce((product, size) => product * size, 1);
  const firstRow = context.firstRow(outputs[0]);
  const rowCount = context.rowCount(outputs[0]);

  const values = new Array<number>(instructions.length).fill(0);
  for (let element = firstRow * rowSize; element < (firstRow + rowCount) * rowSize; element++) {
    const coordinates = coordinatesOf(element, shape);
    instructions.forEach((instruction, i) => {
      const operands = instruction.operands.map((operand) => {
        if (operand.kind === 'literal') return operand.value;
        if (operand.kind === 'value') return values[operand.instruction];
        const { strides } = program.inputs[operand.input];
        const place = coordinates.reduce((sum, coordinate, axis) => sum + coordinate * strides[axis], 0);
        return inputArrays[operand.input][place];
      });
      values[i] = functions[i](operands[0], operands[1], operands[2]);
    });
    program.outputs.forEach((instruction, output) => {
      outputArrays[output][element] = values[instruction];
    });
  }
};

/** The coordinates of an element in a row-major array. */
function coordinatesOf(element: number, shape: readonly number[]): number[] {
  const coordinates = new Array<number>(shape.length).fill(0);
  let rest = element;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    coordinates[axis] = rest % shape[axis];
    rest = Math.floor(rest / shape[axis]);
  }
  return coordinates;
}
