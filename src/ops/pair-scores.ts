import { reads, writes } from '../rows/buffers.ts';
import type { Program } from '../rows/program.ts';
import { record } from '../rows/record.ts';
import { repeat, sum } from '../rows/statements.ts';
import type { Operation, Tensor, TensorType } from '../tape/index.ts';
import { expect } from '../tape/index.ts';
import { type RowProgramAttributes, recordedRowProgram } from './row-program.ts';

/** Where the nodes of graphs of equal size are. */
export interface PairPlaces {
  /** i32 [N]: the row of each graph's first node; its others follow. */
  readonly first: Tensor;
  /** i32 [M, 2]: the graph of each row of `nodes`, and its number there; -1 for rows that are no node. */
  readonly owner: Tensor;
}

/**
 * The scores of all ordered pairs of nodes of each graph: y[g, i count + j] = sum over k of s_i[k] r_j[k].
 *
 * @param nodes f32 [M, 2 K]: for each node its numbers as a sender, s, then those as a receiver, r
 * @param count nodes of a graph
 * @returns f32 [N, count^2]
 * @throws if shapes do not fit
 */
export function pairScores(nodes: Tensor, { first, owner }: PairPlaces, count: number): Tensor {
  const [rowCount, width] = nodes.shape;
  const fits =
    nodes.dtype === 'f32' &&
    nodes.shape.length === 2 &&
    width % 2 === 0 &&
    first.shape.length === 1 &&
    owner.shape.join() === `${rowCount},2`;
  expect(fits, 'pairScores', 'takes f32 nodes [M, 2 K], i32 first [N] and owner [M, 2].', [nodes, first, owner]);
  const channels = width / 2;
  const [graphs] = first.shape;
  const back: Operation<RowProgramAttributes> = { ...operation, name: 'pairScoresGradient', derivative: 'none' };
  const scores: Operation<RowProgramAttributes> = {
    ...operation,
    name: 'pairScores',
    derivative({ tape, inputs, cotangents: [dy] }) {
      if (!dy) return [];
      const program = recordedRowProgram(gradientProgram(count, channels));
      const outputs = [typeOf(rowCount, width, nodes)];
      return [tape.record(back, [inputs[0], inputs[2], dy], { program, outputs, rowCount })[0]];
    },
  };
  return nodes.tape.record(scores, [nodes, first, owner], {
    program: recordedRowProgram(scoresProgram(count, channels)),
    outputs: [typeOf(graphs, count * count, first)],
    rowCount: graphs,
  })[0];
}

const operation = {
  kernel: 'rowProgram',
  infer: (_: readonly Tensor[], { outputs }: RowProgramAttributes) => outputs,
} as const;

function typeOf(rowCount: number, width: number, { rows }: Tensor): TensorType {
  return { dtype: 'f32', shape: [rowCount, width], ...(rows ? { rows } : {}) };
}

/** Row by graph. The owners are only there for the derivative. */
function scoresProgram(count: number, channels: number): Program {
  const buffers = {
    nodes: reads('f32', 2 * channels),
    first: reads('i32', 1),
    owner: reads('i32', 2),
    y: writes('f32', count * count),
  };
  return record({ owner: 'pairScores', name: 'row' }, { buffers }, ({ nodes, first, y }) => {
    const start = first.at(0);
    repeat(count, (i) => {
      const sender = nodes.of(start.add(i));
      repeat(count, (j) => {
        const receiver = nodes.of(start.add(j));
        y.set(
          i.multiply(count).add(j),
          sum(channels, (k) => sender.at(k).multiply(receiver.at(k.add(channels)))),
        );
      });
    });
  });
}

/** Row by node: its derivative as a sender from its row of scores, as a receiver from its column. */
function gradientProgram(count: number, channels: number): Program {
  const buffers = {
    nodes: reads('f32', 2 * channels),
    owner: reads('i32', 2),
    dy: reads('f32', count * count),
    dnodes: writes('f32', 2 * channels),
  };
  return record({ owner: 'pairScores', name: 'derivative' }, { buffers }, ({ nodes, owner, dy, dnodes }, row) => {
    const its = dy.of(owner.at(0));
    const i = owner.at(1);
    const start = row.subtract(i);
    const others = { times: i.greaterEqual(0).toInt().multiply(count), max: count };
    repeat(channels, (k) => {
      dnodes.set(
        k,
        sum(others, (j) => its.at(i.multiply(count).add(j)).multiply(nodes.of(start.add(j)).at(k.add(channels)))),
      );
      dnodes.set(
        k.add(channels),
        sum(others, (j) => its.at(j.multiply(count).add(i)).multiply(nodes.of(start.add(j)).at(k))),
      );
    });
  });
}
