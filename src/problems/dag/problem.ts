import { defineProblem } from '../problem.ts';
import { parseDagData, simulateData } from './data.ts';
import { edgeMetrics } from './edges.ts';
import { dag, dagReward } from './environment.ts';
import { dagProblem } from './options.ts';
import { edgePictures } from './picture.ts';
import { edgePrior, erdosRenyiPrior, fairPrior, uniformPrior } from './priors.ts';
import { bgeScore, type DagData, linearGaussianScore } from './scores.ts';

export const problem = defineProblem(dagProblem, {
  environment: ({ variables }) => dag(variables),
  async make(options, { file }) {
    const { score, prior, edges, edgeFactor, rows, dataSeed } = options;
    const own = await file();
    const asked = { variables: options.variables, edges: options.variables > 1 ? edges : 0, rows, seed: dataSeed };
    const simulated = own ? undefined : simulateData(asked);
    const data: DagData = simulated ?? parseDagData(own ?? new Uint8Array(), 'the data');
    const { variables } = data;
    const environment = dag(variables);
    const local = score === 'bge' ? bgeScore(data) : linearGaussianScore(data);
    const priors = {
      uniform: () => uniformPrior,
      'erdos-renyi': () => erdosRenyiPrior(variables, edges),
      edge: () => edgePrior(edgeFactor),
      fair: () => fairPrior(variables),
    };
    return {
      environment,
      reward: dagReward(environment, score, local, priors[prior]()),
      ...edgeMetrics(environment, variables, simulated?.graph),
      picturesOf: edgePictures(variables, environment.stateSize),
    };
  },
  actionText({ options }, action) {
    const d = Number(options.variables);
    return action === d * d ? 'stop' : `add ${Math.floor(action / d)} > ${action % d}`;
  },
  endsInPlace: ({ options }, action) => action === Number(options.variables) ** 2,
});
