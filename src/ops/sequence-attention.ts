import { reads, updates, writes } from '../rows/buffers.ts';
import type { Float, Int } from '../rows/expression.ts';
import { float } from '../rows/math.ts';
import type { Program } from '../rows/program.ts';
import { record } from '../rows/record.ts';
import { local, repeat, sum, type Times } from '../rows/statements.ts';
import type { Operation, Tensor, TensorType } from '../tape/index.ts';
import { expect } from '../tape/index.ts';
import { type ByHand, type RowProgramAttributes, recordedRowProgram } from './row-program.ts';

/** Settings of attention in sequences. */
export interface SequenceAttentionOptions {
  readonly heads: number;
  /** The maximum number of rows that a row attends to. */
  readonly max: number;
}

/**
 * Attention within sequences whose positions are rows, one sequence after another. For each head of D channels
 *   y_i = sum over j of softmax_j(q_i . k_j / sqrt(D)) v_j, j over the rows that row i attends to.
 *
 * @param qkv f32 [N, 3 C]: queries, keys and values, each of `heads` heads of C / heads channels
 * @param places i32 [N, 4]: the rows that a row attends to, as the first row and the end, at least one row; then the
 * rows that attend to it, likewise, over which the derivative sums
 * @returns f32 [N, C]
 * @throws if shapes do not fit
 */
export function sequenceAttention(qkv: Tensor, places: Tensor, { heads, max }: SequenceAttentionOptions): Tensor {
  const [rowCount, width] = qkv.shape;
  const channels = width / (3 * heads);
  const fits =
    qkv.dtype === 'f32' &&
    qkv.shape.length === 2 &&
    Number.isInteger(channels) &&
    places.shape.join() === `${rowCount},4`;
  expect(fits, 'sequenceAttention', `takes f32 [N, 3 x ${heads} heads x D] and i32 places [N, 4].`, [qkv, places]);
  const type = (columns: number): TensorType => ({
    ...{ dtype: 'f32', shape: [rowCount, columns] },
    ...(qkv.rows ? { rows: qkv.rows } : {}),
  });
  const size = { heads, channels, max };
  const back: Operation<RowProgramAttributes> = { ...operation, name: 'sequenceAttentionGradient', derivative: 'none' };
  const attention: Operation<RowProgramAttributes> = {
    ...operation,
    name: 'sequenceAttention',
    derivative({ tape, inputs, outputs, cotangents: [dy] }) {
      if (!dy) return [];
      const program = recordedRowProgram(gradientProgram(size));
      const attributes = {
        program,
        outputs: [type(width)],
        rowCount,
        byHand: byHand('sequenceAttentionGradient', size),
      };
      return [tape.record(back, [...inputs, ...outputs, dy], attributes)[0]];
    },
  };
  return qkv.tape.record(attention, [qkv, places], {
    program: recordedRowProgram(attentionProgram(size)),
    outputs: [type(width / 3), type(heads)],
    rowCount,
    byHand: byHand('sequenceAttention', size),
  })[0];
}

const operation = {
  kernel: 'rowProgram',
  infer: (_: readonly Tensor[], { outputs }: RowProgramAttributes) => outputs,
} as const;

interface Size {
  readonly heads: number;
  readonly channels: number;
  readonly max: number;
}

/** Work for a channel of a row that another attends to, in the unit of `Cut`, forwards; backwards there are four. */
const channelWork = 16;

function byHand(kernel: ByHand['kernel'], { heads, channels, max }: Size): ByHand {
  const parts = kernel === 'sequenceAttention' ? 1 : 2;
  const work = parts ** 2 * channelWork * heads * channels * max;
  return { kernel, numbers: [heads, channels, max], scratch: 4 * parts * (max + 3), work };
}

