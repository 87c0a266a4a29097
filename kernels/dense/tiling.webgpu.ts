import { powerOfTwo } from '../workgroups.ts';

/** How a product is divided among workgroups: which of the two shaders runs, with which constants, in how many. */
export interface Tiling {
  readonly kind: 'tiled' | 'split';
  readonly constants: Readonly<Record<string, number>>;
  readonly workgroups: number;
}

/** Rows and columns of a tile of the -tiled shaders. */
const tileSize = 32;
/** With fewer tiles a GPU idles while a few workgroups walk along the inner dimension; the -split shaders divide it. */
const fewTiles = 32;
/** With fewer rows or columns the better part of a tile is wasted. */
const narrow = 16;
/** Invocations of a workgroup of the -split shaders, see split.wgsl. */
const splitSize = 128;

const tilesOver = (size: number) => Math.ceil(size / tileSize);
const quadsOver = (size: number) => Math.ceil(size / 4);
/** The smallest power of two that is at least `value`. */
const powerAbove = (value: number) => powerOfTwo(2 * value - 1);

/** For a product of `rows` x `columns` numbers, each a sum over `inner`, with the rows counted on the device or fixed. */
export function tilingOfRows(rows: number, columns: number, inner: number): Tiling {
  const columnTiles = tilesOver(columns);
  const tiles = tilesOver(rows) * columnTiles;
  if (tiles >= fewTiles && Math.min(rows, columns) >= narrow) {
    // As deep as workgroup memory and registers bear, but no deeper than there is something to load.
    const depth = Math.min(16, powerAbove(quadsOver(inner)) * 4);
    return { kind: 'tiled', constants: { DEPTH: depth, COLUMN_TILES: columnTiles }, workgroups: tiles };
  }
  return splitTiling(quadsOver(rows), quadsOver(columns), quadsOver(inner));
}

/** For the gradient of weights [rows, columns], whose sums run over up to `inner` rows of a batch. */
export function tilingOfWeights(rows: number, columns: number, inner: number): Tiling {
  const columnTiles = tilesOver(columns);
  const tiles = tilesOver(rows) * columnTiles;
  if (tiles >= fewTiles && Math.min(rows, columns) >= narrow) {
    // Four parts are as many as workgroup memory holds; short batches have too few rows to share.
    const parts = Math.min(4, powerOfTwo(inner / 32));
    return { kind: 'tiled', constants: { PARTS: parts, COLUMN_TILES: columnTiles }, workgroups: tiles };
  }
  return splitTiling(quadsOver(rows), quadsOver(columns), inner);
}

/** Divides `down` x `across` blocks among workgroups of at most `splitSize` invocations, `max` of them to a block. */
function splitTiling(down: number, across: number, max: number): Tiling {
  const quads = Math.min(4, powerAbove(across));
  let lines = Math.min(4, powerAbove(down));
  const columnTiles = Math.ceil(across / quads);
  const count = () => Math.ceil(down / lines) * columnTiles;
  // Rather more workgroups than more blocks in each, as long as the inner dimension is there to be divided.
  while (lines > 1 && count() < 2 * fewTiles && splitSize / (lines * quads) < max) lines /= 2;
  const parts = Math.min(splitSize / (lines * quads), powerOfTwo(max));
  const constants = { LINES: lines, QUADS: quads, PARTS: parts, COLUMN_TILES: columnTiles };
  return { kind: 'split', constants, workgroups: count() };
}
