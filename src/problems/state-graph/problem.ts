import { defineProblem } from '../problem.ts';
import { graphEnvironment, graphReward } from './environment.ts';
import { graphOf, stateGraphProblem } from './options.ts';

export const problem = defineProblem(stateGraphProblem, {
  environment: (options) => graphEnvironment(graphOf(options)),
  make(options) {
    const graph = graphOf(options);
    const environment = graphEnvironment(graph);
    const actionText = (action: number) => graph.actions[action];
    return { environment, reward: graphReward(graph, environment), actionText };
  },
});
