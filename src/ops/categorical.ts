import type { Operation, Tensor, TensorType } from '../tape/index.ts';
import { commonRows, expect } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';
import { add } from './elementwise.ts';

/**
 * Log-probabilities of the allowed actions. logits: [N, A]; mask: i32 [N, A], 0 = not allowed; y: [N, A] with 0 at
 * actions that are not allowed. They do not count, neither in the sum nor in the gradient. A row without any allowed
 * action is all 0, with gradient 0.
 */
export const logSoftmaxOperation: Operation<null> & { readonly name: 'logSoftmax' } = {
  name: 'logSoftmax',
  infer(inputs) {
    checkLogits('logSoftmax', inputs[0], inputs[1], inputs);
    return [rowsOf(inputs, inputs[0].shape)];
  },
  derivative: ({ tape, inputs: [, mask], outputs: [y], cotangents: [dy] }) => [
    dy && tape.record(logSoftmaxGradientOperation, [y, mask, dy], null)[0],
  ],
};

/** dlogits = dy - exp(y) * (sum of dy over the allowed actions), 0 at actions that are not allowed. All [N, A]. */
export const logSoftmaxGradientOperation: Operation<null> & { readonly name: 'logSoftmaxGradient' } = {
  name: 'logSoftmaxGradient',
  infer: (inputs) => [rowsOf(inputs, inputs[0].shape)],
  derivative: 'none',
};

/** Which inputs `categorical` has. */
export interface CategoricalAttributes {
  /** Whether the fourth input, the old logits, is given; without it the divergence is 0. */
  readonly old: boolean;
}

/**
 * The statistics of a categorical policy that policy-gradient objectives use, in one pass over its logits. Inputs:
 * logits [N, A]; mask i32 [N, A]; action i32 [N]; old logits [N, A] (optional, without derivative). Outputs, each [N]:
 * log pi(action), the entropy H(pi), and the divergence KL(pi || pi_old), all over the allowed actions only. A row
 * without any allowed action gives 0, 0, 0.
 */
export const categoricalOperation: Operation<CategoricalAttributes> & { readonly name: 'categorical' } = {
  name: 'categorical',
  infer(inputs, { old }) {
    const [logits, mask, action, oldLogits] = inputs;
    checkLogits('categorical', logits, mask, inputs);
    const acts = action.dtype === 'i32' && action.shape.length === 1 && action.shape[0] === logits.shape[0];
    expect(acts, 'categorical', 'takes one i32 action for each row of logits.', inputs);
    const fits = !old || (oldLogits.shape[0] === logits.shape[0] && oldLogits.shape[1] === logits.shape[1]);
    expect(fits, 'categorical', 'the old logits must have the shape of the logits.', inputs);
    const type = rowsOf(inputs, [logits.shape[0]]);
    return [type, type, type];
  },
  derivative({ tape, inputs, attributes, cotangents: [logProbability, entropy, divergence] }) {
    // At most two cotangents at a time keep the kernel within the eight storage buffers every WebGPU device has.
    const record = (which: readonly CategoricalStatistic[], cotangents: readonly Tensor[]) =>
      tape.record(categoricalGradientOperation, [...inputs, ...cotangents], { ...attributes, which })[0];
    const main: [CategoricalStatistic, Tensor][] = [];
    if (logProbability) main.push(['logProbability', logProbability]);
    if (divergence && attributes.old) main.push(['divergence', divergence]);
    const first =
      main.length > 0
        ? record(
            main.map(([name]) => name),
            main.map(([, tensor]) => tensor),
          )
        : undefined;
    const second = entropy ? record(['entropy'], [entropy]) : undefined;
    return [first && second ? add(first, second) : (first ?? second)];
  },
};

/** The outputs of `categorical` that are differentiable. */
export type CategoricalStatistic = 'logProbability' | 'entropy' | 'divergence';

/** The outputs of `categorical` that a gradient belongs to. */
export interface CategoricalGradientAttributes extends CategoricalAttributes {
  /** The outputs that the cotangents belong to, in order. */
  readonly which: readonly CategoricalStatistic[];
}

/**
 * dlogits [N, A] from the inputs of `categorical` and one cotangent [N] for each of `which`. With p = pi(b), over
 * allowed b, and 0 elsewhere: log-probability: d (1{b = action} - p); entropy: -d p (log p + H);
 * divergence: d p (log p - log pi_old(b) - KL).
 */
export const categoricalGradientOperation: Operation<CategoricalGradientAttributes> & {
  readonly name: 'categoricalGradient';
} = {
  name: 'categoricalGradient',
  infer: (inputs) => [rowsOf(inputs, inputs[0].shape)],
  derivative: 'none',
};

function checkLogits(operation: string, logits: Tensor, mask: Tensor, inputs: readonly Tensor[]): void {
  const ranks = logits.shape.length === 2 && mask.shape.length === 2 && logits.dtype === 'f32' && mask.dtype === 'i32';
  expect(ranks, operation, 'takes f32 logits [N, A] and an i32 mask [N, A].', inputs);
  const same = logits.shape[0] === mask.shape[0] && logits.shape[1] === mask.shape[1];
  expect(same, operation, 'the mask must have the shape of the logits.', inputs);
}

function rowsOf(inputs: readonly Tensor[], shape: readonly number[]): TensorType {
  const rows = commonRows('categorical', inputs);
  return { dtype: 'f32', shape, ...(rows ? { rows } : {}) };
}

/** Log-probabilities of the allowed actions; see `logSoftmaxOperation`. */
export function logSoftmax(logits: Tensor, mask: Tensor): Tensor {
  checkGiven('logSoftmax', { logits, mask }, 'tensor');
  return logits.tape.record(logSoftmaxOperation, [logits, mask], null)[0];
}

/** See `categoricalOperation`. */
export function categorical(
  logits: Tensor,
  mask: Tensor,
  action: Tensor,
  oldLogits?: Tensor,
): { logProbability: Tensor; entropy: Tensor; divergence: Tensor } {
  checkGiven('categorical', { logits, mask, action }, 'tensor');
  checkGiven('categorical', { oldLogits }, 'tensor?');
  const inputs = oldLogits ? [logits, mask, action, oldLogits] : [logits, mask, action];
  const outputs = logits.tape.record(categoricalOperation, inputs, { old: oldLogits !== undefined });
  return { logProbability: outputs[0], entropy: outputs[1], divergence: outputs[2] };
}
