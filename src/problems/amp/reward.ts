import type { DeferredReward } from '../../environment/environment.ts';
import { rememberRatings } from '../../environment/remembered-ratings.ts';
import type { RowEnvironment } from '../../environment/row-environment/index.ts';
import { exp, log } from '../../numeric/elementary.ts';
import type { PeptideFields } from './environment.ts';
import { type AmpWeights, ampPredictor } from './network.ts';

/** The minimum probability that counts. */
const SMALLEST = 1e-6;

/**
 * log R(x) = beta log r, where r is the published network's probability, at least 1e-6, that x is antimicrobial. Scores
 * are r.
 */
export function ampReward(
  environment: RowEnvironment<PeptideFields>,
  weights: AmpWeights,
  beta: number,
): DeferredReward {
  const { stateSize } = environment;
  return {
    name: 'predicted antimicrobial activity',
    of: environment,
    async prepare(device) {
      const predict = ampPredictor(device, weights);
      const rate = async (objects: Int32Array) => {
        const peptides = Array.from({ length: objects.length / stateSize }, (_, n) => {
          const { residues, count } = environment.plain(objects.subarray(n * stateSize, (n + 1) * stateSize));
          return Int32Array.from(residues.slice(0, count));
        });
        const scores = (await predict(peptides)).map((logit) => Math.max(1 / (1 + exp(-logit)), SMALLEST));
        return { scores, logRewards: scores.map((score) => beta * log(score)) };
      };
      return rememberRatings(rate, stateSize);
    },
  };
}
