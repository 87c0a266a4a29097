import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../../src/cli/data/cache.ts';
import { QM9_STRING_TABLE_FILE } from '../../src/problems/qm9-string/options.ts';
import { TFBIND8_TABLE_FILE } from '../../src/problems/tfbind8/options.ts';
import { uniformStream } from '../../src/random/threefry.ts';
import type { TrainProblem } from './problems.ts';

/** The scores of an environment's objects, and their source. */
export interface Scores {
  readonly bytes: Uint8Array;
  readonly source: string;
}

interface Table {
  readonly file: string;
  readonly pack: string;
  readonly count: number;
  readonly largest: number;
}

const tables: Readonly<Record<string, Table>> = {
  tfbind8: { file: TFBIND8_TABLE_FILE, pack: 'tfbind8', count: 4 ** 8, largest: 1 },
  'qm9-string': { file: QM9_STRING_TABLE_FILE, pack: 'qm9-string', count: 11 ** 5, largest: 17 },
};

/**
 * The measured scores from `folder`, or from the folder of `flowtape data fetch`; without either, as many random
 * numbers in the same range, which take equally long to look up.
 */
export async function scoresOf(problem: TrainProblem['problem'], folder?: string): Promise<Scores | undefined> {
  const table = tables[problem];
  if (!table) return undefined;
  const { file, pack, count, largest } = table;
  const candidates = folder === undefined ? [join(cacheFolder(), 'data', pack, file)] : [join(folder, file)];
  for (const path of candidates) {
    const bytes = await readFile(path).catch(() => undefined);
    if (bytes) return { bytes, source: path };
  }
  if (folder !== undefined) throw new Error(`There is no ${file} in ${folder}, which was given with --data.`);
  const uniform = uniformStream(1, 0);
  const scores = Float32Array.from({ length: count }, () => largest * uniform());
  // The format requires TFBind8's best score to be 1.
  scores[0] = largest;
  return { bytes: new Uint8Array(scores.buffer), source: 'random' };
}
