import { countPower } from '../../environment/enumeration.ts';

/** `dimension` axes of `side` cells each. */
export interface HypergridSize {
  readonly dimension: number;
  readonly side: number;
}

/** The widest observation (dimension * side): token numbers up to this are exact in int32 and in float32. */
export const MAX_HYPERGRID_WIDTH = 2 ** 24;

/** The number of cells, which is also the number of objects; undefined above 2^53. */
export function hypergridCellCount({ dimension, side }: HypergridSize): number | undefined {
  return countPower(side, dimension);
}

/** @throws Error if no grid of this size is possible; see `hypergrid`. */
export function checkHypergridSize({ dimension, side }: HypergridSize): void {
  if (!Number.isInteger(dimension) || dimension < 1) {
    throw new Error(`A hypergrid's dimension is a whole number of at least 1, not ${dimension}.`);
  }
  if (!Number.isInteger(side) || side < 2) {
    throw new Error(
      `A hypergrid's side is a whole number of at least 2, not ${side}: with fewer cells along an axis there is ` +
        'nowhere to move, and rewards are defined relative to side - 1.',
    );
  }
  if (dimension * side > MAX_HYPERGRID_WIDTH) {
    throw new Error(
      `A hypergrid of dimension ${dimension} and side ${side} needs ${dimension * side} inputs to a policy ` +
        `(dimension * side); the most is ${MAX_HYPERGRID_WIDTH}. Take a smaller side or dimension.`,
    );
  }
}

/** @throws Error if the number of cells exceeds 2^53, so that they cannot be counted exactly */
export function checkCountable({ dimension, side }: HypergridSize): void {
  if (hypergridCellCount({ dimension, side }) !== undefined) return;
  throw new Error(
    `A hypergrid of dimension ${dimension} and side ${side} has ${side}^${dimension} cells, ` +
      'more than can be counted exactly (2^53). Take a smaller dimension or side.',
  );
}
