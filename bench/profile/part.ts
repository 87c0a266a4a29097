import { type FigureTable, tableText } from '../measure/figure-table.ts';
import { measureProgram } from '../measure/program.ts';
import { measureInTurn } from '../measure/rounds.ts';
import { significant } from '../measure/table.ts';
import { isWanted, type Part } from '../part.ts';
import { withTables } from '../train/part.ts';
import { trainProblems } from '../train/problems.ts';
import type { ProfileRecord } from './profile.ts';

/** Kernels that take less than this share of an iteration are shown together. */
const smallShare = 0.01;

/** Where an iteration's time goes, on one thread of the cpu device: problems whose trajectories have one length. */
export async function runProfiles(part: Part, data: string | undefined): Promise<FigureTable[]> {
  const { seconds, only, print } = part;
  const problems = trainProblems.filter(({ problem, name }) => problem !== 'hypergrid' && isWanted(name, only));
  return withTables(problems, data, print, async (task) => {
    const program = () => measureProgram('profile', { ...task, seconds });
    const options = { rounds: 1, seconds, limitSeconds: 120 + 10 * seconds };
    const [{ measured }] = await measureInTurn([{ name: 'flowtape', program }], null, options);
    const table =
      'problem' in measured
        ? { title: task.name, header: ['failed'], rows: [[measured.problem]] }
        : profileTable(task.name, measured.records[0] as ProfileRecord);
    print(tableText(table));
    return table;
  });
}

export function profileTable(name: string, { kernels, iteration, ceiling }: ProfileRecord): FigureTable {
  const total = kernels.reduce((sum, { microseconds }) => sum + microseconds, 0);
  const isSmall = (microseconds: number) => microseconds < smallShare * total;
  const large = kernels.filter(({ microseconds }) => !isSmall(microseconds));
  const small = kernels.filter(({ microseconds }) => isSmall(microseconds));
  const together = (kernel: string, among: typeof kernels) => ({
    kernel,
    launches: among.reduce((sum, { launches }) => sum + launches, 0),
    microseconds: among.reduce((sum, { microseconds }) => sum + microseconds, 0),
    least: among.reduce((sum, { least }) => sum + least, 0),
  });
  const shown = [...large, together(`${small.length} others`, small), together('all kernels', kernels)];
  return {
    title: name,
    header: ['kernel', 'launches', 'microseconds', 'share', 'products at that rate', 'times that'],
    rows: shown.map(({ kernel, launches, microseconds, least }) => [
      kernel,
      String(launches),
      significant(microseconds),
      `${Math.round((100 * microseconds) / total)} %`,
      least > 0 ? significant(least) : '',
      least > 0 ? significant(microseconds / least) : '',
    ]),
    note: `The whole iteration, the host's part included, takes ${significant(iteration)} microseconds of processor time. One thread makes ${significant(ceiling)} GFLOP/s at most.`,
  };
}
