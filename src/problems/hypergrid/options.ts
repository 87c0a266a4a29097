import { choice, integer, text } from '../../options/index.ts';
import { describeProblem } from '../description.ts';
import { checkTyped, expressionOption, missingReward } from '../expression/typed-reward.ts';
import { paperRun } from '../paper.ts';
import { smallRun } from '../small-runs.ts';
import { HYPERGRID_DIFFICULTIES } from './heights.ts';
import { checkPainting, MAX_PAINTING_LENGTH, PAINTED_LEVELS } from './painting.ts';
import { checkCountable, MAX_HYPERGRID_WIDTH } from './size.ts';
import { typedCells } from './typed-cells.ts';

const difficulties = Object.keys(HYPERGRID_DIFFICULTIES) as (keyof typeof HYPERGRID_DIFFICULTIES)[];

export const hypergridProblem = describeProblem({
  name: 'hypergrid',
  title: 'Hypergrid',
  summary: 'A grid of any dimension whose rewards lie in its corners, with low ground between them.',
  sentence:
    'Here it walks a grid from the lower left corner, one cell at a time, and stops where it likes. Trained well, it stops at each cell as often as that cell’s share of all the reward.',
  object: { one: 'cell', many: 'cells' },
  options: {
    dimension: integer(2, { min: 1, max: 53, help: 'dimension of the grid' }),
    side: integer(16, { min: 2, max: MAX_HYPERGRID_WIDTH, help: 'cells along each axis' }),
    reward: choice('easy', [...difficulties, 'painted', 'expression'], {
      help: 'depth of the ground between the modes, or a reward that is painted or typed',
    }),
    painting: text({
      characters: PAINTED_LEVELS,
      maxLength: MAX_PAINTING_LENGTH,
      onlyIf: { reward: ['painted'] },
      help: 'a level from 0 to 9 for each cell of a two-dimensional grid, column by column',
    }),
    expression: expressionOption(
      'reward',
      'the reward of a cell by its coordinates x, y, z, or x1, x2, ..., as in exp(-((x-3)^2 + (y-3)^2) / 4)',
    ),
  },
  mainOptions: ['dimension', 'side', 'reward', 'expression'],
  pageMax: { dimension: 6, side: 64 },
  citations: [
    'E. Bengio et al., Flow Network based Generative Models for Non-Iterative Diverse Candidate Generation, NeurIPS 2021',
  ],
  check({ dimension, side, reward, painting, expression }) {
    const size = { dimension, side };
    checkCountable(size);
    if (reward === 'painted') {
      if (painting === undefined) throw missingReward('painting');
      checkPainting({ ...size, painting });
    }
    checkTyped({ reward, expression }, () => typedCells(size));
  },
  defaults: () => smallRun(500),
  paper: (objective) =>
    paperRun(objective, {
      problem: { dimension: 4, side: 20, reward: 'easy' },
      steps: 31_250,
      learningRate: 1e-3,
      valueLearningRate: 3e-4,
      gae: { lambda: 0.9, valueLearningRate: 1e-3, valueChunks: 1, valueEpochs: 1 },
      policyUpdates: 4,
      trustRegionValueEpochs: 4,
      tlmLearningRate: 1e-3,
    }),
  size: ({ dimension, side }) => ({
    states: side ** dimension,
    maxSteps: dimension * (side - 1) + 1,
    inputs: dimension * side,
    actions: dimension + 1,
  }),
  gridShape: ({ dimension, side }) => new Array<number>(dimension).fill(side),
  program({ dimension, side, reward }) {
    if (reward === 'painted' || reward === 'expression') return undefined;
    const size = `dimension: ${dimension}, side: ${side}`;
    return {
      imports: ['hypergrid', 'hypergridReward'],
      environment: `hypergrid({ ${size} })`,
      reward: `hypergridReward({ ${size}, difficulty: '${reward}' })`,
    };
  },
  painting: { choice: 'reward', painted: 'painted', otherwise: 'easy', levels: 'painting' },
  expression: {
    choice: 'reward',
    written: 'expression',
    otherwise: 'easy',
    text: 'expression',
    start({ dimension, side }) {
      const hill = (place: number) => {
        const squares = ['x', 'y'].slice(0, dimension).map((name) => `(${name} - ${Math.round(place * side)})^2`);
        return `exp(-(${squares.join(' + ')}) / 4)`;
      };
      return `${hill(0.2)} + ${hill(0.7)}`;
    },
  },
});
