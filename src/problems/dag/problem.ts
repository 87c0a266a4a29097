import type { Problem } from '../../environment/environment.ts';
import { typedLogRewards } from '../expression/typed-reward.ts';
import { defineProblem } from '../problem.ts';
import { parseDagData, simulateData } from './data.ts';
import { edgeMetrics } from './edges.ts';
import { dag, dagReward } from './environment.ts';
import { checkEdges, dagProblem } from './options.ts';
import { edgePictures } from './picture.ts';
import { edgePrior, erdosRenyiPrior, fairPrior, uniformPrior } from './priors.ts';
import { bgeScore, type DagData, linearGaussianScore } from './scores.ts';
import { graphKey, typedGraphs } from './typed-graphs.ts';

export const problem = defineProblem(dagProblem, {
  environment: ({ variables }) => dag(variables),
  async make(options, { file }) {
    const { score, graphPrior, edges, edgeFactor, rows, dataSeed } = options;
    if (score === 'expression') return typedProblem(options.variables, options.expression ?? '');
    const own = await file();
    const asked = { variables: options.variables, edges: options.variables > 1 ? edges : 0, rows, seed: dataSeed };
    const simulated = own ? undefined : simulateData(asked);
    const data: DagData = simulated ?? parseDagData(own ?? new Uint8Array(), 'the data');
    const { variables } = data;
    if (own && graphPrior === 'erdos-renyi') checkEdges(edges, variables);
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
      reward: dagReward(environment, score, local, priors[graphPrior]()),
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

function typedProblem(variables: number, expression: string): Problem {
  const environment = dag(variables);
  const graphs = typedGraphs(variables);
  const logRewards = typedLogRewards(expression, graphs);
  const known = new Map(
    Array.from(logRewards, (logReward, i) => [graphKey(graphs.parentsAt(i), variables), logReward] as const),
  );
  return {
    environment,
    reward: {
      name: 'expression',
      of: environment,
      logReward: (state) => known.get(graphKey(state, variables)) ?? Number.NaN,
    },
    ...edgeMetrics(environment, variables, undefined),
    picturesOf: edgePictures(variables, environment.stateSize),
  };
}
