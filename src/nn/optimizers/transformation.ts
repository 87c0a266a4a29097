import type { Tape, Tensor, Variable } from '../../tape/index.ts';
import { checkGiven } from '../../text/check-given.ts';
import type { Parameters } from '../network.ts';
import type { Direction } from './direction.ts';

/** One update of a network's parameters, while it is recorded. */
export interface Update {
  readonly tape: Tape;
  readonly parameters: Parameters;
  /** i32 [1]: updates before this one. */
  readonly count: Tensor;
  /** i32 [1]: updates with this one. */
  readonly next: Tensor;
}

/** A learning rate that can be changed between runs of a plan. */
export interface LearningRate {
  /** f32 [1]: the rate in use, or the factor on it where the rate follows a schedule. */
  readonly variable: Variable;
  /** The variable's start value. */
  readonly base: number;
}

/** A transformation of one network's gradients, with what it remembers from update to update. */
export interface Piece {
  /** Its variables by name: `momentum` of the network `policy` becomes `policy/momentum`. */
  readonly variables?: Readonly<Record<string, Variable>> | undefined;
  readonly learningRate?: LearningRate | undefined;
  /** Records what it makes of the direction in which the parameters are about to move. */
  direct?(direction: Direction, update: Update): Direction;
  /** Records what follows when they have moved. */
  moved?(update: Update): void;
}

/** A step on the way from gradients to new parameters, made for one network's parameters. */
export type Transformation = (parameters: Parameters) => Piece;

/**
 * Transformations one behind the other, as in optax: each takes the direction that the one before gives. Without a
 * learning rate at the end the parameters move by the direction as it is.
 *
 *     chain(clipByGlobalNorm(10), scaleByAdam(), addDecayedWeights(0.01), scaleByLearningRate(warmup(100, 1e-3)))
 *
 * @throws when made for a network, if two of them keep variables of one name or have a learning rate
 */
export function chain(...transformations: readonly Transformation[]): Transformation {
  for (const transformation of transformations) checkGiven('chain(…)', { transformation }, 'function');
  return (parameters) => {
    const pieces = transformations.map((transformation) => transformation(parameters));
    const variables: Record<string, Variable> = {};
    for (const [name, variable] of pieces.flatMap((piece) => Object.entries(piece.variables ?? {}))) {
      if (name in variables) throw new Error(`chain: two transformations keep a variable called ${name}.`);
      variables[name] = variable;
    }
    return {
      variables,
      learningRate: pieces.find(({ learningRate }) => learningRate)?.learningRate,
      direct: (direction, update) =>
        pieces.reduce((before, piece) => piece.direct?.(before, update) ?? before, direction),
      moved(update) {
        for (const piece of pieces) piece.moved?.(update);
      },
    };
  };
}
