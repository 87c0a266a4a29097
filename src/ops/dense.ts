import type { Operation, Tensor, TensorType } from '../tape/index.ts';
import { commonRows, expect } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';

/** Activations whose derivative follows from their output, so that a layer keeps nothing else. Leaky relu has slope 0.01. */
export type Activation = 'none' | 'relu' | 'leakyRelu' | 'tanh' | 'sigmoid';

/** The activation of a dense layer. */
export interface DenseAttributes {
  readonly activation: Activation;
}

/** y = activation(x w + b). x: [N, I]; w: [I, O]; b: [O], optional; y: [N, O]. */
export const denseOperation: Operation<DenseAttributes> & { readonly name: 'dense' } = {
  name: 'dense',
  infer(inputs) {
    const [x, w, b] = inputs;
    const ranks = x.shape.length === 2 && w.shape.length === 2 && (!b || b.shape.length === 1);
    expect(
      ranks && inputs.every((input) => input.dtype === 'f32'),
      'dense',
      'takes f32 x [N, I], w [I, O] and b [O].',
      inputs,
    );
    expect(x.shape[1] === w.shape[0], 'dense', 'the columns of x must be the rows of w.', inputs);
    expect(!b || b.shape[0] === w.shape[1], 'dense', 'b must have one number for each column of w.', inputs);
    return [byRows(x, [x.shape[0], w.shape[1]])];
  },
  derivative({ tape, inputs: [x, w, b], outputs: [y], attributes, cotangents: [dy], needs }) {
    if (!dy) return [];
    const gradientAttributes = { ...attributes, through: 'none' } as const;
    const dx = needs(0) ? tape.record(denseInputGradientOperation, [dy, y, w], gradientAttributes)[0] : undefined;
    if (!needs(1) && !needs(2)) return [dx];
    const [dw, db] = tape.record(denseWeightGradientOperation, [x, dy, y], { ...attributes, bias: b !== undefined });
    return [dx, dw, db];
  },
};

/** An extra factor of a dense layer's input gradient. */
export interface DenseInputGradientAttributes extends DenseAttributes {
  /** The activation of the layer that made x, whose derivative the result is multiplied by; `none` for no factor. */
  readonly through: Activation;
}

/**
 * dx = (dy * activation'(y)) w^T, or that times through'(x) with x as a fourth input (plan/epilogues.ts puts it there).
 * dy, y: [N, O]; w: [I, O]; dx, x: [N, I].
 */
export const denseInputGradientOperation: Operation<DenseInputGradientAttributes> & {
  readonly name: 'denseInputGradient';
} = {
  name: 'denseInputGradient',
  infer(inputs) {
    const [dy, , w] = inputs;
    return [byRows(dy, [dy.shape[0], w.shape[0]], inputs.slice(0, 2))];
  },
  derivative: 'none',
};

/** The requested gradients of a dense layer. */
export interface DenseWeightGradientAttributes extends DenseAttributes {
  /** Whether to compute the second output db. */
  readonly bias: boolean;
}

/** dw = x^T g and db = column sums of g, where g = dy * activation'(y). x: [N, I]; dy, y: [N, O]; dw: [I, O]; db: [O]. */
export const denseWeightGradientOperation: Operation<DenseWeightGradientAttributes> & {
  readonly name: 'denseWeightGradient';
} = {
  name: 'denseWeightGradient',
  infer(inputs, { bias }) {
    const [x, dy] = inputs;
    commonRows('denseWeightGradient', inputs);
    const dw: TensorType = { dtype: 'f32', shape: [x.shape[1], dy.shape[1]] };
    return bias ? [dw, { dtype: 'f32', shape: [dy.shape[1]] }] : [dw];
  },
  derivative: 'none',
};

/**
 * y = activation(b + the sum over positions p of w[tokens[n, p]]): a dense layer over concatenated one-hot blocks,
 * without the product. Tokens below 0 add nothing. tokens: i32 [N, P]; w: [I, O]; b: [O], optional; y: [N, O].
 */
export const oneHotDenseOperation: Operation<DenseAttributes> & { readonly name: 'oneHotDense' } = {
  name: 'oneHotDense',
  infer(inputs) {
    const [tokens, w, b] = inputs;
    const ranks = tokens.dtype === 'i32' && tokens.shape.length === 2 && w.shape.length === 2;
    expect(ranks, 'oneHotDense', 'takes i32 tokens [N, P] and f32 w [I, O].', inputs);
    expect(!b || b.shape[0] === w.shape[1], 'oneHotDense', 'b must have one number for each column of w.', inputs);
    return [byRows(tokens, [tokens.shape[0], w.shape[1]])];
  },
  derivative({ tape, inputs: [tokens, w, b], outputs: [y], attributes, cotangents: [dy], needs }) {
    if (!dy || (!needs(1) && !needs(2))) return [];
    const gradientAttributes = { ...attributes, bias: b !== undefined, width: w.shape[0] };
    const [dw, db] = tape.record(oneHotDenseWeightGradientOperation, [tokens, dy, y], gradientAttributes);
    return [undefined, dw, db];
  },
};

/** The same over one-hot blocks. */
export interface OneHotDenseWeightGradientAttributes extends DenseWeightGradientAttributes {
  /** Rows of w. */
  readonly width: number;
}

/** dw[i] = sum of g[n] over all n, p with tokens[n, p] = i, in the order of n; db = column sums of g; g = dy * activation'(y). */
export const oneHotDenseWeightGradientOperation: Operation<OneHotDenseWeightGradientAttributes> & {
  readonly name: 'oneHotDenseWeightGradient';
} = {
  name: 'oneHotDenseWeightGradient',
  infer(inputs, { bias, width }) {
    const dy = inputs[1];
    commonRows('oneHotDenseWeightGradient', inputs);
    const dw: TensorType = { dtype: 'f32', shape: [width, dy.shape[1]] };
    return bias ? [dw, { dtype: 'f32', shape: [dy.shape[1]] }] : [dw];
  },
  derivative: 'none',
};

function byRows(x: Tensor, shape: number[], inputs: readonly Tensor[] = [x]): TensorType {
  const rows = commonRows('dense', inputs);
  return { dtype: 'f32', shape, ...(rows ? { rows } : {}) };
}

/** A dense layer. @throws if the shapes do not fit */
export function dense(x: Tensor, w: Tensor, b?: Tensor, activation: Activation = 'none'): Tensor {
  checkGiven('dense', { x, w }, 'tensor');
  checkGiven('dense', { b }, 'tensor?');
  return x.tape.record(denseOperation, b ? [x, w, b] : [x, w], { activation })[0];
}

/** A dense layer over one-hot blocks given as tokens. @throws if the shapes do not fit */
export function oneHotDense(tokens: Tensor, w: Tensor, b?: Tensor, activation: Activation = 'none'): Tensor {
  checkGiven('oneHotDense', { tokens, w }, 'tensor');
  checkGiven('oneHotDense', { b }, 'tensor?');
  return tokens.tape.record(oneHotDenseOperation, b ? [tokens, w, b] : [tokens, w], { activation })[0];
}
