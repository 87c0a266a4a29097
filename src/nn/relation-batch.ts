import { type RowProgram, rowProgram, rowProgramOperation, segmentOffsets } from '../ops/index.ts';
import type { Rows, Tensor } from '../tape/index.ts';

/** Relations over equally many nodes, as rows of their nodes, each followed by a row of the relation as a whole. */
export interface RelationBatch {
  /**
   * i32 [rows, 1 + 2 d]: the number of the node, d for the whole; then d + 1 + i d + j for its edges i -> j to others,
   * and d^2 more for those from others; -1 where there is none.
   */
  readonly tokens: Tensor;
  /** i32 [rows, 4]: see `sequenceAttention`. All rows of a relation attend to one another. */
  readonly places: Tensor;
  /** i32 [N]: the row of each relation's first node, and of its whole. */
  readonly first: Tensor;
  readonly whole: Tensor;
  /** i32 [rows]: the relation of which a row is the whole, -1 for others. */
  readonly inverse: Tensor;
  /** i32 [rows, 2]: see `pairScores`. */
  readonly owner: Tensor;
}

/**
 * Records, in three launches, the relations of an observation as rows.
 * @param observation i32 [N, d^2]: i d + j where there is an edge from node i to node j, else -1
 */
export function relationBatch(observation: Tensor, nodes: number): RelationBatch {
  const { tape, shape, rows } = observation;
  const [count] = shape;
  const [lengths] = rowProgram(
    tape,
    lengthsProgram(nodes),
    rows ?? count,
    [observation],
    [{ dtype: 'i32', shape: [count, 1] }],
  );
  const { offsets, total, segments } = segmentOffsets(lengths, 0, 1, 1);
  const max = offsets.shape[0] - 1;
  const capacity = max * (nodes + 1);
  const by = { rows: { capacity, max: capacity, window: total } satisfies Rows };
  const ofRelations = { dtype: 'i32', shape: [count], ...(rows ? { rows } : {}) } as const;
  const [tokens, places, owner, inverse, first, whole] = tape.record(
    rowProgramOperation,
    [observation],
    {
      program: rowsProgram(nodes),
      outputs: [
        { dtype: 'i32', shape: [capacity, 1 + 2 * nodes], ...by },
        { dtype: 'i32', shape: [capacity, 4], ...by },
        { dtype: 'i32', shape: [capacity, 2], ...by },
        { dtype: 'i32', shape: [capacity], ...by },
        ofRelations,
        ofRelations,
      ],
      rowCount: count,
    },
    // Passed even if it is fixed: the outputs have other rows, from which the count would be inferred.
    { rows: rows ?? { capacity: max, max, window: segments } },
  );
  return { tokens, places, owner, inverse, first, whole };
}

function lengthsProgram(nodes: number): RowProgram {
  return {
    name: 'lengths of relations',
    buffers: ['observation', 'lengths'].map((name) => ({ name })),
    host([, lengths], start, count) {
      lengths.fill(nodes, start, start + count);
    },
    wgsl: `
fn row(n: i32) {
  lengths[n] = ${nodes};
}`,
  };
}

/** Inputs: the observation. Outputs: tokens, places and owners of rows; the first row and the whole's of relations. */
function rowsProgram(d: number): RowProgram {
  const width = 1 + 2 * d;
  return {
    name: 'rows of relations',
    buffers: ['observation', 'tokens', 'places', 'owner', 'inverse', 'first', 'whole'].map((name) => ({ name })),
    host([observation, tokens, places, owner, inverse, first, whole], start, count) {
      for (let relation = 0; relation < count; relation++) {
        const n = start + relation;
        const begin = relation * (d + 1);
        for (let i = 0; i <= d; i++) {
          const row = begin + i;
          tokens[row * width] = i;
          for (let j = 0; j < d; j++) {
            const to = i < d ? observation[n * d * d + i * d + j] : -1;
            const from = i < d ? observation[n * d * d + j * d + i] : -1;
            tokens[row * width + 1 + j] = to < 0 ? -1 : d + 1 + to;
            tokens[row * width + 1 + d + j] = from < 0 ? -1 : d + 1 + d * d + from;
          }
          for (let k = 0; k < 4; k++) places[4 * row + k] = k % 2 === 0 ? begin : begin + d + 1;
          owner[2 * row] = n;
          owner[2 * row + 1] = i < d ? i : -1;
          inverse[row] = i < d ? -1 : n;
        }
        first[n] = begin;
        whole[n] = begin + d;
      }
    },
    wgsl: `
const D = ${d};
fn row(n: i32) {
  let begin = (n - i32(row_start())) * (D + 1);
  for (var i = 0; i <= D; i++) {
    let at = begin + i;
    tokens[at * ${width}] = i;
    for (var j = 0; j < D; j++) {
      var to = -1;
      var back = -1;
      if (i < D) {
        to = observation[n * D * D + i * D + j];
        back = observation[n * D * D + j * D + i];
      }
      tokens[at * ${width} + 1 + j] = select(D + 1 + to, -1, to < 0);
      tokens[at * ${width} + 1 + D + j] = select(D + 1 + D * D + back, -1, back < 0);
    }
    for (var k = 0; k < 4; k++) { places[4 * at + k] = select(begin + D + 1, begin, k % 2 == 0); }
    owner[2 * at] = n;
    owner[2 * at + 1] = select(-1, i, i < D);
    inverse[at] = select(n, -1, i < D);
  }
  first[n] = begin;
  whole[n] = begin + D;
}`,
  };
}
