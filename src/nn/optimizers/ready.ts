import { checkGiven } from '../../text/check-given.ts';
import type { Parameters } from '../network.ts';
import { type Optimizer, optimizer } from './optimizer.ts';
import { type AdamConstants, addDecayedWeights, addMomentum, scaleByAdam, scaleByLearningRate } from './pieces.ts';
import type { Rate } from './schedule.ts';
import { chain } from './transformation.ts';

/** Adam's settings. */
export interface AdamOptions extends AdamConstants {
  /** A positive number, or a schedule over the updates. */
  readonly learningRate: Rate;
}

/** AdamW's settings. */
export interface AdamwOptions extends AdamOptions {
  /** The decoupled weight decay, which is multiplied by the learning rate; 0.01 by default. */
  readonly weightDecay?: number | undefined;
}

/** Settings of stochastic gradient descent. */
export interface SgdOptions {
  /** A positive number, or a schedule over the updates. */
  readonly learningRate: Rate;
  /** Share of the last update's direction that each update keeps, from 0 to below 1; absent for none. */
  readonly momentum?: number | undefined;
  /** Nesterov's momentum. */
  readonly nesterov?: boolean | undefined;
}

/** Adam (Kingma & Ba 2015) for a network's parameters. */
export function adam(parameters: Parameters, options: AdamOptions): Optimizer {
  checkGiven('adam', { parameters }, 'parameters');
  checkGiven('adam', { options }, 'object');
  const { learningRate, ...constants } = options;
  return optimizer(parameters, chain(scaleByAdam(constants), scaleByLearningRate(learningRate)));
}

/** AdamW (Loshchilov & Hutter 2019): Adam with decoupled weight decay. */
export function adamw(parameters: Parameters, options: AdamwOptions): Optimizer {
  checkGiven('adamw', { parameters }, 'parameters');
  checkGiven('adamw', { options }, 'object');
  const { learningRate, weightDecay = 0.01, ...constants } = options;
  const decay = addDecayedWeights(weightDecay);
  return optimizer(parameters, chain(scaleByAdam(constants), decay, scaleByLearningRate(learningRate)));
}

/** Stochastic gradient descent, optionally with momentum. */
export function sgd(parameters: Parameters, options: SgdOptions): Optimizer {
  checkGiven('sgd', { parameters }, 'parameters');
  checkGiven('sgd', { options }, 'object');
  const { learningRate, momentum, nesterov } = options;
  const rate = scaleByLearningRate(learningRate);
  if (momentum === undefined) return optimizer(parameters, rate);
  return optimizer(parameters, chain(addMomentum(momentum, { nesterov: nesterov ?? false }), rate));
}
