import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { measureInTurn } from '../measure/rounds.ts';
import { inTemporaryFolder } from '../measure/temporary-folder.ts';
import { isWanted, type Part } from '../part.ts';
import type { Pythons } from '../python/install.ts';
import { trainEngines } from './engines.ts';
import { type TrainProblem, trainProblems } from './problems.ts';
import { type TrainResult, trainResults } from './results.ts';
import { scoresOf } from './scores.ts';
import { describeTrain } from './table.ts';
import { problemOf, type TrainTask } from './train.ts';

export interface TrainPart extends Part {
  readonly pythons: Pythons;
  /** The folder with the environments' tables. */
  readonly data?: string;
}

/** Times whole training iterations, flowtape's and each peer's in turn. */
export async function runTraining(part: TrainPart): Promise<TrainResult[]> {
  const { places, pythons, rounds, seconds, only, print, data } = part;
  const problems = trainProblems.filter(({ name }) => isWanted(name, only));
  const results = await withTables(problems, data, print, async (task) => {
    const options = { rounds, seconds, limitSeconds: 120 + 40 * seconds };
    const engines = await measureInTurn(trainEngines(task, places, pythons), task, options);
    const found = trainResults(task, engines);
    print(describeTrain(found));
    return found;
  });
  return results.flat();
}

/** Does something with each problem while the tables that it needs are files. */
export async function withTables<Result>(
  problems: readonly TrainProblem[],
  data: string | undefined,
  print: (text: string) => void,
  use: (task: TrainProblem & TrainTask) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const said = new Set<string>();
  const sayOnce = (text: string) => {
    if (!said.has(text)) print(text);
    said.add(text);
  };
  await inTemporaryFolder(async (folder) => {
    for (const problem of problems) results.push(await use(await withTable(problem, folder, data, sayOnce)));
  });
  return results;
}

/** Writes an environment's table, if it has one, for all engines to read. */
async function withTable(
  problem: TrainProblem,
  folder: string,
  data: string | undefined,
  say: (text: string) => void,
): Promise<TrainProblem & TrainTask> {
  const { problem: name } = problem;
  const found = await scoresOf(name, data);
  if (!found) return problem;
  say(
    found.source === 'random'
      ? `${name}: no table here (--data DIR), so random scores of the same size; they take as long to look up.\n`
      : `${name}: scores from ${found.source}\n`,
  );
  const scores = join(folder, `${name}.scores`);
  const rewards = join(folder, `${name}.rewards`);
  await writeFile(scores, found.bytes);
  const task = { ...problem, scores, rewards };
  await writeFile(rewards, new Uint8Array((await rewardsOf(task)).buffer));
  return task;
}

/** R(x) of every object by number. */
async function rewardsOf(task: TrainTask): Promise<Float32Array<ArrayBuffer>> {
  const { environment, reward } = await problemOf(task);
  const { enumeration } = environment;
  if ('reason' in enumeration) throw new Error(`${environment.name}: ${enumeration.reason}`);
  const state = new Int32Array(environment.stateSize);
  return Float32Array.from({ length: enumeration.objectCount }, (_, object) => {
    enumeration.objectAt(object, state);
    return Math.exp(reward.logReward(state));
  });
}
