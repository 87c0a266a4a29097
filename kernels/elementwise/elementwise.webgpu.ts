import { type ElementwiseName, elementwiseSignatures } from '../../src/ops/index.ts';
import type { WebgpuKernel } from '../../src/plan/kernel.ts';
import type { FusedInstruction, FusedOperand, FusedProgram } from '../../src/plan/step.ts';
import type { DType } from '../../src/tape/index.ts';
import { elementCount } from '../../src/tape/index.ts';
import { sameAddress } from '../address.webgpu.ts';
import { maxRows } from '../rows.webgpu.ts';
import { gridOver, workgroupSize } from '../workgroups.ts';
import functions from './functions.wgsl';

/** Each function as a WGSL expression of its operands, which are names or literals. */
export const elementwiseExpressions: Readonly<Record<ElementwiseName, (a: string, b: string, c: string) => string>> = {
  identity: (a) => a,
  negate: (a) => `-${a}`,
  abs: (a) => `abs(${a})`,
  square: (a) => `${a} * ${a}`,
  sqrt: (a) => `sqrt(max(${a}, 0.0f))`,
  reciprocal: (a) => `1.0f / ${a}`,
  exp: (a) => `bounded_exp(${a})`,
  log: (a) => `positive_log(${a})`,
  tanh: (a) => `bounded_tanh(${a})`,
  sigmoid: (a) => `bounded_sigmoid(${a})`,
  softplus: (a) => `bounded_softplus(${a})`,
  relu: (a) => `max(${a}, 0.0f)`,
  toFloat: (a) => `f32(${a})`,
  toInt: (a) => `i32(${a})`,
  add: (a, b) => `${a} + ${b}`,
  subtract: (a, b) => `${a} - ${b}`,
  multiply: (a, b) => `${a} * ${b}`,
  divide: (a, b) => `${a} / ${b}`,
  minimum: (a, b) => `min(${a}, ${b})`,
  maximum: (a, b) => `max(${a}, ${b})`,
  less: (a, b) => `i32(${a} < ${b})`,
  lessEqual: (a, b) => `i32(${a} <= ${b})`,
  equal: (a, b) => `i32(${a} == ${b})`,
  and: (a, b) => `i32(${a} != 0 && ${b} != 0)`,
  or: (a, b) => `i32(${a} != 0 || ${b} != 0)`,
  not: (a) => `i32(${a} == 0)`,
  select: (a, b, c) => `select(${c}, ${b}, ${a} != 0)`,
};

/**
 * One launch for the whole chain, an invocation for each element. The text is generated, since every chain is a
 * different program: `let v0 = ...; let v1 = ...;` in registers between one read of each input and one write of each
 * output.
 */
export const fused: WebgpuKernel<'fused'> = ({ attributes: program, inputs, outputs, rows }, context) => {
  const { shape } = program;
  const perRow = rows ? elementCount(shape.slice(1)) : elementCount(shape);
  const count = rows ? maxRows(outputs[0]) * perRow : perRow;
  if (count === 0) return [];
  // An output computed in place of an input shares its binding: the same bytes may not be bound twice.
  const inPlace = outputs.map((output) => inputs.findIndex((input) => sameAddress(input.address, output.address)));
  return [
    {
      label: `fused ${program.instructions.map((instruction) => instruction.function).join(' ')}`,
      source: fusedSource(
        program,
        outputs.map(({ dtype }) => dtype),
        inPlace,
        rows !== undefined,
      ),
      bindings: [...inputs, ...outputs.filter((_, i) => inPlace[i] < 0)],
      ...(rows ? { rows: outputs[0] } : {}),
      workgroups: gridOver(count, context),
    },
  ];
};

/** @param inPlace for each output the input whose memory it overwrites, or -1 */
function fusedSource(
  program: FusedProgram,
  outputTypes: readonly DType[],
  inPlace: readonly number[],
  byRows: boolean,
): string {
  const { shape, inputs, instructions, outputs } = program;
  const bound = outputTypes.map((_, i) => i).filter((i) => inPlace[i] < 0);
  const perRow = elementCount(byRows ? shape.slice(1) : shape);
  const declare = (binding: number, name: string, dtype: DType) =>
    `@group(0) @binding(${binding}) var<storage, read_write> ${name}: array<${dtype}>;`;
  const size = byRows ? `row_count() * ${perRow}u` : `${perRow}u`;
  const start = byRows ? `row_start() * ${perRow}u + ` : '';
  return [
    'alias Value = f32;',
    functions,
    ...inputs.map(({ dtype }, i) => declare(i, `input${i}`, dtype)),
    ...bound.map((i, place) => declare(inputs.length + place, `output${i}`, outputTypes[i])),
    `@compute @workgroup_size(${workgroupSize})`,
    'fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {',
    `  let place = id.y * groups.x * ${workgroupSize}u + id.x;`,
    `  if (place >= ${size}) { return; }`,
    `  let element = ${start}place;`,
    ...inputs.map(({ strides }, i) => `  let x${i} = input${i}[${placeOf(shape, strides)}];`),
    ...instructions.map((instruction, i) => `  let v${i} = ${expressionOf(instruction)};`),
    ...outputs.map((instruction, i) => {
      const target = inPlace[i] < 0 ? `output${i}` : `input${inPlace[i]}`;
      return `  ${target}[element] = v${instruction};`;
    }),
    '}',
  ].join('\n');
}

/** The index of an input's number for `element`, as a WGSL expression. */
function placeOf(shape: readonly number[], strides: readonly number[]): string {
  const steps = shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
  const contiguous = shape.every((size, axis) => size === 1 || strides[axis] === steps[axis]);
  if (contiguous) return 'element';
  const terms = shape.flatMap((size, axis) => {
    if (size === 1 || strides[axis] === 0) return [];
    const along = steps[axis] === 1 ? 'element' : `element / ${steps[axis]}u`;
    const coordinate = axis === 0 ? along : `${along} % ${size}u`;
    return [`(${coordinate}) * ${strides[axis]}u`];
  });
  return terms.length > 0 ? terms.join(' + ') : '0';
}

function expressionOf({ function: name, takes, operands }: FusedInstruction): string {
  const types = elementwiseSignatures[name].takes.map((type) => (type === 'T' ? takes : type));
  const [a, b, c] = operands.map((operand, i) => textOf(operand, types[i]));
  return elementwiseExpressions[name](a, b, c);
}

function textOf(operand: FusedOperand, dtype: DType): string {
  if (operand.kind === 'input') return `x${operand.input}`;
  if (operand.kind === 'value') return `v${operand.instruction}`;
  return literal(operand.value, dtype);
}

/** A WGSL literal. WGSL has no infinities: they become the largest numbers; NaN becomes 0. */
function literal(value: number, dtype: DType): string {
  if (dtype === 'i32') return `i32(${value | 0})`;
  const largest = 3.4028234663852886e38;
  const finite = Number.isNaN(value) ? 0 : Math.fround(Math.min(Math.max(value, -largest), largest));
  return `f32(${Object.is(finite, -0) ? '-' : ''}${finite.toExponential()})`;
}
