import { type RowReward, rowReward } from '../../environment/row-environment/index.ts';
import { log } from '../../numeric/elementary.ts';
import { checkGiven } from '../../text/check-given.ts';
import { parseFloat32Table } from '../float32-table.ts';
import { blocks, qm9String } from './environment.ts';
import { QM9_STRING_TABLE_FILE } from './options.ts';

const OBJECT_COUNT = blocks.enumeration.objectCount;
const SMALLEST_SCORE = 1e-3;

/**
 * R(x) = 100 max(y(x), 1e-3)^5 / max over x' of max(y(x'), 1e-3)^5, where y is the raw score (arXiv 2606.15793 and
 * its code). The floor is applied before the power, so that log R goes down to about -44.
 *
 * @param table y for each string, numbered in base 11 with the first block the most significant.
 * @throws Error on a table of another size, or with an entry that is not finite.
 */
export function qm9StringReward(table: Float32Array): RowReward {
  checkGiven('qm9StringReward', { table }, 'list');
  checkTable(table);
  const largest = table.reduce((a, b) => Math.max(a, b), SMALLEST_SCORE);
  const logRewards = Float64Array.from(table, (y) => log(100) + 5 * log(Math.max(y, SMALLEST_SCORE) / largest));
  return rowReward({
    name: 'qm9-string',
    of: qm9String(),
    tables: { logRewards },
    logReward: ({ letters }, { logRewards }) => logRewards.at(blocks.numberIn(letters)),
  });
}

/**
 * Reads the table's file: 161,051 float32, little-endian.
 * @throws Error on a file of another size, or with a score that is not finite.
 */
export function parseQm9StringTable(bytes: Uint8Array): Float32Array {
  checkGiven('parseQm9StringTable', { bytes }, 'bytes');
  const table = parseFloat32Table(bytes, {
    name: 'qm9-string',
    file: QM9_STRING_TABLE_FILE,
    count: OBJECT_COUNT,
    entry: 'string of five blocks',
  });
  checkTable(table);
  return table;
}

function checkTable(table: Float32Array): void {
  if (table.length !== OBJECT_COUNT) {
    throw new Error(
      `A qm9-string table has ${OBJECT_COUNT} scores, one for each string; this one has ${table.length}.`,
    );
  }
  const wrong = table.findIndex((y) => !Number.isFinite(y));
  if (wrong >= 0) {
    const row = new Int32Array(blocks.stateSize);
    blocks.enumeration.objectAt(wrong, row);
    throw new Error(
      `Score ${wrong} of the qm9-string table (string ${blocks.text(row)}) is ${table[wrong]}; scores are finite.`,
    );
  }
}
