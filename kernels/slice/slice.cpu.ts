import type { CpuContext, CpuKernel } from '../../src/plan/kernel.ts';
import type { Operand } from '../../src/plan/step.ts';
import { splitAt } from '../../src/tape/index.ts';
import { movedNumber, overRows, rowWork } from '../rows.cpu.ts';

/** Work for moving a run of bytes, in the unit of `Cut`. */
const workOf = (bytes: number) => (movedNumber * bytes) / 4 + rowWork;

/** Runs over the indices of the dimensions before the axis, restricted to rows in use. */
function overOuter(
  y: Operand,
  axis: number,
  context: CpuContext,
  run: (begin: number, end: number) => void,
): () => void {
  if (axis === 0) return () => run(0, 1);
  const perRow = y.shape.slice(1, axis).reduce((product, size) => product * size, 1);
  return overRows(y, context, (begin, end) => run(begin * perRow, end * perRow));
}

export const slice: CpuKernel<'slice'> = ({ attributes: { axis, start }, inputs: [x], outputs: [y] }, context) => {
  const { length, inner } = splitAt(x.shape, axis);
  const bytes = 4 * y.shape[axis] * inner;
  const from = context.pointer(x) + 4 * start * inner;
  const to = context.pointer(y);
  const cut = { work: workOf(bytes) };
  const run = context.parallel('copyRuns', [bytes, from, 4 * length * inner, to, bytes], cut);
  return overOuter(y, axis, context, run);
};

export const pad: CpuKernel<'pad'> = ({ attributes: { axis, before, after }, inputs: [x], outputs: [y] }, context) => {
  const { length, inner } = splitAt(x.shape, axis);
  const [bytes, bytesBefore, bytesAfter] = [length, before, after].map((size) => 4 * size * inner);
  const from = context.pointer(x);
  const to = context.pointer(y);
  const cut = { work: workOf(bytesBefore + bytes + bytesAfter) };
  const run = context.parallel('padRuns', [bytes, bytesBefore, bytesAfter, from, to], cut);
  return overOuter(y, axis, context, run);
};

export const concat: CpuKernel<'concat'> = ({ attributes: { axis }, inputs, outputs: [y] }, context) => {
  const { length, inner } = splitAt(y.shape, axis);
  let to = context.pointer(y);
  const copies = inputs.map((input) => {
    const bytes = 4 * input.shape[axis] * inner;
    const [from, place] = [context.pointer(input), to];
    to += bytes;
    return context.parallel('copyRuns', [bytes, from, bytes, place, 4 * length * inner], { work: workOf(bytes) });
  });
  return overOuter(y, axis, context, (begin, end) => {
    for (const copy of copies) copy(begin, end);
  });
};
