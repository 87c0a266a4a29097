import type { Launch, WebgpuContext, WebgpuKernel } from '../../src/plan/kernel.ts';
import type { Operand } from '../../src/plan/step.ts';
import { splitAt } from '../../src/tape/index.ts';
import { maxRows } from '../rows.webgpu.ts';
import { gridOver } from '../workgroups.ts';
import place from './place.wgsl';
import shifted from './shifted.wgsl';

export const slice: WebgpuKernel<'slice'> = ({ attributes: { axis, start }, inputs: [x], outputs: [y] }, context) =>
  moved('slice', axis, x, y, start, context);

export const pad: WebgpuKernel<'pad'> = ({ attributes: { axis, before }, inputs: [x], outputs: [y] }, context) =>
  moved('pad', axis, x, y, -before, context);

function moved(label: string, axis: number, x: Operand, y: Operand, shift: number, context: WebgpuContext): Launch[] {
  const constants = { X_LENGTH: splitAt(x.shape, axis).length, SHIFT: shift };
  return fill({ label, source: shifted, constants, inputs: [x] }, axis, y, 0, y.shape[axis], context);
}

/** Inputs of one launch: with y and the row window they use all the buffers that every device allows. */
const maxParts = 6;

/**
 * One launch for every six inputs, into neighbouring parts of y. The choice of the input for a number is generated
 * text, since an override constant cannot say how many buffers there are.
 */
export const concat: WebgpuKernel<'concat'> = ({ attributes: { axis }, inputs, outputs: [y] }, context) => {
  const parts = inputs.filter((input) => input.shape[axis] > 0);
  const launches: Launch[] = [];
  let first = 0;
  for (let i = 0; i < parts.length; i += maxParts) {
    const some = parts.slice(i, i + maxParts);
    const lengths = some.map((part) => part.shape[axis]);
    const length = lengths.reduce((sum, size) => sum + size, 0);
    const part = { label: 'concat', source: partsSource(lengths), constants: {}, inputs: some };
    launches.push(...fill(part, axis, y, first, length, context));
    first += length;
  }
  return launches;
};

function partsSource(lengths: readonly number[]): string {
  const declarations = lengths.map(
    (_, i) => `@group(0) @binding(${i + 1}) var<storage, read_write> part${i}: array<u32>;`,
  );
  let first = 0;
  const choices = lengths.map((length, i) => {
    const number = `part${i}[(outer * ${length}u + place - ${first}u) * INNER + inner]`;
    first += length;
    return `  if (place < ${first}u) { return ${number}; }`;
  });
  return [
    ...declarations,
    'fn number_at(outer: u32, place: u32, inner: u32) -> u32 {',
    ...choices,
    '  return 0u;',
    '}',
  ].join('\n');
}

interface Filling {
  readonly label: string;
  /** Defines `number_at`, see place.wgsl. */
  readonly source: string;
  readonly constants: Readonly<Record<string, number>>;
  readonly inputs: readonly Operand[];
}

/** The launch that fills `length` places of y's axis from `first` on. */
function fill(
  part: Filling,
  axis: number,
  y: Operand,
  first: number,
  length: number,
  context: WebgpuContext,
): Launch[] {
  const { outer, length: yLength, inner } = splitAt(y.shape, axis);
  const perRow = axis === 0 ? 0 : outer / Math.max(y.shape[0], 1);
  const count = (axis === 0 ? 1 : maxRows(y) * perRow) * length * inner;
  if (count === 0) return [];
  return [
    {
      label: part.label,
      source: `${part.source}\n${place}`,
      constants: { ...part.constants, Y_LENGTH: yLength, INNER: inner, FIRST: first, LENGTH: length, PER_ROW: perRow },
      bindings: [y, ...part.inputs],
      rows: y,
      workgroups: gridOver(count, context),
    },
  ];
}
