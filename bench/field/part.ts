import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../src/text/message-of.ts';
import { type FigureTable, tableText } from '../measure/figure-table.ts';
import { measureInTurn } from '../measure/rounds.ts';
import { inTemporaryFolder } from '../measure/temporary-folder.ts';
import { isWanted } from '../part.ts';
import { measureThreadCeiling } from '../profile/thread-ceiling.ts';
import type { TrainPart } from '../train/part.ts';
import { fieldDataOf } from './data.ts';
import { fieldEngines } from './engines.ts';
import { type FieldProblem, fieldProblems } from './problems.ts';
import { fieldTable } from './table.ts';

/** Times the problems of gfnx's scripts at their settings, flowtape's iterations and gfnx's in turn. */
export async function runField(part: TrainPart): Promise<FigureTable[]> {
  const { places, pythons, rounds, seconds, only, print, data } = part;
  const tables: FigureTable[] = [];
  for (const problem of fieldProblems.filter(({ name }) => isWanted(name, only))) {
    try {
      const table = await inTemporaryFolder(async (folder) => {
        const task = { ...problem, ...(await writtenData(problem, folder, data, print)) };
        // Compilation takes JAX minutes for some of them.
        const options = { rounds, seconds, limitSeconds: 600 + 40 * seconds };
        const ceiling = await measureThreadCeiling();
        const engines = await measureInTurn(fieldEngines(problem, places, pythons), task, options);
        return fieldTable(problem, engines, ceiling);
      });
      tables.push(table);
      print(tableText(table));
    } catch (error) {
      print(`${problem.name} is left out: ${messageOf(error)}\n`);
    }
  }
  return tables;
}

/** Writes what a problem reads, for all engines. */
async function writtenData(
  problem: FieldProblem,
  folder: string,
  data: string | undefined,
  print: (text: string) => void,
) {
  const found = await fieldDataOf(problem, data);
  if (!found) return {};
  print(`${problem.name}: ${found.source}\n`);
  const file = join(folder, found.file);
  await writeFile(file, found.bytes);
  return { file };
}
