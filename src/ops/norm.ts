import type { Operation, Tensor, TensorType } from '../tape/index.ts';
import { expect } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';
import type { Segments } from './segment.ts';

/** The constant that keeps a normalisation finite. */
export interface NormAttributes {
  /** Added to the variance under the root. */
  readonly epsilon: number;
}

/** y = (x - mean) / sqrt(variance + epsilon) of each row, variance biased. x, y: [N, C]. Scale and shift follow as ordinary arithmetic. */
export const layerNormOperation: Operation<NormAttributes> & { readonly name: 'layerNorm' } = {
  name: 'layerNorm',
  infer(inputs) {
    expect(inputs[0].shape.length === 2, 'layerNorm', 'takes f32 rows [N, C].', inputs);
    return [like(inputs[0])];
  },
  derivative: ({ tape, inputs: [x], attributes, cotangents: [dy] }) => [
    dy && tape.record(layerNormGradientOperation, [x, dy], attributes)[0],
  ],
};

/** dx = r (dy - mean(dy) - y mean(dy y)) of each row, with y the normalised x and r = 1 / sqrt(variance + epsilon). All [N, C]. */
export const layerNormGradientOperation: Operation<NormAttributes> & { readonly name: 'layerNormGradient' } = {
  name: 'layerNormGradient',
  infer: (inputs) => [like(inputs[0])],
  derivative: 'none',
};

/**
 * Layer norm in graph mode: the same with statistics over all rows and channels of a segment (a graph). x, y: [N, C];
 * offsets: i32 [S + 1]; ids: i32 [N]. Empty segments are skipped.
 */
export const graphNormOperation: Operation<NormAttributes> & { readonly name: 'graphNorm' } = {
  name: 'graphNorm',
  infer(inputs) {
    const [x, offsets, ids] = inputs;
    const ranks = x.shape.length === 2 && offsets.shape.length === 1 && ids.shape[0] === x.shape[0];
    expect(ranks, 'graphNorm', 'takes f32 rows [N, C], i32 offsets [S + 1] and ids [N].', inputs);
    return [like(x)];
  },
  derivative: ({ tape, inputs: [x, offsets, ids], attributes, cotangents: [dy] }) => [
    dy && tape.record(graphNormGradientOperation, [x, offsets, ids, dy], attributes)[0],
  ],
};

/** The gradient of `graphNorm`: as `layerNormGradient`, with means over a segment's rows and channels. */
export const graphNormGradientOperation: Operation<NormAttributes> & { readonly name: 'graphNormGradient' } = {
  name: 'graphNormGradient',
  infer: (inputs) => [like(inputs[0])],
  derivative: 'none',
};

function like(x: Tensor): TensorType {
  return { dtype: 'f32', shape: x.shape, ...(x.rows ? { rows: x.rows } : {}) };
}

/**
 * Each row normalised over its channels; see `layerNormOperation`. The sum of a row's squares is computed in float32
 * from numbers scaled by 2^-44: numbers up to 1e31 in rows of up to 1,024 are handled correctly, and beyond 3e32 /
 * sqrt(C) the row becomes 0.
 */
export function layerNorm(x: Tensor, epsilon = 1e-5): Tensor {
  checkGiven('layerNorm', { x }, 'tensor');
  return x.tape.record(layerNormOperation, [x], { epsilon })[0];
}

/** Rows normalised over all rows and channels of their segment; see `graphNormOperation`. */
export function graphNorm(x: Tensor, { offsets, ids }: Segments, epsilon = 1e-5): Tensor {
  return x.tape.record(graphNormOperation, [x, offsets, ids], { epsilon })[0];
}
