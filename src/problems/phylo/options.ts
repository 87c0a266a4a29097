import { choice, file, integer, number } from '../../options/index.ts';
import { describeProblem } from '../description.ts';
import { checkTyped, expressionOption } from '../expression/typed-reward.ts';
import { steepRun } from '../small-runs.ts';
import { unknownTrees } from './tree-variables.ts';

/** Without sequences of one's own. */
const simulated = { alignment: [null] };

export const phyloProblem = describeProblem({
  name: 'phylo',
  title: 'Phylogenetic trees',
  summary: 'Rooted trees of taxa, joined two at a time, rewarded by how few mutations explain simulated sequences.',
  sentence:
    'Here it joins trees of species, two at a time, until one is left. Trained well, it makes each tree as often as that tree’s share of all the reward.',
  object: { one: 'tree', many: 'trees' },
  options: {
    alignment: file('aligned sequences, as FASTA or as JSON of name and sequence; without it they are simulated'),
    taxa: integer(6, { ...{ min: 2, max: 64, onlyIf: simulated }, help: 'taxa; up to 7 can be enumerated' }),
    sites: integer(100, { ...{ min: 1, max: 100_000, onlyIf: simulated }, help: 'sites of the simulated sequences' }),
    rate: number(0.15, {
      ...{ min: 0, max: 0.75, onlyIf: simulated },
      help: 'probability that a site changes along a branch of the simulated tree',
    }),
    mutationsPerNat: number(4, {
      ...{ aboveMin: 0, max: 1e6, onlyIf: { reward: ['parsimony'] } },
      help: 'mutations that cost one nat of log-reward',
    }),
    dataSeed: integer(0, {
      ...{ min: 0, max: 2 ** 31 - 1, onlyIf: simulated },
      help: 'seed of the simulated tree and sequences',
    }),
    reward: choice('parsimony', ['parsimony', 'expression'], { help: 'few mutations, or a reward that is typed' }),
    expression: expressionOption(
      'reward',
      'the reward of a tree of at most 7 taxa: mutations explain the sequences on it, height is the number of joins above its deepest taxon, cherries that of pairs joined directly, imbalance how unequal the sides of joins are, as in exp(-mutations / 4) * (1 + cherries)',
    ),
  },
  mainOptions: ['taxa', 'sites', 'mutationsPerNat', 'reward', 'expression', 'dataSeed'],
  pageMax: { taxa: 6, sites: 1000 },
  citations: [
    'M. Zhou et al., PhyloGFN: Phylogenetic Inference with Generative Flow Networks, ICLR 2024',
    'W. M. Fitch, Toward Defining the Course of Evolution: Minimum Change for a Specific Tree Topology, Systematic Zoology 20, 1971',
  ],
  // What it comes to is checked when the sequences are there.
  check: ({ reward, expression }) => checkTyped({ reward, expression }, () => unknownTrees),
  defaults: (objective) => steepRun(objective, 1500, false),
  expression: {
    choice: 'reward',
    written: 'expression',
    otherwise: 'parsimony',
    text: 'expression',
    start: () => 'exp(-imbalance)',
  },
  // From gfnx's forward-looking detailed balance, for DS1 and similar data.
  published(objective) {
    if (objective !== 'fl-db') return undefined;
    return {
      problem: { mutationsPerNat: 4 },
      objective: { learningRate: 3e-4, residualLoss: 'huber', target: { every: 1, mix: 0.005 } },
      training: { learningRate: { end: 1 / 30 }, exploration: { start: 1, end: 0, iterations: 50_000 } },
      ...{ steps: 100_000, batch: 32, evaluateEvery: 5000 },
    };
  },
  size: ({ taxa }) => ({
    // 2, 7, 37, 266, 2,431, 27,007, 353,522 forests of 2 to 8 taxa.
    states: [2, 7, 37, 266, 2431, 27_007, 353_522][taxa - 2] ?? Number.POSITIVE_INFINITY,
    maxSteps: taxa - 1,
    inputs: 2 * taxa * taxa,
    actions: (taxa * (taxa - 1)) / 2,
  }),
});
