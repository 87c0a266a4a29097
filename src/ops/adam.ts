import type { Operation, Tensor, Variable } from '../tape/index.ts';
import { expect, writeTo } from '../tape/index.ts';

/** Adam's constants. */
export interface AdamAttributes {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Added to the gradient times the parameter (L2), as in Kingma & Ba's Adam; 0 for none. */
  readonly weightDecay: number;
}

/**
 * One step of Adam (Kingma & Ba 2015, algorithm 1) over all parameters at once. Inputs: gradient [P]; step i32 [1],
 * counting from 1; learning rate [1]; optionally a factor [1] on the gradient. Writes, each [P]: parameters, first
 * moment m, second moment v:
 *   g = factor * gradient + weightDecay * parameter
 *   m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2
 *   parameter -= rate * (m / (1 - beta1^step)) / (sqrt(v / (1 - beta2^step)) + epsilon)
 */
export const adamOperation: Operation<AdamAttributes> & { readonly name: 'adam' } = {
  name: 'adam',
  infer(inputs) {
    const [gradient, step, rate] = inputs;
    const types = gradient.dtype === 'f32' && step.dtype === 'i32' && rate.dtype === 'f32';
    expect(types, 'adam', 'takes f32 gradient [P], i32 step [1], f32 learning rate [1].', inputs);
    return [];
  },
  derivative: 'none',
};

/** A flat vector of parameters and Adam's moments of it, each f32 [P]. */
export interface AdamState {
  readonly parameters: Variable;
  readonly firstMoment: Variable;
  readonly secondMoment: Variable;
}

/** Records one step of Adam over all parameters; see `adamOperation`. */
export function adamStep(
  state: AdamState,
  gradient: Tensor,
  step: Tensor,
  learningRate: Tensor,
  attributes: AdamAttributes,
  factor?: Tensor,
): void {
  const inputs = factor ? [gradient, step, learningRate, factor] : [gradient, step, learningRate];
  const writes = [writeTo(state.parameters), writeTo(state.firstMoment), writeTo(state.secondMoment)];
  gradient.tape.record(adamOperation, inputs, attributes, { writes });
}
