import type { Reward } from '../../environment/environment.ts';
import { log } from '../../numeric/elementary.ts';
import { checkPainting, PAINTED_LEVELS } from './painting.ts';
import type { HypergridSize } from './size.ts';

/** What an unpainted cell is worth: a reward has to be above 0. */
const SMALLEST_REWARD = 1e-3;

/**
 * A reward that somebody has painted on a Hypergrid of two dimensions: R = max(level / 9, 1e-3).
 *
 * @param painting a level from 0 to 9 for each cell, in the order of the cells' numbers: that of (x, y) at x side + y.
 * @throws Error on a grid of another dimension, and on a painting of another length or with other characters.
 */
export function paintedReward({ dimension, side, painting }: HypergridSize & { readonly painting: string }): Reward {
  checkPainting({ dimension, side, painting });
  const max = PAINTED_LEVELS.length - 1;
  const logRewards = Float64Array.from(painting, (level) => log(Math.max(Number(level) / max, SMALLEST_REWARD)));
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
