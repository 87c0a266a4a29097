import { type RowEnvironment, rowReward } from '../../environment/row-environment/index.ts';
import { local, repeat } from '../../rows/index.ts';
import { typedLogRewards } from '../expression/typed-reward.ts';
import { defineProblem } from '../problem.ts';
import { type IsingFields, ising, isingReward, spinText } from './environment.ts';
import { isingAgreement, isingLogPartition } from './exact.ts';
import { isingProblem, typedSpins } from './options.ts';
import { spinPictures } from './picture.ts';

export const problem = defineProblem(isingProblem, {
  environment: ({ side }) => ising(side),
  make({ side, sigma, reward, expression = '' }) {
    const environment = ising(side);
    if (reward === 'expression') {
      const made = typedReward(environment, side * side, typedLogRewards(expression, typedSpins(side)));
      return { environment, reward: made, picturesOf: spinPictures(side, environment.stateSize, undefined) };
    }
    const isFrustrated = sigma < 0 && side % 2 === 1;
    const logPartition = side < 3 || isFrustrated ? undefined : isingLogPartition(side, sigma);
    return {
      environment,
      reward: isingReward(environment, sigma),
      logPartition,
      picturesOf: spinPictures(
        side,
        environment.stateSize,
        logPartition === undefined ? undefined : () => isingAgreement(side, sigma),
      ),
    };
  },
  actionText({ options }, action) {
    return spinText(Number(options.side), action);
  },
});

function typedReward(environment: RowEnvironment<IsingFields>, spinCount: number, logRewards: Float64Array) {
  return rowReward({
    name: 'expression',
    of: environment,
    tables: { logRewards },
    logReward({ spins }, tables) {
      const index = local(0);
      repeat(spinCount, (i) => index.set(index.get().multiply(2).add(spins.at(i))));
      return tables.logRewards.at(index.get());
    },
  });
}
