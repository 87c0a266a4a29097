import { choice, file, integer, number } from '../../options/index.ts';
import { describeProblem } from '../description.ts';
import { checkTyped, expressionOption } from '../expression/typed-reward.ts';
import { steepRun } from '../small-runs.ts';
import { typedGraphs } from './typed-graphs.ts';

/** Scores that look at data. */
const explaining = ['bge', 'linear-gaussian'];

/** @throws Error unless a graph of so many variables can have so many edges on average */
export function checkEdges(edges: number, variables: number): void {
  const max = (variables * (variables - 1)) / 2;
  if (edges < max) return;
  throw new Error(
    `dag: ${edges} edges on average are too many for ${variables} variables, which have at most ${max}. Take fewer.`,
  );
}

export const dagProblem = describeProblem({
  name: 'dag',
  title: 'Graphs of causes',
  summary: 'Acyclic graphs over variables, built edge by edge, rewarded by how well they explain simulated data.',
  sentence:
    'Here it draws a graph of causes, edge by edge, and stops where it likes. Trained well, it draws each graph as often as the data make it probable.',
  object: { one: 'graph', many: 'graphs' },
  options: {
    data: file({
      onlyIf: { score: explaining },
      help: 'table of data as CSV, a column for each variable; without it data are simulated',
    }),
    variables: integer(4, {
      ...{ min: 1, max: 31, onlyIf: [{ data: [null] }, { score: ['expression'] }] },
      help: 'variables; up to 5 can be enumerated',
    }),
    score: choice('bge', ['bge', 'linear-gaussian', 'expression'], {
      help: 'how a graph explains the data, or a reward that is typed, without data and prior',
    }),
    expression: expressionOption(
      'score',
      'the reward of a graph of at most 5 variables: e01 is 1 if there is an edge from 0 to 1 and else 0, p1 is the number of parents of 1, edges that of all edges, roots that of variables without parents, as in exp(-edges) * (1 + 9 * e01)',
    ),
    graphPrior: choice('uniform', ['uniform', 'erdos-renyi', 'edge', 'fair'], {
      onlyIf: { score: explaining },
      help: 'prior over graphs: uniform, by an expected number of edges, --edge-factor for each edge, or uniform over the numbers of parents',
    }),
    edges: number(4, {
      ...{ aboveMin: 0, max: 465 },
      onlyIf: [
        { score: explaining, data: [null] },
        { score: explaining, graphPrior: ['erdos-renyi'] },
      ],
      help: 'edges of the simulated graph, and of the prior erdos-renyi, on average',
    }),
    edgeFactor: number(0.1, {
      ...{ aboveMin: 0, max: 1e6, onlyIf: { score: explaining, graphPrior: ['edge'] } },
      help: 'factor of each edge',
    }),
    rows: integer(20, {
      ...{ min: 1, max: 1_000_000, onlyIf: { score: explaining, data: [null] } },
      help: 'rows of simulated data; 100 in the literature, which leaves fewer graphs probable',
    }),
    dataSeed: integer(0, {
      ...{ min: 0, max: 2 ** 31 - 1, onlyIf: { score: explaining, data: [null] } },
      help: 'seed of the simulated graph and data',
    }),
  },
  mainOptions: ['variables', 'score', 'expression', 'graphPrior', 'rows', 'dataSeed'],
  pageMax: { variables: 5, rows: 10_000 },
  citations: [
    'T. Deleu et al., Bayesian Structure Learning with Generative Flow Networks, UAI 2022',
    'J. Kuipers, G. Moffa & D. Heckerman, Addendum on the Scoring of Gaussian Directed Acyclic Graphical Models, Annals of Statistics 42, 2014',
  ],
  check({ variables, edges, score, expression }, hasOwnFile) {
    checkTyped({ reward: score, expression }, () => typedGraphs(variables));
    if (score !== 'expression' && !hasOwnFile && variables > 1) checkEdges(edges, variables);
  },
  defaults: (objective) => steepRun(objective, 2000),
  expression: {
    choice: 'score',
    written: 'expression',
    otherwise: 'bge',
    text: 'expression',
    start: () => 'exp(-edges / 2) * (0.1 + (roots = 1))',
  },
  // From gfnx's modular detailed balance: five variables, 100 rows, and on average one edge per variable.
  published(objective) {
    if (objective !== 'mdb') return undefined;
    return {
      problem: { variables: 5, edges: 5, rows: 100 },
      objective: { learningRate: 1e-4, residualLoss: 'huber', target: { every: 1000, mix: 1 } },
      training: { learningRate: { end: 1 }, exploration: { start: 1, end: 0.1, iterations: 50_000 } },
      ...{ steps: 100_000, batch: 128, evaluateEvery: 5000 },
    };
  },
  size: ({ variables: d }) => ({
    // 1, 3, 25, 543, 29,281 graphs, open and stopped; larger numbers cannot be enumerated.
    states: 2 * ([1, 1, 3, 25, 543, 29_281][d] ?? Number.POSITIVE_INFINITY),
    maxSteps: (d * (d - 1)) / 2 + 1,
    inputs: d * d,
    actions: d * d + 1,
  }),
});
