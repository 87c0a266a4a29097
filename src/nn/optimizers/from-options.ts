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

/** How a run's networks are updated, learning rates aside. All of it is data. */
export interface OptimizerOptions extends AdamConstants {
  /** `adam` by default. */
  readonly kind?: 'adam' | 'adamw' | 'sgd' | undefined;
  /** Times the parameters, added to the gradient (L2); with `adamw` beside Adam's step instead. Absent for none. */
  readonly weightDecay?: number | undefined;
  /** Of `sgd`; absent for none. */
  readonly momentum?: number | undefined;
  /** Updates in which the learning rate halves, again and again; absent where it stays. */
  readonly halfLife?: number | undefined;
  /** Scales the gradient down to this Euclidean norm, over all parameters, where it is longer. Absent for never. */
  readonly clipNorm?: number | undefined;
  /** The same for the gradient of each parameter by itself. */
  readonly clipParameterNorm?: number | undefined;
  /** Keeps an average of the parameters, of which each update leaves this share; for evaluation. Absent for none. */
  readonly averageDecay?: number | undefined;
}

/** How a network is updated at a learning rate; a schedule counts the network's updates. */
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
