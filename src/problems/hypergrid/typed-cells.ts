import { countPower } from '../../environment/enumeration.ts';
import { maxTypedObjects, type TypedObjects } from '../expression/typed-reward.ts';
import { checkHypergridSize, type HypergridSize } from './size.ts';

/** The coordinates with letters; all of them also have numbers: x1, x2, ... */
const letters = ['x', 'y', 'z'];

/**
 * The cells of a grid by number, as an expression sees them: their coordinates as x, y and z, and as x1, x2, ..., and the
 * `side` of the grid.
 * @throws Error if the grid has too many cells
 */
export function typedCells({ dimension, side }: HypergridSize): TypedObjects {
  checkHypergridSize({ dimension, side });
  const count = countPower(side, dimension);
  if (count === undefined || count > maxTypedObjects) {
    throw new Error(
      `An expression is computed for every cell: for at most ${maxTypedObjects} of them, and this grid has ` +
        `${side}^${dimension}. Take a smaller side or fewer dimensions.`,
    );
  }
  const numbered = Array.from({ length: dimension }, (_, axis) => `x${axis + 1}`);
  const named = letters.slice(0, dimension);
  return {
    count,
    many: 'cells',
    variables: [...named, ...numbered, 'side'],
    objectAt(cell, values) {
      for (let axis = dimension - 1, rest = cell; axis >= 0; axis--, rest = Math.floor(rest / side)) {
        values[named.length + axis] = rest % side;
        if (axis < named.length) values[axis] = rest % side;
      }
      values[values.length - 1] = side;
      return `(${values.slice(named.length, -1).join(', ')})`;
    },
  };
}
