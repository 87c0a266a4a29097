import { type RowReward, rowReward } from '../../environment/row-environment/index.ts';
import type { Int } from '../../rows/index.ts';
import { hypergrid } from './environment.ts';
import { expressionLogRewards } from './expression.ts';
import type { HypergridSize } from './size.ts';

/**
 * A reward given by an expression: R = max(expression, 1e-6), computed once for each cell. See `expressionLogRewards`
 * for what an expression can contain.
 *
 * @throws Error on an expression that cannot be parsed or is not finite somewhere, and on a grid with too many cells.
 */
export function expressionReward(options: HypergridSize & { readonly expression: string }): RowReward {
  const logRewards = expressionLogRewards(options);
  const { dimension, side } = options;
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
