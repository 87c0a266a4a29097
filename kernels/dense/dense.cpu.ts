import type { Activation } from '../../src/ops/index.ts';
import type { CpuContext, CpuKernel } from '../../src/plan/kernel.ts';
import type { Operand } from '../../src/plan/step.ts';
import { absent, overRows } from '../rows.cpu.ts';
import { leakyRelu, none, relu, sigmoid, tanh } from './activation.cpu.ts';

const activations: Readonly<Record<Activation, number>> = { none, relu, leakyRelu, tanh, sigmoid };

/** The address of b, or of zeros if it is absent. */
function biasPointer(b: Operand | undefined, columns: number, context: CpuContext): number {
  return b ? context.pointer(b) : context.reserve(4 * columns);
}

/** Work for adding a number from memory to a register, in the unit of `Cut`. */
const addedNumber = 4;

/** Runs over the rows of `counted` in use, also when there are none: gradients of nothing are 0. */
function overWindow(counted: Operand, context: CpuContext, run: (first: number, last: number) => void): () => void {
  return () => {
    const first = context.firstRow(counted);
    run(first, first + context.rowCount(counted));
  };
}

/**
 * From this many rows on, products are split by rows. With fewer they are split by columns, so that each thread reads
 * its own part of the weights, whose reading dominates then.
 */
const manyRows = 64;
/** From this many outputs on, columns can be split. */
const manyColumns = 64;
/** Columns of the widest tile, and a cache line. */
const tileColumns = 16;
/** Rows of the tallest tile. */
const tileRows = 4;

export const dense: CpuKernel<'dense'> = ({ attributes, inputs: [x, w, b], outputs: [y] }, context) => {
  const [I, O] = w.shape;
  const [px, pw, pb, py] = [context.pointer(x), context.pointer(w), biasPointer(b, O, context), context.pointer(y)];
  const numbers = [I, O, px, pw, pb, py, activations[attributes.activation]];
  const scratch = context.wasm.denseScratch(I, O);
  const byRows = context.parallel('dense', numbers, { work: 2 * I * O, multiple: tileRows, scratch });
  const byColumns = context.parallel('denseColumns', numbers, { work: 2 * I, multiple: tileColumns, scratch });
  return overRows(y, context, (begin, end) => {
    if (O < manyColumns || end - begin >= manyRows) byRows(begin, end);
    else byColumns(0, O, begin, end);
  });
};

export const denseInputGradient: CpuKernel<'denseInputGradient'> = (
  { attributes, inputs: [dy, y, w, x], outputs: [dx] },
  context,
) => {
  const [I, O] = w.shape;
  const through = activations[attributes.through];
  const [pdy, py, pw, pdx] = [dy, y, w, dx].map((operand) => context.pointer(operand));
  const numbers = [I, O, pdy, py, pw, pdx, activations[attributes.activation]];
  const scratch = context.wasm.denseInputGradientScratch(I, O);
  const cut = { multiple: tileRows, scratch };
  const byRows = context.parallel('denseInputGradient', numbers, { ...cut, work: 2 * I * O });
  const byColumns = context.parallel('denseInputGradientColumns', numbers, {
    ...cut,
    work: 2 * O,
    multiple: tileColumns,
  });
  const onward = x && context.parallel('throughActivation', [I, context.pointer(x), pdx, through], { work: 8 * I });
  return overRows(dx, context, (begin, end) => {
    if (I < manyColumns || end - begin >= manyRows) byRows(begin, end);
    else byColumns(0, I, begin, end);
    onward?.(begin, end);
  });
};

export const denseWeightGradient: CpuKernel<'denseWeightGradient'> = (
  { attributes, inputs: [x, dy, y], outputs: [dw, db] },
  context,
) => {
  const [I, O] = dw.shape;
  const [px, pdy, py, pdw] = [x, dy, y, dw].map((operand) => context.pointer(operand));
  const pdb = attributes.bias ? context.pointer(db) : absent;
  const counted = [x, dy, y].find((operand) => operand.rows) ?? x;
  const numbers = [I, O, px, pdy, py, pdw, pdb, activations[attributes.activation]];
  const scratch = context.wasm.denseWeightGradientScratch(I, O);
  if (O >= manyColumns) {
    const cut = { work: 2 * I, multiple: tileColumns, scratch };
    const byColumns = context.parallel('denseWeightGradientColumns', numbers, cut);
    return overWindow(counted, context, (first, last) => byColumns(0, O, first, last));
  }
  const byRows = context.parallel('denseWeightGradient', numbers, { work: 2 * O, multiple: tileColumns, scratch });
  return overWindow(counted, context, (first, last) => byRows(0, I, first, last));
};

export const oneHotDense: CpuKernel<'oneHotDense'> = (
  { attributes, inputs: [tokens, w, b], outputs: [y] },
  context,
) => {
  const P = tokens.shape[1];
  const [I, O] = w.shape;
  const [pt, pw, pb, py] = [
    context.pointer(tokens),
    context.pointer(w),
    biasPointer(b, O, context),
    context.pointer(y),
  ];
  const numbers = [P, I, O, pt, pw, pb, py, activations[attributes.activation]];
  return overRows(y, context, context.parallel('oneHotDense', numbers, { work: addedNumber * P * O }));
};

export const oneHotDenseWeightGradient: CpuKernel<'oneHotDenseWeightGradient'> = (
  { attributes, inputs: [tokens, dy, y], outputs: [dw, db] },
  context,
) => {
  const P = tokens.shape[1];
  const [I, O] = dw.shape;
  const [pt, pdy, py, pdw] = [tokens, dy, y, dw].map((operand) => context.pointer(operand));
  const pdb = attributes.bias ? context.pointer(db) : absent;
  const counted = [tokens, dy, y].find((operand) => operand.rows) ?? tokens;
  const numbers = [P, I, O, pt, pdy, py, pdw, pdb, activations[attributes.activation]];
  const cut = { work: 2 * addedNumber * P, multiple: tileColumns, scratch: 64 * (I + 1) };
  const run = context.parallel('oneHotDenseWeightGradient', numbers, cut);
  return overWindow(counted, context, (first, last) => run(0, O, first, last));
};
