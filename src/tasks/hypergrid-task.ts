import type { Reward } from '../environment/environment.ts';
import {
  type HypergridSize,
  hypergrid,
  hypergridCellCount,
  MAX_HYPERGRID_WIDTH,
} from '../problems/hypergrid/environment.ts';
import { MAX_PAINTING_LENGTH, PAINTED_LEVELS, paintedReward } from '../problems/hypergrid/painted-reward.ts';
import { HYPERGRID_DIFFICULTIES, hypergridReward } from '../problems/hypergrid/reward.ts';
import { defineProblem } from './define-task.ts';
import type { ProblemOptions } from './task-options.ts';

export const hypergridProblem = defineProblem({
  name: 'hypergrid',
  summary: 'A grid of any dimension whose rewards lie in its corners, with low ground between them.',
  options: [
    {
      name: 'dim',
      kind: 'integer',
      default: 2,
      min: 1,
      max: 53,
      help: 'dimension of the grid',
    },
    {
      name: 'side',
      kind: 'integer',
      default: 16,
      min: 2,
      max: MAX_HYPERGRID_WIDTH,
      help: 'cells along each axis',
    },
    {
      name: 'reward',
      kind: 'choice',
      default: 'easy',
      choices: [...Object.keys(HYPERGRID_DIFFICULTIES), 'painted'],
      help: 'how low the ground between the modes is; or painted, by --painting',
    },
    {
      name: 'painting',
      kind: 'text',
      characters: PAINTED_LEVELS,
      maxLength: MAX_PAINTING_LENGTH,
      help: 'a level from 0 to 9 for each cell of a grid of two dimensions, column behind column',
    },
  ],
  check(options) {
    const { dimension, side } = sizeOf(options);
    if (hypergridCellCount({ dimension, side }) === undefined) {
      throw new Error(
        `A hypergrid of dimension ${dimension} and side ${side} has ${side}^${dimension} cells, ` +
          'more than can be counted exactly (2^53). Take a smaller dimension (dim) or side.',
      );
    }
    if (options.reward === 'painted') rewardOf(options);
    else if (options.painting !== undefined) {
      throw new Error(
        `A painting was given, but the reward is ${options.reward}. Take the reward painted, or leave the painting out.`,
      );
    }
  },
  async make(options) {
    return { environment: hypergrid(sizeOf(options)), reward: rewardOf(options) };
  },
});

function sizeOf({ dim, side }: ProblemOptions): HypergridSize {
  return { dimension: Number(dim), side: Number(side) };
}

function rewardOf(options: ProblemOptions): Reward {
  const { reward, painting = '' } = options;
  if (reward === 'painted') return paintedReward({ ...sizeOf(options), painting: String(painting) });
  return hypergridReward({ ...sizeOf(options), difficulty: reward === 'hard' ? 'hard' : 'easy' });
}
