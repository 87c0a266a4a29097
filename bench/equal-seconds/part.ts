import { type Authors, authorsProgram, isAuthors } from '../authors/program.ts';
import { type Program, runProgram } from '../measure/child.ts';
import { measureProgram } from '../measure/program.ts';
import { repositoryPath } from '../measure/root.ts';
import { isWanted, type Part } from '../part.ts';
import type { Pythons } from '../python/install.ts';
import { pythonRequest } from '../train/engines.ts';
import { type TrainProblem, trainProblems } from '../train/problems.ts';
import type { SecondsRecord, SecondsTask } from './follow.ts';
import type { SecondsResult } from './result.ts';

/** How often a run is looked at, besides before training. */
const looks = 12;

/**
 * The paper's grid at its settings: each engine trains for `seconds` with each of `rounds` seeds, in turn. Beside gfnx,
 * or beside the code that the authors of Ent-PPO published.
 */
export async function runEqualSeconds(
  part: Part & { readonly pythons: Pythons; readonly authors: Authors | undefined },
): Promise<SecondsResult[]> {
  const { rounds, seconds, only, print, authors } = part;
  const results: SecondsResult[] = [];
  const isOne = ({ problem, batch }: TrainProblem) => problem === 'hypergrid' && batch === 16;
  const wanted = trainProblems.filter((each) => (authors ? isAuthors : isOne)(each) && isWanted(each.name, only));
  for (const problem of wanted) {
    const engines = enginesOf(part).map((engine) => ({ ...engine, records: [] as SecondsRecord[] }));
    for (let seed = 1; seed <= rounds; seed++) {
      for (const { name, program, records } of engines) {
        const measured = await runProgram(program({ ...problem, seed, seconds, looks }), 600 + 3 * seconds);
        if ('problem' in measured) print(`${problem.name}, seed ${seed}: ${name} failed: ${measured.problem}\n`);
        else records.push(...(measured.records as SecondsRecord[]));
      }
    }
    results.push({
      problem: problem.name,
      picture: `${authors ? 'authors' : 'equal'}-seconds-${problem.objective}.svg`,
      seconds,
      engines: engines.flatMap(({ name, records }) => {
        const [first] = records;
        if (first === undefined || !('engine' in first)) return [];
        return [{ name, version: first.engine, points: records.filter((record) => 'seed' in record) }];
      }),
    });
  }
  return results;
}

interface SecondsEngine {
  readonly name: string;
  program(task: SecondsTask): Program;
}

function enginesOf({ pythons, authors }: { pythons: Pythons; authors: Authors | undefined }): SecondsEngine[] {
  const ours: SecondsEngine = { name: 'flowtape', program: (task) => measureProgram('equal-seconds', task) };
  const { gfnx } = pythons;
  if (authors) {
    const program = ({ seed, seconds, looks, ...task }: SecondsTask) =>
      authorsProgram(authors, 'authors_equal_seconds.py', task, { seed, seconds, looks });
    return [ours, { name: "the authors' code", program }];
  }
  if (gfnx === undefined) return [ours];
  const script = repositoryPath('bench', 'python', 'gfnx_equal_seconds.py');
  const request = (task: SecondsTask) => ({
    ...pythonRequest(task, task.seconds),
    ...{ seed: task.seed, looks: task.looks },
  });
  const program = (task: SecondsTask) => ({ command: gfnx, args: [script, JSON.stringify(request(task))] });
  return [ours, { name: 'gfnx', program }];
}
