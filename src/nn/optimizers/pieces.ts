import { add, assign, multiply } from '../../ops/index.ts';
import { type Variable, variable } from '../../tape/index.ts';
import { checkGiven } from '../../text/check-given.ts';
import type { Parameters } from '../network.ts';
import { type Direction, vectorDirection, vectorOf } from './direction.ts';
import type { Rate } from './schedule.ts';
import type { Transformation } from './transformation.ts';

/** Adam's constants (Kingma & Ba 2015). */
export interface AdamConstants {
  /** Decay of the first moment per update; 0.9 by default. */
  readonly beta1?: number | undefined;
  /** Decay of the second moment per update; 0.999 by default. */
  readonly beta2?: number | undefined;
  /** Added to the square root of the second moment; 1e-8 by default. */
  readonly epsilon?: number | undefined;
}

/**
 * Adam (Kingma & Ba 2015, algorithm 1): the first moment divided by the square root of the second, both corrected for
 * their bias towards 0. Keeps `first-moment` and `second-moment`.
 */
export function scaleByAdam(given: AdamConstants = {}): Transformation {
  checkGiven('scaleByAdam', { given }, 'object?');
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = given;
  checkShare('scaleByAdam', 'beta1', beta1);
  checkShare('scaleByAdam', 'beta2', beta2);
  if (!(epsilon > 0)) throw new Error(`scaleByAdam: epsilon must be a positive number, not ${epsilon}.`);
  return (parameters) => {
    const firstMoment = likeParameters(parameters, 'first-moment');
    const secondMoment = likeParameters(parameters, 'second-moment');
    const moments = { firstMoment, secondMoment };
    return {
      variables: { 'first-moment': firstMoment, 'second-moment': secondMoment },
      direct: (along): Direction => ({ base: { kind: 'adam', along, beta1, beta2, epsilon, moments }, decay: 0 }),
    };
  };
}

/**
 * Adds `decay` times the parameters to the direction. Before `scaleByAdam` this is L2 regularisation, as in Kingma &
 * Ba's Adam; after it, the decoupled decay of AdamW (Loshchilov & Hutter 2019).
 */
export function addDecayedWeights(decay: number): Transformation {
  if (!(decay >= 0 && Number.isFinite(decay))) {
    throw new Error(`addDecayedWeights: the decay must be a number of at least 0, not ${decay}.`);
  }
  return () => ({
    direct(direction, update) {
      if (!direction.scale) return { ...direction, decay: direction.decay + decay };
      return { ...vectorDirection(vectorOf(direction, update)), decay };
    },
  });
}

/**
 * Momentum: v = momentum * v + direction, and v (or with `nesterov` direction + momentum * v) is the new direction.
 * Keeps `momentum`.
 */
export function addMomentum(
  momentum: number,
  { nesterov = false }: { readonly nesterov?: boolean } = {},
): Transformation {
  checkShare('addMomentum', 'the momentum', momentum);
  return (parameters) => {
    const kept = likeParameters(parameters, 'momentum');
    return {
      variables: { momentum: kept },
      direct(direction, update) {
        const vector = vectorOf(direction, update);
        const velocity = add(multiply(update.tape.read(kept), momentum), vector);
        assign(kept, velocity);
        return vectorDirection(nesterov ? add(vector, multiply(velocity, momentum)) : velocity);
      },
    };
  };
}

/**
 * Multiplies the direction by the learning rate. A schedule counts updates. Keeps the variable `learning-rate`, one
 * float32: the rate, or with a schedule a factor on it that starts at 1. Write it to change the rate between runs.
 */
export function scaleByLearningRate(rate: Rate): Transformation {
  const base = typeof rate === 'number' ? rate : 1;
  if (!(Math.fround(base) > 0 && Number.isFinite(Math.fround(base)))) {
    throw new Error(
      `scaleByLearningRate: the learning rate must be a positive number that float32 holds, not ${rate}.`,
    );
  }
  return ({ network }) => {
    const kept = variable(`${network.name}/learning-rate`, 'f32', [1], Float32Array.of(base));
    return {
      variables: { 'learning-rate': kept },
      learningRate: { variable: kept, base },
      direct(direction, { tape, count }) {
        const present = tape.read(kept);
        const scale = typeof rate === 'number' ? present : multiply(rate.record(count), present);
        return { ...direction, scale: direction.scale ? multiply(direction.scale, scale) : scale };
      },
    };
  };
}

/**
 * Keeps `average`, an exponential moving average of the parameters, for evaluation or sampling: decay * average + (1 -
 * decay) * parameters after each update. It starts from the parameters' start values.
 */
export function averageParameters(decay: number): Transformation {
  checkShare('averageParameters', 'the decay', decay);
  return (parameters) => {
    const { values } = parameters;
    const start = () => values.initial ?? new Float32Array(values.shape[0]);
    const average = variable(`${parameters.network.name}/average`, 'f32', values.shape, start);
    return {
      variables: { average },
      moved({ tape }) {
        assign(average, add(multiply(tape.read(average), decay), multiply(tape.read(values), 1 - decay)));
      },
    };
  };
}

/** The same without `averageParameters`, for a second optimiser of parameters that already have an average. */
export function withoutAverage(transformation: Transformation): Transformation {
  return (parameters) => {
    const { moved: _, variables: { average: __, ...variables } = {}, ...piece } = transformation(parameters);
    return { ...piece, variables };
  };
}

function likeParameters({ network, values }: Parameters, name: string): Variable {
  return variable(`${network.name}/${name}`, 'f32', values.shape);
}

function checkShare(name: string, what: string, value: number): void {
  if (!(value >= 0 && Math.fround(value) < 1)) {
    throw new Error(`${name}: ${what} must be from 0 to below 1 in float32, not ${value}.`);
  }
}
