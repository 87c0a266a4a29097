import { checkGiven } from '../text/check-given.ts';
import { type GraphLayout, graphRow } from './graph-layout.ts';

/**
 * A policy network's view of a state: a row of numbers. Type, length and valid contents of the row are defined here, so
 * that nobody else needs to know its kind; only networks choose by kind how they read it.
 */
export type Observation = TokenObservation | FeatureObservation | GraphObservation;

/** A row of an observation: int32 for tokens and graphs, float32 for features. */
export type ObservationRow = Int32Array | Float32Array;

interface ObservedRow {
  /** The type of a row's numbers. */
  readonly dtype: 'i32' | 'f32';
  /** Numbers in a row. */
  readonly size: number;
  /** Inputs of a network; every token is below it. */
  readonly width: number;
  /** The contents of rows without a state. */
  readonly blank: number;
  /** How many rows networks are evaluated on at once; fewer for graphs, whose networks take more memory. */
  readonly rowsAtOnce: number;
  /** The position of the level of the environment's condition, and the values of levels. */
  readonly level?: ObservedLevel | undefined;
  /** The WGSL function that gives a number of the row; see `EnvironmentShader`. */
  readonly shaderFunction: 'token' | 'feature';
  /** Writes the complete row of a state. */
  encode(state: Int32Array, row: ObservationRow): void;
  /** A new array of `count` rows of the right type, full of zeros. */
  rows(count: number): ObservationRow;
  /** A value that no completely written row holds: rows are filled with it before they are encoded and checked. */
  readonly unwritten: number;
  /** The problem with a row: the first number that was not written or is out of bounds. Undefined if there is none. */
  problemIn(row: ObservationRow): string | undefined;
}

/** A condition's level in a row, and its code for networks: a thermometer of `bins` features over low .. high. */
export interface ObservedLevel extends NonNullable<GraphLayout['thermometer']> {
  /** Its index in the row. */
  readonly column: number;
}

/** A sum of one-hot blocks: each number of the row is the index of an input that is 1, or -1; all other inputs are 0. */
export interface TokenObservation extends ObservedRow {
  readonly kind: 'tokens';
  /**
   * Present if the row is a sequence of letters: i classes + letter at position i, -1 at every position after the last.
   * Then networks may be transformers over it.
   */
  readonly sequence?: { readonly classes: number } | undefined;
  /**
   * Present if the row is a relation among d nodes, such as the edges of a directed graph: i d + j at that position if
   * there is an edge from node i to node j, else -1. The first d^2 actions, forwards and backwards, are of the same pairs.
   * Then networks may be networks over it.
   */
  readonly relation?: { readonly nodes: number } | undefined;
}

/** Tokens that are a relation. */
export interface RelationObservation extends TokenObservation {
  readonly relation: NonNullable<TokenObservation['relation']>;
}

/** Tokens that are a sequence of letters. */
export interface SequenceObservation extends TokenObservation {
  readonly sequence: NonNullable<TokenObservation['sequence']>;
}

/** A dense row of float32, one for each input. */
export interface FeatureObservation extends ObservedRow {
  readonly kind: 'features';
}

/** A graph, in the order of `GraphLayout`. */
export interface GraphObservation extends ObservedRow {
  readonly kind: 'graph';
  readonly layout: GraphLayout;
}

/**
 * A state as a sum of one-hot blocks.
 *
 * `width`: inputs of a network. `positions`: tokens of a state. `encode` writes every token: the index of an input,
 * 0 .. width - 1, or -1 for none.
 */
export function tokenObservation(given: {
  readonly width: number;
  readonly positions: number;
  /** See `TokenObservation`. */
  readonly sequence?: TokenObservation['sequence'];
  /** See `TokenObservation`. */
  readonly relation?: TokenObservation['relation'];
  encode(state: Int32Array, tokens: Int32Array): void;
}): TokenObservation {
  checkGiven('tokenObservation', { given }, { encode: 'function' });
  const { width, positions, sequence, relation, encode } = given;
  return { kind: 'tokens', ...integerRows(width, positions, encode), sequence, relation };
}

/**
 * A state as a dense row of float32.
 *
 * `width`: inputs of a network. `encode` writes every one of them, finite.
 */
export function featureObservation(given: {
  readonly width: number;
  encode(state: Int32Array, features: Float32Array): void;
}): FeatureObservation {
  checkGiven('featureObservation', { given }, { encode: 'function' });
  const { width, encode } = given;
  return {
    kind: 'features',
    dtype: 'f32',
    size: width,
    width,
    blank: 0,
    rowsAtOnce: 1024,
    shaderFunction: 'feature',
    encode,
    rows: (count) => new Float32Array(count * width),
    unwritten: Number.NaN,
    problemIn(features) {
      for (let i = 0; i < features.length; i++) {
        if (!Number.isFinite(features[i])) return `feature ${i} is ${features[i]}, or not written`;
      }
      return undefined;
    },
  };
}

/**
 * A state as a graph.
 *
 * `encode` writes all of the row, in the order of `GraphLayout`. `width` is above every number of a row; by default as
 * large as the layout's tokens and counts need.
 */
export function graphObservation(given: {
  readonly layout: GraphLayout;
  encode(state: Int32Array, row: Int32Array): void;
  readonly width?: number | undefined;
}): GraphObservation {
  checkGiven('graphObservation', { given }, { layout: 'object', encode: 'function' });
  const { layout, encode, width = widthOf(layout) } = given;
  const { size, level: column } = graphRow(layout);
  const level = layout.thermometer && { ...layout.thermometer, column };
  return { kind: 'graph', layout, ...integerRows(width, size, encode), rowsAtOnce: 128, level };
}

function integerRows(
  width: number,
  size: number,
  encode: (state: Int32Array, row: Int32Array) => void,
): Omit<ObservedRow, 'encode'> & { encode(state: Int32Array, row: ObservationRow): void } {
  return {
    dtype: 'i32',
    size,
    width,
    blank: -1,
    rowsAtOnce: 1024,
    shaderFunction: 'token',
    // Declared as a method, so that it accepts the rows that `rows` makes.
    encode: encode as (state: Int32Array, row: ObservationRow) => void,
    rows: (count) => new Int32Array(count * size),
    unwritten,
    problemIn(row) {
      for (let i = 0; i < row.length; i++) {
        const token = row[i];
        if (token >= -1 && token < width) continue;
        const found = token === unwritten ? 'not written' : `${token}, which is not from -1 to ${width - 1}`;
        return `the token at position ${i} is ${found}`;
      }
      return undefined;
    },
  };
}

/** Neither a token nor what a fresh array holds. */
const unwritten = -7;

function widthOf({ nodeWidth, edgeWidth, maxNodes, maxEdges }: GraphLayout): number {
  return Math.max(nodeWidth, edgeWidth, maxNodes + 1, maxEdges + 1);
}
