import type { Reward } from '../../environment/environment.ts';
import { checkHypergridSize, type HypergridSize } from './environment.ts';

/** The levels that a cell can be painted with, from the lowest to the highest. */
export const PAINTED_LEVELS = '0123456789';

/** The most cells that are painted: a side of 256. */
export const MAX_PAINTING_LENGTH = 256 * 256;

/** What an unpainted cell is worth: a reward has to be above 0. */
const SMALLEST_REWARD = 1e-3;

/**
 * A reward that somebody has painted on a Hypergrid of two dimensions: R = max(level / 9, 1e-3).
 *
 * @param painting a level from 0 to 9 for each cell, in the order of the cells' numbers: that of (x, y) at x side + y.
 * @throws Error on a grid of another dimension, and on a painting of another length or with other characters.
 */
export function paintedReward({ dimension, side, painting }: HypergridSize & { readonly painting: string }): Reward {
  checkHypergridSize({ dimension, side });
  if (dimension !== 2) throw new Error(`A reward is painted on grids of two dimensions, not of ${dimension}.`);
  const cells = side ** 2;
  if (painting.length !== cells) {
    throw new Error(
      `A painted reward on a grid of side ${side} has ${cells} levels, one for each cell; the painting has ${painting.length}.`,
    );
  }
  const wrong = [...painting].find((level) => !PAINTED_LEVELS.includes(level));
  if (wrong !== undefined) throw new Error(`A cell is painted with a level from 0 to 9, not ${JSON.stringify(wrong)}.`);
  const max = PAINTED_LEVELS.length - 1;
  const logRewards = Float64Array.from(painting, (level) => Math.log(Math.max(Number(level) / max, SMALLEST_REWARD)));
  return {
    name: 'painted',
    of: { name: 'hypergrid', options: { dimension, side }, stateSize: dimension + 1 },
    logReward: (state) => logRewards[state[0] * side + state[1]],
    table: Float32Array.from(logRewards),
    shader: {
      code: `
fn log_reward(state: ptr<function, State>) -> f32 {
  return reward_table[(*state)[0] * ${side} + (*state)[1]];
}
`,
    },
  };
}
