import { type RowReward, rowReward } from '../../environment/row-environment/index.ts';
import { log } from '../../numeric/elementary.ts';
import { checkGiven } from '../../text/check-given.ts';
import { parseFloat32Table } from '../float32-table.ts';
import { dna, tfbind8 } from './environment.ts';
import { TFBIND8_TABLE_FILE } from './options.ts';

const OBJECT_COUNT = dna.enumeration.objectCount;

/**
 * R(x) = max(10 y(x)^3 / max y^3, 1e-3), where y is the normalised binding score (arXiv 2606.15793 and its code).
 * The floor is applied after the scaling.
 *
 * @param table y in [0, 1] for each string, numbered in base 4 with the first letter the most significant.
 * @throws Error on a table of another size, with an entry outside [0, 1], or with no entry above 0.
 */
export function tfbind8Reward(table: Float32Array): RowReward {
  checkGiven('tfbind8Reward', { table }, 'list');
  checkTable(table);
  const largest = table.reduce((a, b) => Math.max(a, b), 0);
  if (largest === 0) {
    throw new Error('Every score of the tfbind8 table is 0, so that rewards cannot be scaled by the largest one.');
  }
  const logRewards = Float64Array.from(table, (y) =>
    log(Math.max((10 * y * y * y) / (largest * largest * largest), 1e-3)),
  );
  return rowReward({
    name: 'tfbind8',
    of: tfbind8(),
    tables: { logRewards },
    logReward: ({ letters }, { logRewards }) => logRewards.at(dna.numberIn(letters)),
  });
}

/**
 * Reads the table's file: 65,536 float32, little-endian.
 * @throws Error on a file of another size, or with a score that is no number in [0, 1].
 */
export function parseTfbind8Table(bytes: Uint8Array): Float32Array {
  checkGiven('parseTfbind8Table', { bytes }, 'bytes');
  const table = parseFloat32Table(bytes, {
    name: 'tfbind8',
    file: TFBIND8_TABLE_FILE,
    count: OBJECT_COUNT,
    entry: 'string of eight letters',
  });
  checkTable(table);
  return table;
}

function checkTable(table: Float32Array): void {
  if (table.length !== OBJECT_COUNT) {
    throw new Error(`A tfbind8 table has ${OBJECT_COUNT} scores, one for each string; this one has ${table.length}.`);
  }
  const wrong = table.findIndex((y) => !(y >= 0 && y <= 1));
  if (wrong >= 0) {
    const row = new Int32Array(dna.stateSize);
    dna.enumeration.objectAt(wrong, row);
    throw new Error(
      `Score ${wrong} of the tfbind8 table (string ${dna.text(row)}) is ${table[wrong]}; scores are normalised to lie in [0, 1].`,
    );
  }
}
