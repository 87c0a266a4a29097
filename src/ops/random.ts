import type { Operation, Tensor, TensorType } from '../tape/index.ts';
import { commonRows, expect } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';

/**
 * Counter-based random numbers: Threefry2x32 with 20 rounds (Salmon et al., SC 2011). A draw is a function of a key and
 * a counter alone, so it does not depend on the order of execution. `key` is an i32 tensor [4]: the two words of the
 * key (seed, stream), then the two words of a counter's base (draw, 0).
 */
export interface RandomBitsAttributes {
  readonly count: number;
}

/** y[2i], y[2i + 1] = the two words of threefry(key = key[0..1], counter = (key[2], key[3] + i)). key: i32 [4]; y: i32 [count]. */
export const randomBitsOperation: Operation<RandomBitsAttributes> & { readonly name: 'randomBits' } = {
  name: 'randomBits',
  infer(inputs, { count }) {
    expectKey('randomBits', inputs[0], inputs);
    return [{ dtype: 'i32', shape: [count] }];
  },
  derivative: 'none',
};

/**
 * One action for each row, drawn from the masked categorical policy by the Gumbel-max rule: argmax over allowed a of
 * logits[a] / temperature + G_a, ties to the lower action; G = -log(-log u). logits: [N, A]; mask: i32 [N, A]; key: i32
 * [4]; lane: i32 [N], a number that determines the row's draws, such as the trajectory's position in the batch;
 * settings: f32 [2]: the exploration rate epsilon and the temperature. y: i32 [N].
 *
 * With W(n, j) the two words of threefry(key[0..1], (key[2], key[3] + lane[n] * ceil((A + 1) / 2) + j)) concatenated,
 * action a uses word a, and word A decides exploration: where its uniform is below epsilon, all allowed actions get
 * logit 0. u = (word >>> 9) 2^-23 + 2^-24, and -log u is taken to be at least 2^-24. A row without any allowed action
 * gives -1.
 */
export const sampleActionOperation: Operation<null> & { readonly name: 'sampleAction' } = {
  name: 'sampleAction',
  infer(inputs) {
    const [logits, mask, key, lane, settings] = inputs;
    const ranks = logits.shape.length === 2 && mask.shape.length === 2 && lane.shape.length === 1;
    expect(ranks, 'sampleAction', 'takes logits [N, A], mask [N, A], key [4], lane [N] and settings [2].', inputs);
    expectKey('sampleAction', key, inputs);
    expect(settings.dtype === 'f32' && settings.shape[0] === 2, 'sampleAction', 'settings must be f32 [2].', inputs);
    const rows = commonRows('sampleAction', [logits, mask, lane]);
    const type: TensorType = { dtype: 'i32', shape: [logits.shape[0]] };
    return [rows ? { ...type, rows } : type];
  },
  derivative: 'none',
};

function expectKey(operation: string, key: Tensor, inputs: readonly Tensor[]): void {
  expect(
    key.dtype === 'i32' && key.shape.length === 1 && key.shape[0] === 4,
    operation,
    'the key must be i32 [4].',
    inputs,
  );
}

/** i32 [count] random words, from a key i32 [4]; see `randomBitsOperation`. */
export function randomBits(key: Tensor, count: number): Tensor {
  checkGiven('randomBits', { key }, 'tensor');
  return key.tape.record(randomBitsOperation, [key], { count })[0];
}

/** See `sampleActionOperation`. */
export function sampleAction(logits: Tensor, mask: Tensor, key: Tensor, lane: Tensor, settings: Tensor): Tensor {
  return logits.tape.record(sampleActionOperation, [logits, mask, key, lane, settings], null)[0];
}
