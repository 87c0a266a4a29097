import { defineProblem } from '../problem.ts';
import { ising, isingReward } from './environment.ts';
import { isingAgreement, isingLogPartition } from './exact.ts';
import { isingProblem } from './options.ts';
import { spinPictures } from './picture.ts';

export const problem = defineProblem(isingProblem, {
  environment: ({ side }) => ising(side),
  make({ side, sigma }) {
    const environment = ising(side);
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
    const spins = Number(options.side) ** 2;
    const [row, column] = [Math.floor((action % spins) / Number(options.side)), action % Number(options.side)];
    return `spin (${row}, ${column}) ${action < spins ? 'down' : 'up'}`;
  },
});
