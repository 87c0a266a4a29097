import { logSumExp } from '../../numeric/log-sum-exp.ts';
import { defineProblem } from '../problem.ts';
import { additiveReward, sets, spreadWeights } from './environment.ts';
import { logSymmetricPolynomials, setsLogPartition } from './exact.ts';
import { setsProblem } from './options.ts';
import { inclusionPictures } from './picture.ts';

export const problem = defineProblem(setsProblem, {
  environment: ({ items, size, upTo }) => sets({ items, size, upTo }),
  make({ items, size, upTo, beta }) {
    const environment = sets({ items, size, upTo });
    // Rounded to float32, as devices add them.
    const weights = Array.from(Float32Array.from(spreadWeights(items, beta)));
    const logPartition = upTo ? logSumExp(logSymmetricPolynomials(weights, size)) : setsLogPartition(weights, size);
    return {
      environment,
      reward: additiveReward(environment, weights),
      logPartition,
      picturesOf: inclusionPictures(weights, { size, upTo }, environment.stateSize),
    };
  },
  actionText: ({ options }, action) => (action === Number(options.items) ? 'stop' : `add item ${action}`),
  endsInPlace: ({ options }, action) => action === Number(options.items),
});
