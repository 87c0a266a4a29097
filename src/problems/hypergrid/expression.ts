import { countPower } from '../../environment/enumeration.ts';
import { log } from '../../numeric/elementary.ts';
import { readExpression } from '../expression/expression.ts';
import { checkHypergridSize, type HypergridSize } from './size.ts';

/** The longest expression, in characters. */
export const MAX_EXPRESSION_LENGTH = 400;

/** The maximum number of cells for expressions: a side of 256 in two dimensions. */
const MAX_EXPRESSION_CELLS = 256 * 256;

/** The reward if an expression is 0 or below: rewards have to be positive. */
const SMALLEST_REWARD = 1e-6;

/** The coordinates with letters; all of them also have numbers: x1, x2, ... */
const letters = ['x', 'y', 'z'];

/**
 * The logarithms of the rewards max(expression, 1e-6), one for each cell in the order of the cells' numbers. An
 * expression can use a cell's coordinates as x, y and z, and as x1, x2, ..., and the `side` of the grid.
 *
 * @throws Error that names the column of a mistake, or the cell where the value is not finite; also if the grid has too
 * many cells
 */
export function expressionLogRewards({
  dimension,
  side,
  expression,
}: HypergridSize & { readonly expression: string }): Float64Array {
  checkHypergridSize({ dimension, side });
  const cells = countPower(side, dimension);
  if (cells === undefined || cells > MAX_EXPRESSION_CELLS) {
    throw new Error(
      `An expression is computed for every cell: for at most ${MAX_EXPRESSION_CELLS} of them, and this grid has ` +
        `${side}^${dimension}. Take a smaller side or fewer dimensions.`,
    );
  }
  if (expression.length > MAX_EXPRESSION_LENGTH) {
    throw new Error(`An expression has at most ${MAX_EXPRESSION_LENGTH} characters, not ${expression.length}.`);
  }
  const numbered = Array.from({ length: dimension }, (_, axis) => `x${axis + 1}`);
  const named = letters.slice(0, dimension);
  const rewardAt = readExpression(expression, [...named, ...numbered, 'side']);
  const position = new Array<number>(dimension).fill(0);
  const logRewards = new Float64Array(cells);
  for (let cell = 0; cell < cells; cell++) {
    let rest = cell;
    for (let axis = dimension - 1; axis >= 0; axis--) {
      position[axis] = rest % side;
      rest = Math.floor(rest / side);
    }
    const value = rewardAt([...position.slice(0, named.length), ...position, side]);
    if (!Number.isFinite(value)) {
      throw new Error(
        `At (${position.join(', ')}) the expression is ${Number.isNaN(value) ? 'no number' : 'infinite'}. ` +
          'Keep it from dividing by 0, from roots and logarithms of what is below 0, and from exp of large numbers.',
      );
    }
    logRewards[cell] = log(Math.max(value, SMALLEST_REWARD));
  }
  return logRewards;
}
