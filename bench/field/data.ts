import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { simulateData } from '../../src/problems/dag/data.ts';
import { simulateSequences } from '../../src/problems/phylo/simulate.ts';
import type { FieldProblem } from './problems.ts';

/** The data that a problem and its peer read. */
export interface FieldData {
  readonly file: string;
  readonly bytes: Uint8Array | string;
  /** Where they come from, for people. */
  readonly source: string;
}

/**
 * A problem's data: simulated, or from `folder`. Undefined if it reads none.
 * @throws Error naming the file that is missing
 */
export async function fieldDataOf(
  { problem, problemOptions }: Pick<FieldProblem, 'problem' | 'problemOptions'>,
  folder?: string,
): Promise<FieldData | undefined> {
  switch (problem) {
    case 'dag': {
      const { variables, rows, values } = simulateData({
        ...{ variables: 5, edges: 5, seed: 0 },
        rows: Number(problemOptions?.rows ?? 100),
      });
      const lines = Array.from({ length: rows }, (_, row) =>
        Array.from({ length: variables }, (_, column) => values[row * variables + column]).join(','),
      );
      return {
        file: 'dag.csv',
        bytes: `${lines.join('\n')}\n`,
        source: `simulated, ${rows} rows of ${variables} variables`,
      };
    }
    case 'phylo': {
      const file = 'DS1.json';
      const found = await findFile(folder, ['', 'phylo'], file);
      if (found) return { file, ...found };
      const { taxa, rows } = simulatedAlignment();
      const bytes = JSON.stringify(Object.fromEntries(taxa.map((taxon, i) => [taxon, rows[i]])));
      return { file, bytes, source: `simulated sequences of the size of ${file}, which is not here (--data DIR)` };
    }
    case 'amp': {
      const file = 'amp_proxy.safetensors';
      const found = await findFile(folder, ['', 'amp'], file);
      if (found) return { file, ...found };
      throw new Error(`the network that rates peptides, ${file}, is not here (--data DIR)`);
    }
    case 'ising':
      return undefined;
  }
}

async function findFile(folder: string | undefined, under: readonly string[], file: string) {
  for (const inner of folder === undefined ? [] : under) {
    const path = join(folder ?? '', inner, file);
    const bytes = await readFile(path).catch(() => undefined);
    if (bytes) return { bytes, source: path };
  }
  return undefined;
}

/** The sequences of simulated taxa, written out: sites that all agree on come last. */
function simulatedAlignment() {
  const { taxa, sites, sets, weights, length } = simulateSequences({ taxa: 27, sites: 1949, rate: 0.05, seed: 0 });
  const letter = (set: number) => ({ 1: 'A', 2: 'C', 4: 'G' })[set] ?? 'T';
  const rows = taxa.map((_, taxon) => {
    const row = Array.from(weights, (weight, site) => letter(sets[taxon * sites + site]).repeat(weight)).join('');
    return row.padEnd(length, 'A');
  });
  return { taxa, rows };
}
