import { checkHypergridSize, type HypergridSize } from './size.ts';

/** The levels that a cell can be painted with, from the lowest to the highest. */
export const PAINTED_LEVELS = '0123456789';

/** The maximum number of painted cells: a side of 256. */
export const MAX_PAINTING_LENGTH = 256 * 256;

/**
 * @throws Error on a grid whose dimension is not two, and on a painting of the wrong length or with invalid characters.
 */
export function checkPainting({ dimension, side, painting }: HypergridSize & { readonly painting: string }): void {
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
}
