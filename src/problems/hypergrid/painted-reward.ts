import { type RowReward, rowReward } from '../../environment/row-environment/index.ts';
import { log } from '../../numeric/elementary.ts';
import { hypergrid } from './environment.ts';
import { checkPainting, PAINTED_LEVELS } from './painting.ts';
import type { HypergridSize } from './size.ts';

/** The reward of an unpainted cell: rewards have to be positive. */
const SMALLEST_REWARD = 1e-3;

/**
 * A reward painted on a Hypergrid of two dimensions: R = max(level / 9, 1e-3).
 *
 * @param painting a level from 0 to 9 for each cell, in the order of the cells' numbers: that of (x, y) at x side + y.
 * @throws Error on a grid of another dimension, and on a painting of the wrong length or with invalid characters.
 */
export function paintedReward({ dimension, side, painting }: HypergridSize & { readonly painting: string }): RowReward {
  checkPainting({ dimension, side, painting });
  const max = PAINTED_LEVELS.length - 1;
  const logRewards = Float64Array.from(painting, (level) => log(Math.max(Number(level) / max, SMALLEST_REWARD)));
  return rowReward({
    name: 'painted',
    of: hypergrid({ dimension, side }),
    tables: { logRewards },
    logReward: ({ position }, { logRewards }) => logRewards.at(position.at(0).multiply(side).add(position.at(1))),
  });
}
