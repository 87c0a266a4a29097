import type { ExactObjects, RatedObjects } from '../../environment/environment.ts';
import { ising, spinText } from '../ising/environment.ts';
import { torusPairs } from '../ising/exact.ts';
import { sampleSpins } from '../ising/sample-spins.ts';
import { defineProblem } from '../problem.ts';
import { parseSpins } from './data.ts';
import { couplingModel } from './model.ts';
import { isingCouplingsProblem } from './options.ts';
import { couplingPictures } from './picture.ts';

export const problem = defineProblem(isingCouplingsProblem, {
  async make({ sigma, configurations, dataSeed, couplingLearningRate, sparsity, ...drawn }, { file }) {
    const own = await file();
    const { side, spins: data } = own
      ? parseSpins(own, 'the data')
      : {
          side: drawn.side,
          spins: sampleSpins({ side: drawn.side, sigma, count: configurations, seed: dataSeed }),
        };
    const environment = ising(side);
    const spins = side ** 2;
    const model = couplingModel(environment, spins, data, { learningRate: couplingLearningRate, sparsity });
    const truth = own ? undefined : torusCouplings(side, sigma);
    const metrics = () => couplingMetrics(side, model.couplings(), truth);
    return {
      environment,
      reward: model.reward,
      learntReward: model.learntReward,
      metricsOf: async (_: RatedObjects) => metrics(),
      exactMetricsOf: (_: ExactObjects) => metrics(),
      picturesOf: couplingPictures(spins, model.couplings, truth),
    };
  },
  actionText({ options }, action) {
    return spinText(Number(options.side), action);
  },
});

/** The couplings of the model that configurations are drawn from: sigma between neighbours. */
export function torusCouplings(side: number, sigma: number): Float64Array {
  const spins = side ** 2;
  const couplings = new Float64Array(spins * spins);
  for (const [i, j] of torusPairs(side)) couplings[i * spins + j] = couplings[j * spins + i] = sigma;
  return couplings;
}

/**
 * The mean coupling of neighbours and of other pairs; and `couplingError`, the root of the mean square over all entries
 * of J of their difference from the true ones, if these are known.
 */
export function couplingMetrics(
  side: number,
  couplings: Float64Array,
  truth: Float64Array | undefined,
): Record<string, number> {
  const spins = side ** 2;
  const neighbours = torusCouplings(side, 1);
  let [near, far, nearCount, farCount, error] = [0, 0, 0, 0, 0];
  for (let i = 0; i < spins; i++) {
    for (let j = 0; j < spins; j++) {
      const at = i * spins + j;
      if (truth) error += (couplings[at] - truth[at]) ** 2;
      if (neighbours[at] > 0) {
        near += couplings[at];
        nearCount++;
      } else if (i !== j) {
        far += couplings[at];
        farCount++;
      }
    }
  }
  return {
    neighbourCoupling: near / nearCount,
    ...(farCount > 0 ? { otherCoupling: far / farCount } : {}),
    ...(truth ? { couplingError: Math.sqrt(error) / spins } : {}),
  };
}