/** Outputs: y, and for each head the logarithm of the softmax's denominator. */
function attentionProgram({ heads, channels, max: longest }: Size): Program {
  const width = heads * channels;
  const buffers = {
    qkv: reads('f32', 3 * width),
    places: reads('i32', 4),
    y: updates('f32', width),
    logTotal: writes('f32', heads),
  };
  return record({ owner: 'sequenceAttention', name: 'row' }, { buffers }, ({ qkv, places, y, logTotal }) => {
    const keys = between(places.at(0), places.at(1), longest);
    repeat(heads, (head) => {
      const at = head.multiply(channels);
      const key = (j: Int) => qkv.of(places.at(0).add(j));
      const score = (j: Int) =>
        sum(channels, (c) => qkv.at(at.add(c)).multiply(key(j).at(at.add(c).add(width)))).multiply(scaleOf(channels));
      const largest = local(float(-1e30));
      repeat(keys, (j) => largest.set(largest.get().max(score(j))));
      repeat(channels, (c) => y.set(at.add(c), 0));
      const total = local(float(0));
      const top = largest.get();
      repeat(keys, (j) => {
        const weight = score(j).subtract(top).exp();
        total.set(total.get().add(weight));
        repeat(channels, (c) => {
          const i = at.add(c);
          y.set(i, y.at(i).add(weight.multiply(key(j).at(i.add(2 * width)))));
        });
      });
      const all = total.get();
      repeat(channels, (c) => y.set(at.add(c), y.at(at.add(c)).divide(all)));
      logTotal.set(head, top.add(all.log()));
    });
  });
}

/**
 * The derivative by the queries, keys and values of a row: sums over the rows it attends to, and over those that attend
 * to it.
 */
function gradientProgram({ heads, channels, max: longest }: Size): Program {
  const width = heads * channels;
  const buffers = {
    qkv: reads('f32', 3 * width),
    places: reads('i32', 4),
    y: reads('f32', width),
    logTotal: reads('f32', heads),
    dy: reads('f32', width),
    dqkv: updates('f32', 3 * width),
  };
  return record({ owner: 'sequenceAttention', name: 'derivative' }, { buffers }, (rows) => {
    const { qkv, places, y, logTotal, dy, dqkv } = rows;
    const scale = scaleOf(channels);
    repeat(3 * width, (i) => dqkv.set(i, 0));
    const add = (i: Int, more: Float) => dqkv.set(i, dqkv.at(i).add(more));
    repeat(heads, (head) => {
      const at = head.multiply(channels);
      const over = (term: (i: Int) => Float) => sum(channels, (c) => term(at.add(c)));
      const own = over((i) => dy.at(i).multiply(y.at(i)));
      repeat(between(places.at(0), places.at(1), longest), (j) => {
        const other = qkv.of(places.at(0).add(j));
        const score = over((i) => qkv.at(i).multiply(other.at(i.add(width)))).multiply(scale);
        const weight = score.subtract(logTotal.at(head)).exp();
        const change = over((i) => dy.at(i).multiply(other.at(i.add(2 * width))));
        const slope = weight.multiply(change.subtract(own)).multiply(scale);
        repeat(channels, (c) => add(at.add(c), slope.multiply(other.at(at.add(c).add(width)))));
      });
      repeat(between(places.at(2), places.at(3), longest), (j) => {
        const row = places.at(2).add(j);
        const [other, itsY, itsDy] = [qkv.of(row), y.of(row), dy.of(row)];
        const score = over((i) => other.at(i).multiply(qkv.at(i.add(width)))).multiply(scale);
        const weight = score.subtract(logTotal.of(row).at(head)).exp();
        const its = over((i) => itsDy.at(i).multiply(itsY.at(i)));
        const change = over((i) => itsDy.at(i).multiply(qkv.at(i.add(2 * width))));
        const slope = weight.multiply(change.subtract(its)).multiply(scale);
        repeat(channels, (c) => {
          const i = at.add(c);
          add(i.add(width), slope.multiply(other.at(i)));
          add(i.add(2 * width), weight.multiply(itsDy.at(i)));
        });
      });
    });
  });
}

const scaleOf = (channels: number): number => 1 / Math.sqrt(channels);

const between = (first: Int, end: Int, max: number): Times => ({ times: end.subtract(first), max });
