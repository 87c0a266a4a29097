import type { Activation } from '../../src/ops/index.ts';
import type { ReferenceContext, ReferenceKernel } from '../../src/plan/kernel.ts';
import type { Operand } from '../../src/plan/step.ts';

const activations: Readonly<Record<Activation, (x: number) => number>> = {
  none: (x) => x,
  relu: (x) => Math.max(x, 0),
  leakyRelu: (x) => (x > 0 ? x : 0.01 * x),
  tanh: (x) => Math.tanh(x),
  sigmoid: (x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))),
};

/** The derivative of each activation, from its output y. */
const activationDerivatives: Readonly<Record<Activation, (y: number) => number>> = {
  none: () => 1,
  relu: (y) => (y > 0 ? 1 : 0),
  leakyRelu: (y) => (y > 0 ? 1 : 0.01),
  tanh: (y) => 1 - y * y,
  sigmoid: (y) => y * (1 - y),
};

/** y[n, o] = activation(b[o] + sum over i of x[n, i] w[i, o]). */
export const dense: ReferenceKernel<'dense'> = ({ attributes, inputs: [x, w, b], outputs: [y] }, context) => {
  const activation = activations[attributes.activation];
  const [width, columns] = w.shape as [number, number];
  const xs = context.array(x);
  const ws = context.array(w);
  const bs = b && context.array(b);
  const ys = context.array(y);
  for (const n of rowsOf(y, context)) {
    for (let o = 0; o < columns; o++) {
      let sum = bs ? bs[o] : 0;
      for (let i = 0; i < width; i++) sum += xs[n * width + i] * ws[i * columns + o];
      ys[n * columns + o] = activation(sum);
    }
  }
};

/** dx[n, i] = through'(x[n, i]) times the sum over o of dy[n, o] activation'(y[n, o]) w[i, o]. */
export const denseInputGradient: ReferenceKernel<'denseInputGradient'> = (
  { attributes, inputs: [dy, y, w, x], outputs: [dx] },
  context,
) => {
  const derivative = activationDerivatives[attributes.activation];
  const through = activationDerivatives[attributes.through];
  const xs = x && context.array(x);
  const [width, columns] = w.shape as [number, number];
  const dys = context.array(dy);
  const ys = context.array(y);
  const ws = context.array(w);
  const dxs = context.array(dx);
  for (const n of rowsOf(dx, context)) {
    for (let i = 0; i < width; i++) {
      let sum = 0;
      for (let o = 0; o < columns; o++) {
        sum += dys[n * columns + o] * derivative(ys[n * columns + o]) * ws[i * columns + o];
      }
      dxs[n * width + i] = xs ? sum * through(xs[n * width + i]) : sum;
    }
  }
};

/** dw[i, o] = sum over n of x[n, i] g[n, o] and db[o] = sum over n of g[n, o], where g = dy activation'(y). */
export const denseWeightGradient: ReferenceKernel<'denseWeightGradient'> = (
  { attributes, inputs: [x, dy, y], outputs: [dw, db] },
  context,
) => {
  const derivative = activationDerivatives[attributes.activation];
  const width = x.shape[1];
  const columns = dy.shape[1];
  const xs = context.array(x);
  const dys = context.array(dy);
  const ys = context.array(y);
  const dws = context.array(dw).fill(0);
  const dbs = db && context.array(db).fill(0);
  for (const n of commonRowsOf([x, dy, y], context)) {
    for (let o = 0; o < columns; o++) {
      const g = dys[n * columns + o] * derivative(ys[n * columns + o]);
      for (let i = 0; i < width; i++) dws[i * columns + o] += xs[n * width + i] * g;
      if (dbs) dbs[o] += g;
    }
  }
};

/** y[n, o] = activation(b[o] + sum over p of w[tokens[n, p], o]); tokens below 0 add nothing. */
export const oneHotDense: ReferenceKernel<'oneHotDense'> = (
  { attributes, inputs: [tokens, w, b], outputs: [y] },
  context,
) => {
  const activation = activations[attributes.activation];
  const positions = tokens.shape[1];
  const columns = w.shape[1];
  const rows = context.array(tokens);
  const ws = context.array(w);
  const bs = b && context.array(b);
  const ys = context.array(y);
  for (const n of rowsOf(y, context)) {
    for (let o = 0; o < columns; o++) {
      let sum = bs ? bs[o] : 0;
      for (let p = 0; p < positions; p++) {
        const token = rows[n * positions + p];
        if (token >= 0) sum += ws[token * columns + o];
      }
      ys[n * columns + o] = activation(sum);
    }
  }
};

/** dw[i, o] = sum of g[n, o] over all n, p with tokens[n, p] = i; db[o] = sum over n of g[n, o]; g = dy activation'(y). */
export const oneHotDenseWeightGradient: ReferenceKernel<'oneHotDenseWeightGradient'> = (
  { attributes, inputs: [tokens, dy, y], outputs: [dw, db] },
  context,
) => {
  const derivative = activationDerivatives[attributes.activation];
  const positions = tokens.shape[1];
  const columns = dy.shape[1];
  const rows = context.array(tokens);
  const dys = context.array(dy);
  const ys = context.array(y);
  const dws = context.array(dw).fill(0);
  const dbs = db && context.array(db).fill(0);
  for (const n of commonRowsOf([tokens, dy, y], context)) {
    for (let o = 0; o < columns; o++) {
      const g = dys[n * columns + o] * derivative(ys[n * columns + o]);
      for (let p = 0; p < positions; p++) {
        const token = rows[n * positions + p];
        if (token >= 0) dws[token * columns + o] += g;
      }
      if (dbs) dbs[o] += g;
    }
  }
};

/** The numbers of the operand's rows in use. */
function rowsOf(operand: Operand, context: ReferenceContext): number[] {
  const first = context.firstRow(operand);
  return Array.from({ length: context.rowCount(operand) }, (_, n) => first + n);
}

/** The rows in use of operands that share one row space, though some may hold all of its rows. */
function commonRowsOf(operands: readonly Operand[], context: ReferenceContext): number[] {
  return rowsOf(operands.find((operand) => operand.rows) ?? operands[0], context);
}
