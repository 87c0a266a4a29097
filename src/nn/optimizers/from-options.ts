import { clipByGlobalNorm, clipByParameterNorm } from './clip.ts';
import {
  type AdamConstants,
  addDecayedWeights,
  addMomentum,
  averageParameters,
  scaleByAdam,
  scaleByLearningRate,
} from './pieces.ts';
import { halving, type Rate } from './schedule.ts';
import { chain, type Transformation } from './transformation.ts';

/** How to update a run's networks, except for learning rates; pure data. */
export interface OptimizerOptions extends AdamConstants {
  /** `adam` by default. */
  readonly kind?: 'adam' | 'adamw' | 'sgd' | undefined;
  /** Times the parameters, added to the gradient (L2); with `adamw` beside Adam's step instead. Absent for none. */
  readonly weightDecay?: number | undefined;
  /** Of `sgd`; absent for none. */
  readonly momentum?: number | undefined;
  /** The number of updates in which the learning rate halves; absent for a constant one. */
  readonly halfLife?: number | undefined;
  /** Scales the gradient over all parameters down to this Euclidean norm if it is longer. Absent for never. */
  readonly clipNorm?: number | undefined;
  /** The same for each parameter's gradient by itself. */
  readonly clipParameterNorm?: number | undefined;
  /**
   * Keeps a running average of the parameters, of which each update retains this share, for evaluation. Absent for
   * none.
   */
  readonly averageDecay?: number | undefined;
}

/** Makes the transformation for a learning rate; a schedule counts the network's updates. */
export type OptimizerRecipe = (learningRate: Rate) => Transformation;

/** The recipe that options describe. @throws on options out of range */
export function recipeOf(options: OptimizerOptions): OptimizerRecipe {
  const { kind = 'adam', weightDecay = 0, momentum, halfLife, averageDecay, ...rest } = options;
  const { clipNorm, clipParameterNorm, ...constants } = rest;
  const clipping = [
    ...(clipParameterNorm === undefined ? [] : [clipByParameterNorm(clipParameterNorm)]),
    ...(clipNorm === undefined ? [] : [clipByGlobalNorm(clipNorm)]),
  ];
  const decay = weightDecay === 0 ? [] : [addDecayedWeights(weightDecay)];
  const average = averageDecay === undefined ? [] : [averageParameters(averageDecay)];
  const adam = scaleByAdam(constants);
  const steps = {
    adam: [...clipping, ...decay, adam],
    adamw: [...clipping, adam, ...decay],
    sgd: [...clipping, ...decay, ...(momentum === undefined ? [] : [addMomentum(momentum)])],
  }[kind];
  return (learningRate) => {
    const halves = halfLife !== undefined && typeof learningRate === 'number';
    return chain(...steps, scaleByLearningRate(halves ? halving(learningRate, halfLife) : learningRate), ...average);
  };
}
