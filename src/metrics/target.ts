import { enumerationOf } from '../environment/enumeration.ts';
import type { Environment, Reward } from '../environment/environment.ts';
import { exp } from '../numeric/elementary.ts';
import { logSumExp } from '../numeric/log-sum-exp.ts';
import { checkGiven } from '../text/check-given.ts';

/** The target distribution. Arrays are by object number. */
export interface ExactTarget {
  /** p(x) = R(x) / Z. */
  readonly probability: Float64Array;
  /** log R(x). */
  readonly logReward: Float64Array;
  /** log Z, where Z is the sum of R(x) over all objects. */
  readonly logPartition: number;
  /** E_p[R] = sum of R^2 / sum of R. */
  readonly expectedReward: number;
}

/**
 * The target distribution of a problem, by enumerating its objects, in float64.
 * @throws Error if the objects cannot be enumerated, or a log-reward is not finite.
 */
export function exactTarget(environment: Environment, reward: Reward): ExactTarget {
  checkGiven('exactTarget', { environment }, 'environment');
  checkGiven('exactTarget', { reward }, { logReward: 'function' });
  const enumeration = enumerationOf(environment, 'The exact target');
  const { objectCount } = enumeration;
  const logReward = new Float64Array(objectCount);
  const state = new Int32Array(environment.stateSize);
  for (let i = 0; i < objectCount; i++) {
    enumeration.objectAt(i, state);
    logReward[i] = reward.logReward(state);
    if (!Number.isFinite(logReward[i])) {
      throw new Error(
        `The log-reward (${reward.name}) of ${environment.text(state)} in ${environment.name} is ${logReward[i]}; ` +
          'it has to be finite, so that R(x) > 0 for every object.',
      );
    }
  }
  const logPartition = logSumExp(logReward);
  const probability = logReward.map((value) => exp(value - logPartition));
  const expectedReward = exp(logSumExp(logReward.map((value) => 2 * value)) - logPartition);
  return { probability, logReward, logPartition, expectedReward };
}
