import type { Tape, Tensor, Variable } from '../../tape/index.ts';
import { checkGiven } from '../../text/check-given.ts';
import type { Parameters } from '../network.ts';
import type { Direction } from './direction.ts';

/** The context in which one update of a network's parameters is recorded. */
export interface Update {
  readonly tape: Tape;
  readonly parameters: Parameters;
  /** i32 [1]: the number of updates before this one. */
  readonly count: Tensor;
  /** i32 [1]: the number of updates including this one. */
  readonly next: Tensor;
  /** The gradient that the first transformation is given; absent in updates that others than `optimizer` record. */
  readonly gradient?: UpdateGradient | undefined;
}

/** The gradient of an update, before any transformation. */
export interface UpdateGradient {
  /** Of all parameters, packed, [P]. */
  readonly vector: Tensor;
  /** Its Euclidean norm, [1], once `normOf` has recorded it. */
  norm?: Tensor | undefined;
}

/** A learning rate that can be changed between runs of a plan. */
export interface LearningRate {
  /** f32 [1]: the current rate, or the factor on it if the rate follows a schedule. */
  readonly variable: Variable;
  /** The variable's start value. */
  readonly base: number;
}

/** A transformation of one network's gradients, with its state. */
export interface Piece {
  /** Its variables by name: `momentum` of the network `policy` becomes `policy/momentum`. */
  readonly variables?: Readonly<Record<string, Variable>> | undefined;
  readonly learningRate?: LearningRate | undefined;
  /** Records the new direction from the one in which the parameters were about to move. */
  direct?(direction: Direction, update: Update): Direction;
  /** Records work after the parameters have moved. */
  moved?(update: Update): void;
}

/** A step from gradients to new parameters, made for one network's parameters. */
export type Transformation = (parameters: Parameters) => Piece;

/**
 * Composes transformations, as in optax: each receives the direction from the one before. Without a learning rate at
 * the end the parameters move by the direction itself.
 *
 *     chain(clipByGlobalNorm(10), scaleByAdam(), addDecayedWeights(0.01), scaleByLearningRate(warmup(100, 1e-3)))
 *
 * @throws when made for a network, if two of them keep variables of the same name, or both have a learning rate
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
