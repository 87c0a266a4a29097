import { type RowEnvironment, rowReward } from '../../environment/row-environment/index.ts';
import { logSumExp } from '../../numeric/log-sum-exp.ts';
import { local, repeat } from '../../rows/index.ts';
import { typedLogRewards } from '../expression/typed-reward.ts';
import { defineProblem } from '../problem.ts';
import { additiveReward, type SetFields, sets, spreadWeights } from './environment.ts';
import { logSymmetricPolynomials, setsLogPartition } from './exact.ts';
import { setsProblem, typedSets } from './options.ts';
import { inclusionPictures } from './picture.ts';

export const problem = defineProblem(setsProblem, {
  environment: ({ items, size, upTo }) => sets({ items, size, upTo }),
  make({ items, size, upTo, beta, reward, expression = '' }) {
    const environment = sets({ items, size, upTo });
    if (reward === 'expression') {
      const logRewards = typedLogRewards(expression, typedSets({ items, size, upTo }));
      return { environment, reward: typedReward(environment, items, logRewards) };
    }
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

function typedReward(environment: RowEnvironment<SetFields>, items: number, logRewards: Float64Array) {
  return rowReward({
    name: 'expression',
    of: environment,
    tables: { logRewards },
    logReward({ chosen }, tables) {
      const index = local(0);
      repeat(items, (i) => index.set(index.get().multiply(2).add(chosen.at(i).toInt())));
      return tables.logRewards.at(index.get());
    },
  });
}
