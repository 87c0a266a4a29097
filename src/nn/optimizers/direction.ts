import { adamStep, add, assign, broadcastTo, multiply, pack, reshape, slice, subtract } from '../../ops/index.ts';
import { elementCount, type Tensor, type Variable } from '../../tape/index.ts';
import { checkGiven } from '../../text/check-given.ts';
import type { Update } from './transformation.ts';

/**
 * The direction in which parameters will move: down scale * (base + decay * parameters). Transformations change this
 * description and record as little as possible, because Adam's kernel scales, decays, averages and moves in one launch.
 */
export interface Direction {
  readonly base: Base;
  readonly decay: number;
  /** f32 [1]; absent for 1. */
  readonly scale?: Tensor | undefined;
}

/** Gradients, one for each parameter; or one vector [P], perhaps with a factor f32 [1]; or Adam's step along them. */
export type Base =
  | {
      readonly kind: 'gradients';
      readonly gradients: readonly Tensor[];
      /** The same as one vector, where it has been recorded. */
      readonly packed?: Tensor | undefined;
    }
  | { readonly kind: 'vector'; readonly vector: Tensor; readonly factor?: Tensor | undefined }
  | AdamBase;

export interface AdamBase {
  readonly kind: 'adam';
  readonly along: Direction;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly moments: { readonly firstMoment: Variable; readonly secondMoment: Variable };
}

/** The direction given by a vector f32 [P]. */
export function vectorDirection(vector: Tensor, factor?: Tensor): Direction {
  return { base: { kind: 'vector', vector, factor }, decay: 0 };
}

/** Records the direction as one vector [P]. */
export function vectorOf(given: Direction, update: Update): Tensor {
  checkGiven('vectorOf', { given }, 'object');
  checkGiven('vectorOf', { update }, { tape: 'tape' });
  const { base, decay, scale } = given;
  const { tape, parameters } = update;
  const vector = baseVector(base, update);
  const decayed = decay === 0 ? vector : add(vector, multiply(tape.read(parameters.values), decay));
  return scale ? multiply(decayed, scale) : decayed;
}

/** Records the direction as one tensor for each parameter. */
export function partsOf(direction: Direction, update: Update): readonly Tensor[] {
  const { base, decay, scale } = direction;
  if (base.kind === 'gradients' && decay === 0 && !scale) return base.gradients;
  const vector = vectorOf(direction, update);
  const { network, offsets } = update.parameters;
  return network.parameters.map(({ shape }, i) => reshape(slice(vector, 0, offsets[i], elementCount(shape)), shape));
}

/** Records moving the parameters down the direction. */
export function move(direction: Direction, update: Update): void {
  const { tape, parameters } = update;
  const { base, decay, scale = tape.constant('f32', [1], [1]) } = direction;
  const { values } = parameters;
  if (base.kind !== 'adam') {
    assign(values, subtract(tape.read(values), vectorOf(direction, update)));
    return;
  }
  // Adam's kernel reads the parameters for its own decay, so they must not have been decayed before.
  const input = adamInput(base, update, decay === 0);
  // Adam's step does not depend on the parameters, so a decay beside it may come first. Not p * (1 - rate * decay):
  // in float32 that factor would round most of a small decay away.
  if (decay !== 0) {
    const present = tape.read(values);
    assign(values, subtract(present, multiply(present, multiply(scale, decay))));
  }
  recordAdam(base, values, input, scale, update);
}

function baseVector(base: Base, update: Update): Tensor {
  const { tape, parameters } = update;
  const size = parameters.values.shape[0];
  switch (base.kind) {
    case 'gradients':
      return base.packed ?? pack(base.gradients, parameters.offsets, size);
    case 'vector':
      return base.factor ? multiply(base.vector, base.factor) : base.vector;
    case 'adam': {
      // The kernel moves a vector of zeros up by its step instead of moving the parameters down.
      const step: Variable = { name: `${parameters.network.name}/adam-step`, dtype: 'f32', shape: [size] };
      assign(step, broadcastTo(tape.constant('f32', [1], [0]), [size]));
      recordAdam(base, step, adamInput(base, update, false), tape.constant('f32', [1], [-1]), update);
      return tape.read(step);
    }
  }
}

/** The inputs of Adam's kernel: a gradient [P], a factor on it, and a decay (L2) if `mayDecay`. */
interface AdamInput {
  readonly gradient: Tensor;
  readonly factor?: Tensor | undefined;
  readonly weightDecay: number;
}

function adamInput({ along }: AdamBase, update: Update, mayDecay: boolean): AdamInput {
  const { base, decay, scale } = along;
  if (scale || (decay !== 0 && !mayDecay)) return { gradient: vectorOf(along, update), weightDecay: 0 };
  if (base.kind === 'vector') return { gradient: base.vector, factor: base.factor, weightDecay: decay };
  return { gradient: baseVector(base, update), weightDecay: decay };
}

function recordAdam(
  { beta1, beta2, epsilon, moments }: AdamBase,
  moved: Variable,
  { gradient, factor, weightDecay }: AdamInput,
  rate: Tensor,
  { next }: Update,
): void {
  adamStep({ parameters: moved, ...moments }, gradient, next, rate, { beta1, beta2, epsilon, weightDecay }, factor);
}
