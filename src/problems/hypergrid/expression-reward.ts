import { type RowReward, rowReward } from '../../environment/row-environment/index.ts';
import type { Int } from '../../rows/index.ts';
import { typedLogRewards } from '../expression/typed-reward.ts';
import { hypergrid } from './environment.ts';
import type { HypergridSize } from './size.ts';
import { typedCells } from './typed-cells.ts';

/**
 * A reward given by an expression: R = max(expression, 1e-6), computed once for each cell. See `typedCells` for
 * what it can name.
 *
 * @throws Error on an expression that cannot be parsed or is not finite somewhere, and on a grid with too many cells.
 */
export function expressionReward(options: HypergridSize & { readonly expression: string }): RowReward {
  const { dimension, side, expression } = options;
  const logRewards = typedLogRewards(expression, typedCells({ dimension, side }));
  return rowReward({
    name: 'expression',
    of: hypergrid({ dimension, side }),
    tables: { logRewards },
    logReward({ position }, tables) {
      let cell: Int = position.at(0);
      for (let axis = 1; axis < dimension; axis++) cell = cell.multiply(side).add(position.at(axis));
      return tables.logRewards.at(cell);
    },
  });
}
