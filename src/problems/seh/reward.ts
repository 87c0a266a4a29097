import type { DeferredReward } from '../../environment/environment.ts';
import { rememberRatings } from '../../environment/remembered-ratings.ts';
import type { FragmentTrees } from '../../molecules/fragment-trees.ts';
import { log } from '../../numeric/elementary.ts';
import { checkGiven } from '../../text/check-given.ts';
import { sehGraph } from './features.ts';
import { sehPredictor } from './predictor.ts';
import type { SehWeights } from './weights.ts';

/** Options of the sEH reward. */
export interface SehRewardOptions {
  readonly weights: SehWeights;
  /** The environment of the objects. */
  readonly trees: Pick<FragmentTrees, 'name' | 'options' | 'stateSize' | 'moleculeOf'>;
  /** The inverse temperature; 16 by default. */
  readonly beta?: number;
}

const SMALLEST = 1e-4;
const LARGEST = 100;

/**
 * log R(x) = beta log r, r = p / 8 within 1e-4 .. 100, where p is the prediction of the sEH network (Bengio et al.,
 * 2021; in this form in recursionpharma/gflownet). A NaN prediction counts as 0. Published molecules have p just above
 * 8; many single fragments are below 0 and have log R = -147.4 at beta 16. The scores are p.
 */
export function sehReward(options: SehRewardOptions): DeferredReward {
  checkGiven('sehReward', { options }, { weights: 'object', trees: 'object' });
  const { weights, trees, beta = 16 } = options;
  return {
    name: 'predicted binding to sEH',
    of: trees,
    async prepare(device) {
      const predict = sehPredictor(device, weights);
      const { stateSize } = trees;
      const rate = async (objects: Int32Array) => {
        const graphs = Array.from({ length: objects.length / stateSize }, (_, i) =>
          sehGraph(trees.moleculeOf(objects.subarray(i * stateSize, (i + 1) * stateSize))),
        );
        const scores = (await predict(graphs)).map((prediction) => (Number.isNaN(prediction) ? 0 : prediction));
        return { scores, logRewards: scores.map((score) => sehLogReward(score, beta)) };
      };
      return rememberRatings(rate, stateSize);
    },
  };
}

/** log R of a prediction. */
export function sehLogReward(prediction: number, beta: number): number {
  return beta * log(Math.min(LARGEST, Math.max(SMALLEST, prediction / 8)));
}
