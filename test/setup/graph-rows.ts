import { type GraphLayout, graphRow } from '../../src/environment/graph-layout.ts';
import { type GraphBatch, graphBatch } from '../../src/graph/index.ts';
import { gatherRows, withRows } from '../../src/ops/index.ts';
import type { Rows, Tape, Tensor } from '../../src/tape/index.ts';
import { given } from './arbitraries.ts';
import { windowOf, withGarbage } from './compare.ts';
import { graphRows, type PlainGraph } from './graphs.ts';

/** The batch of these graphs, made on the device from rows of which those in use start at `start`. */
export function batchOf(
  tape: Tape,
  graphs: readonly PlainGraph[],
  layout: GraphLayout,
  start = 0,
): { batch: GraphBatch; observation: Tensor } {
  const { size } = graphRow(layout);
  const count = graphs.length;
  const capacity = start + count + 1;
  const rows = new Int32Array(capacity * size);
  rows.set(graphRows(graphs, layout), start * size);
  const all = given(tape, [capacity, size], withGarbage(rows, size, start, count));
  const observation = withRows(all, windowOf(tape, { capacity, start, count }));
  return { batch: graphBatch(observation, layout), observation };
}

/** Rows given for those in use alone, as rows counted on the device. Its derivative is of the rows given. */
export function inRows(x: Tensor, rows: Rows): Tensor {
  const index = Int32Array.from({ length: rows.capacity }, (_, n) => Math.min(n, x.shape[0] - 1));
  return gatherRows(x, withRows(given(x.tape, [rows.capacity], index), rows));
}
