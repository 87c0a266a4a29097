import { type Painting, paintedTarget, readPainting } from '../ui/painting.ts';

/** The landscapes of the article's figures. Paintings are read column by column: cell (x, y) at `x side + y`. */
export interface Landscape {
  readonly side: number;
  readonly painting: Painting;
}

/** Four hills, the highest far from where walks begin, with low ground between them. */
export const fourHills: Landscape = {
  side: 12,
  painting: readPainting(
    [
      '000000001210',
      '000000014641',
      '001210026962',
      '002420014641',
      '001210001210',
      '000000000000',
      '000000000000',
      '000000001110',
      '001110012321',
      '013531013531',
      '015751012321',
      '013531001110',
    ].join(''),
  ),
};

/** The first landscape again, small enough for arrows in its cells. */
export const twoHills: Landscape = {
  side: 8,
  painting: readPainting(
    ['00000011', '00000121', '00000012', '00000001', '00100000', '02420000', '04941000', '02420000'].join(''),
  ),
};

/** Even smaller, for flow. */
export const threePools: Landscape = {
  side: 6,
  painting: readPainting(['000035', '000023', '001100', '002200', '020000', '693000'].join('')),
};

/** The reward of each cell, as in a painted hypergrid; all positive. */
export function rewardsOf({ painting }: Landscape): Float64Array {
  return Float64Array.from(painting, (level) => Math.max(level / 9, 1e-3));
}

export function targetOf({ painting }: Landscape): Float64Array {
  return paintedTarget(painting);
}
