import type { ReferenceContext, ReferenceKernel } from '../../src/plan/kernel.ts';
import type { Operand } from '../../src/plan/step.ts';
import { splitAt } from '../../src/tape/index.ts';

/** y[o, l, i] = x[o, start + l, i]. */
export const slice: ReferenceKernel<'slice'> = (
  { attributes: { axis, start }, inputs: [x], outputs: [y] },
  context,
) => {
  const whole = splitAt(x.shape, axis);
  const part = splitAt(y.shape, axis);
  const from = context.array(x);
  const to = context.array(y);
  for (const o of outerPlaces(y, axis, context)) {
    for (let l = 0; l < part.length; l++) {
      for (let i = 0; i < part.inner; i++) {
        to[(o * part.length + l) * part.inner + i] = from[(o * whole.length + start + l) * whole.inner + i];
      }
    }
  }
};

/** y[o, l, i] = x[o, l - before, i] where that exists, 0 elsewhere. */
export const pad: ReferenceKernel<'pad'> = ({ attributes: { axis, before }, inputs: [x], outputs: [y] }, context) => {
  const part = splitAt(x.shape, axis);
  const whole = splitAt(y.shape, axis);
  const from = context.array(x);
  const to = context.array(y);
  for (const o of outerPlaces(y, axis, context)) {
    for (let l = 0; l < whole.length; l++) {
      const inside = l >= before && l < before + part.length;
      for (let i = 0; i < whole.inner; i++) {
        to[(o * whole.length + l) * whole.inner + i] = inside
          ? from[(o * part.length + l - before) * part.inner + i]
          : 0;
      }
    }
  }
};

/** The inputs one after another along the axis. */
export const concat: ReferenceKernel<'concat'> = ({ attributes: { axis }, inputs, outputs: [y] }, context) => {
  const whole = splitAt(y.shape, axis);
  const to = context.array(y);
  let start = 0;
  for (const input of inputs) {
    const part = splitAt(input.shape, axis);
    const from = context.array(input);
    for (const o of outerPlaces(y, axis, context)) {
      for (let l = 0; l < part.length; l++) {
        for (let i = 0; i < part.inner; i++) {
          to[(o * whole.length + start + l) * whole.inner + i] = from[(o * part.length + l) * part.inner + i];
        }
      }
    }
    start += part.length;
  }
};

/** The indices along the dimensions before the axis, restricted to rows in use. */
function outerPlaces(y: Operand, axis: number, context: ReferenceContext): number[] {
  if (axis === 0) return [0];
  const perRow = y.shape.slice(1, axis).reduce((product, size) => product * size, 1);
  const first = context.firstRow(y) * perRow;
  return Array.from({ length: context.rowCount(y) * perRow }, (_, o) => first + o);
}
