import { type RowProgram, rowProgram, rowProgramOperation, segmentOffsets } from '../ops/index.ts';
import type { Rows, Tensor } from '../tape/index.ts';

/** Sequences of unequal lengths, as rows of their positions without padding, each followed by a row that reads it. */
export interface SequenceBatch {
  /** i32 [positions, 2]: a letter, or `classes` at the reading row, then the position, from classes + 1 on. */
  readonly tokens: Tensor;
  /** i32 [positions, 4]: see `sequenceAttention`. */
  readonly places: Tensor;
  /** i32 [N]: the row that reads each sequence. */
  readonly last: Tensor;
  /** i32 [positions]: the sequence that a row reads, -1 for others. */
  readonly inverse: Tensor;
}

/** The letters of sequences, and the kind of attention. */
export interface SequenceLayout {
  /** The number of letters. */
  readonly classes: number;
  /** Whether positions attend only to earlier ones. */
  readonly causal: boolean;
}

/**
 * Records, in three launches, the sequences of an observation as rows.
 * @param observation i32 [N, L]: i classes + letter at each position i, and -1 after the last
 */
export function sequenceBatch(observation: Tensor, { classes, causal }: SequenceLayout): SequenceBatch {
  const { tape, shape, rows } = observation;
  const [count, maxLength] = shape;
  const [lengths] = rowProgram(
    tape,
    lengthsProgram(maxLength),
    rows ?? count,
    [observation],
    [{ dtype: 'i32', shape: [count, 1] }],
  );
  const { offsets, total, segments } = segmentOffsets(lengths, 0, 1, 1);
  const max = offsets.shape[0] - 1;
  const capacity = max * (maxLength + 1);
  const positions: Rows = { capacity, max: capacity, window: total };
  const by = { rows: positions };
  const [tokens, places, inverse, last] = tape.record(
    rowProgramOperation,
    [observation, offsets],
    {
      program: positionsProgram(maxLength, classes, causal),
      outputs: [
        { dtype: 'i32', shape: [capacity, 2], ...by },
        { dtype: 'i32', shape: [capacity, 4], ...by },
        { dtype: 'i32', shape: [capacity], ...by },
        { dtype: 'i32', shape: [count], ...(rows ? { rows } : {}) },
      ],
      rowCount: count,
    },
    // Passed even if it is fixed: the outputs have other rows, from which the count would be inferred.
    { rows: rows ?? { capacity: max, max, window: segments } },
  );
  return { tokens, places, last, inverse };
}

function lengthsProgram(maxLength: number): RowProgram {
  return {
    name: 'lengths of sequences',
    buffers: ['observation', 'lengths'].map((name) => ({ name })),
    host([observation, lengths], start, count) {
      for (let n = start; n < start + count; n++) {
        let length = 0;
        while (length < maxLength && observation[n * maxLength + length] >= 0) length++;
        lengths[n] = length;
      }
    },
    wgsl: `
fn row(n: i32) {
  var length = 0;
  while (length < ${maxLength}) {
    if (observation[n * ${maxLength} + length] < 0) { break; }
    length++;
  }
  lengths[n] = length;
}`,
  };
}

/**
 * Inputs: the observation, the offsets of sequences. Outputs: tokens, places, the sequence that a row reads, the row
 * that reads a sequence.
 */
function positionsProgram(maxLength: number, classes: number, causal: boolean): RowProgram {
  return {
    name: 'positions of sequences',
    buffers: ['observation', 'starts', 'tokens', 'places', 'inverse', 'last'].map((name) => ({ name })),
    host([observation, starts, tokens, places, inverse, last], start, count) {
      for (let sequence = 0; sequence < count; sequence++) {
        const n = start + sequence;
        const [first, end] = [starts[sequence], starts[sequence + 1]];
        for (let row = first; row < end; row++) {
          const i = row - first;
          const reads = row === end - 1;
          tokens[2 * row] = reads ? classes : observation[n * maxLength + i] % classes;
          tokens[2 * row + 1] = classes + 1 + i;
          places[4 * row] = first;
          places[4 * row + 1] = causal ? row + 1 : end;
          places[4 * row + 2] = causal ? row : first;
          places[4 * row + 3] = end;
          inverse[row] = reads ? n : -1;
        }
        last[n] = end - 1;
      }
    },
    wgsl: `
fn row(n: i32) {
  let sequence = n - i32(row_start());
  let first = starts[sequence];
  let end = starts[sequence + 1];
  for (var at = first; at < end; at++) {
    let i = at - first;
    let reads = at == end - 1;
    var letter = ${classes};
    if (!reads) { letter = observation[n * ${maxLength} + i] % ${classes}; }
    tokens[2 * at] = letter;
    tokens[2 * at + 1] = ${classes + 1} + i;
    places[4 * at] = first;
    places[4 * at + 1] = ${causal ? 'at + 1' : 'end'};
    places[4 * at + 2] = ${causal ? 'at' : 'first'};
    places[4 * at + 3] = end;
    inverse[at] = select(-1, n, reads);
  }
  last[n] = end - 1;
}`,
  };
}
