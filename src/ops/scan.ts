import type { Operation, Tensor } from '../tape/index.ts';
import { expect } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';

/** Direction and decay of a running sum. */
export interface ScanAttributes {
  /** Factor of the running sum at each step; 1 for a cumulative sum, lambda for generalised advantages. */
  readonly decay: number;
  /** From the last step to the first. */
  readonly reverse: boolean;
}

/**
 * y_t = x_t + decay y_{t-1} along the first axis (time), or x_t + decay y_{t+1} in reverse.
 * x, y: [time, ...]. With decay lambda in reverse it is the recursion of generalised advantage estimation
 * (Zykova-Myzina et al. 2026, eq. 13).
 */
export const scanOperation: Operation<ScanAttributes> & { readonly name: 'scan' } = {
  name: 'scan',
  infer(inputs) {
    const x = inputs[0];
    expect(x.dtype === 'f32' && x.shape.length >= 1, 'scan', 'takes an f32 tensor with time in front.', inputs);
    expect(
      !x.rows,
      'scan',
      'time runs along a fixed dimension; gather the rows into a grid [time, trajectory] first.',
      inputs,
    );
    return [{ dtype: 'f32', shape: x.shape }];
  },
  derivative: ({ attributes, cotangents: [dy] }) => [dy && scan(dy, attributes.decay, !attributes.reverse)],
};

/** A running sum along the first axis; see `scanOperation`. */
export function scan(x: Tensor, decay = 1, reverse = false): Tensor {
  checkGiven('scan', { x }, 'tensor');
  return x.tape.record(scanOperation, [x], { decay, reverse })[0];
}

/** Sum of everything up to each step, or from each step on when `reverse`. */
export const cumulativeSum = (x: Tensor, reverse = false): Tensor => scan(x, 1, reverse);
