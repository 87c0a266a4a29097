import type { Operation, Tensor, TensorType } from '../tape/index.ts';
import { expect } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';
import { divide, equal, maximum, multiply, select, subtract, toFloat } from './elementwise.ts';
import { reshape } from './reshape.ts';
import { slice } from './slice.ts';

/**
 * Rows sorted by the segment (a graph, a node) they belong to. Segment s owns rows offsets[s] .. offsets[s + 1] - 1;
 * ids[n] is row n's segment. offsets: i32 [S + 1]; ids: i32 [N].
 */
export interface Segments {
  readonly offsets: Tensor;
  readonly ids: Tensor;
}

/** How the rows of a segment become one. */
export interface SegmentReduceAttributes {
  readonly kind: 'sum' | 'max';
}

/**
 * y[s, c] = sum or max over the rows n of segment s of x[n, c], in the order of n. x: [N, C]; y: [S, C].
 * An empty segment gives 0. No atomics: a segment's rows are summed by whoever owns the segment.
 */
export const segmentReduceOperation: Operation<SegmentReduceAttributes> & { readonly name: 'segmentReduce' } = {
  name: 'segmentReduce',
  infer(inputs) {
    const [x, offsets] = inputs;
    checkSegments('segmentReduce', inputs);
    return [segmentType(x, offsets)];
  },
  derivative({ inputs: [x, offsets, ids], outputs: [y], attributes, cotangents: [dy] }) {
    if (!dy) return [];
    const segments = { offsets: offsets, ids: ids };
    const spread = segmentExpand(dy, segments, x);
    if (attributes.kind === 'sum') return [spread];
    // Rows tied for the maximum share its derivative evenly.
    const isMaximum = equal(x, segmentExpand(y, segments, x));
    const ties = segmentExpand(segmentSum(toFloat(isMaximum), segments), segments, x);
    return [select(isMaximum, divide(spread, ties), 0)];
  },
};

/** y[n] = x[ids[n]]: every row receives its segment's row. x: [S, C]; y: [N, C]. */
export const segmentExpandOperation: Operation<null> & { readonly name: 'segmentExpand' } = {
  name: 'segmentExpand',
  infer(inputs) {
    const [x, , ids, like] = inputs;
    const type: TensorType = { dtype: 'f32', shape: [ids.shape[0], x.shape[1]] };
    const rows = ids.rows ?? like?.rows;
    return [rows ? { ...type, rows } : type];
  },
  derivative: ({ inputs: [, offsets, ids], cotangents: [dy] }) => [
    dy && segmentSum(dy, { offsets: offsets, ids: ids }),
  ],
};

/** y[n, c] = exp(x[n, c]) / sum of exp(x[m, c]) over the rows m of n's segment. x, y: [N, C]. Finite for logits of any size. */
export const segmentSoftmaxOperation: Operation<null> & { readonly name: 'segmentSoftmax' } = {
  name: 'segmentSoftmax',
  infer(inputs) {
    const x = inputs[0];
    checkSegments('segmentSoftmax', inputs);
    return [{ dtype: 'f32', shape: x.shape, ...(x.rows ? { rows: x.rows } : {}) }];
  },
  derivative({ inputs: [x, offsets, ids], outputs: [y], cotangents: [dy] }) {
    if (!dy) return [];
    const segments = { offsets: offsets, ids: ids };
    const weighted = multiply(y, dy);
    return [subtract(weighted, multiply(y, segmentExpand(segmentSum(weighted, segments), segments, x)))];
  },
};

function checkSegments(operation: string, inputs: readonly Tensor[]): void {
  const [x, offsets, ids] = inputs;
  const ranks = x.shape.length === 2 && offsets.shape.length === 1 && ids.shape.length === 1;
  expect(ranks && x.dtype === 'f32', operation, 'takes f32 rows [N, C], i32 offsets [S + 1] and ids [N].', inputs);
  expect(ids.shape[0] === x.shape[0], operation, 'ids must have one number for each row.', inputs);
}

function segmentType(x: Tensor, offsets: Tensor): TensorType {
  return { dtype: 'f32', shape: [offsets.shape[0] - 1, x.shape[1]] };
}

/** The sum of each segment's rows, [S, C]; 0 for an empty one. */
export function segmentSum(x: Tensor, options: Segments): Tensor {
  checkGiven('segmentSum', { x }, 'tensor');
  checkGiven('segmentSum', { options }, { offsets: 'tensor', ids: 'tensor' });
  const { offsets, ids } = options;
  return x.tape.record(segmentReduceOperation, [x, offsets, ids], { kind: 'sum' })[0];
}

/** The largest of each segment's rows, channel by channel, [S, C]; 0 for an empty one. */
export function segmentMax(x: Tensor, options: Segments): Tensor {
  checkGiven('segmentMax', { x }, 'tensor');
  checkGiven('segmentMax', { options }, { offsets: 'tensor', ids: 'tensor' });
  const { offsets, ids } = options;
  return x.tape.record(segmentReduceOperation, [x, offsets, ids], { kind: 'max' })[0];
}

/** The mean of each segment's rows; 0 for an empty one. */
export function segmentMean(x: Tensor, segments: Segments): Tensor {
  checkGiven('segmentMean', { x }, 'tensor');
  checkGiven('segmentMean', { segments }, { offsets: 'tensor', ids: 'tensor' });
  const { offsets } = segments;
  const count = offsets.shape[0] - 1;
  const sizes = subtract(slice(offsets, 0, 1, count), slice(offsets, 0, 0, count));
  return divide(segmentSum(x, segments), reshape(maximum(toFloat(sizes), 1), [count, 1]));
}

/** Every row receives its segment's row of x. `like` has the rows of the result. */
export function segmentExpand(x: Tensor, options: Segments, like?: Tensor): Tensor {
  checkGiven('segmentExpand', { x }, 'tensor');
  checkGiven('segmentExpand', { options }, { offsets: 'tensor', ids: 'tensor' });
  checkGiven('segmentExpand', { like }, 'tensor?');
  const { offsets, ids } = options;
  return x.tape.record(segmentExpandOperation, like?.rows ? [x, offsets, ids, like] : [x, offsets, ids], null)[0];
}

/** Softmax over the rows of each segment, channel by channel, [N, C]. */
export function segmentSoftmax(x: Tensor, options: Segments): Tensor {
  checkGiven('segmentSoftmax', { x }, 'tensor');
  checkGiven('segmentSoftmax', { options }, { offsets: 'tensor', ids: 'tensor' });
  const { offsets, ids } = options;
  return x.tape.record(segmentSoftmaxOperation, [x, offsets, ids], null)[0];
}
