import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Program } from '../measure/child.ts';
import { type FigureTable, tableText } from '../measure/figure-table.ts';
import { repositoryPath } from '../measure/root.ts';
import { type Spread, spread } from '../measure/statistics.ts';
import { formatSpread } from '../measure/table.ts';
import { inTemporaryFolder } from '../measure/temporary-folder.ts';
import type { Part } from '../part.ts';
import type { Pythons } from '../python/install.ts';
import { stepEngines } from '../step/engines.ts';
import { stepProblems } from '../step/problems.ts';
import { encodeStepData, makeStepData } from '../step/step-data.ts';
import { pythonRequest } from '../train/engines.ts';
import { trainProblems } from '../train/problems.ts';

/** A program that is started, and what it has done when it writes its first line of JSON. */
interface Starter {
  readonly name: string;
  readonly until: string;
  readonly program: Program;
}

/** Times of one start, in milliseconds: until the first line, and what that says of the stages. */
interface Start {
  readonly milliseconds: number;
  readonly line: Readonly<Record<string, unknown>>;
}

const limitSeconds = 300;

/** How long each engine takes from the start of its process to its first iteration or step, in turn. */
export function runStarts(part: Part, pythons: Pythons): Promise<FigureTable[]> {
  return inTemporaryFolder(async (folder) => {
    const data = join(folder, 'step.bin');
    const [step] = stepProblems;
    await writeFile(data, encodeStepData(makeStepData(step)));
    const starters = startersOf(part, pythons, { ...step, data });
    const found = starters.map((): Start[] => []);
    const failures = new Map<string, string>();
    // The first round fills the caches of the file system, and is not counted.
    for (let round = 0; round <= part.rounds; round++) {
      for (const [i, { name, program }] of starters.entries()) {
        if (failures.has(name)) continue;
        const start = await timeStart(program);
        if (typeof start === 'string') failures.set(name, start);
        else if (round > 0) found[i].push(start);
      }
    }
    const tables = [startTable(starters, found, failures), stageTable(found[0])];
    for (const table of tables) part.print(tableText(table));
    return tables;
  });
}

function startersOf(
  { peers }: Part,
  pythons: Pythons,
  step: Parameters<ReturnType<typeof stepEngines>[0]['program']>[0],
): Starter[] {
  const problem = trainProblems.find(({ name }) => name === 'Hypergrid 20^4 TB, batch 16') ?? trainProblems[0];
  const marks = [{ at: 1, windows: 1, iterations: 1 }];
  return [
    {
      name: 'flowtape',
      until: 'an iteration of TB',
      program: { command: process.execPath, args: [repositoryPath('bench', 'start', 'first-iteration.mjs')] },
    },
    ...Object.entries(pythons).map(([name, python]): Starter => {
      const request = JSON.stringify(pythonRequest({ ...problem, marks }, 0.1));
      const args = [repositoryPath('bench', 'python', `${name}_training.py`), request];
      return { name, until: 'an iteration of TB', program: { command: python, args } };
    }),
    ...stepEngines('cpu', peers)
      .filter(({ name }) => !name.startsWith('flowtape'))
      .map(
        (engine): Starter => ({ name: engine.name, until: 'a step of a perceptron', program: engine.program(step, 0) }),
      ),
  ];
}

/** Runs a program until its first line of JSON, and ends it then. Or says why there was none. */
function timeStart({ command, args, env }: Program): Promise<Start | string> {
  return new Promise((resolve) => {
    const begun = performance.now();
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let errors = '';
    const end = (result: Start | string) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      resolve(result);
    };
    const timer = setTimeout(() => end(`nothing within ${limitSeconds} seconds`), 1000 * limitSeconds);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-2000);
    });
    createInterface({ input: child.stdout }).on('line', (text) => {
      if (text.startsWith('{')) end({ milliseconds: performance.now() - begun, line: JSON.parse(text) });
    });
    child.on('error', ({ message }) => end(message));
    child.on('close', (code) => end(errors.trim().split('\n').at(-1) ?? `it ended with exit code ${code}`));
  });
}

function startTable(
  starters: readonly Starter[],
  found: readonly (readonly Start[])[],
  failures: ReadonlyMap<string, string>,
): FigureTable {
  const rows = starters.map(({ name, until }, i) => {
    const times = found[i].map(({ milliseconds }) => milliseconds);
    return [name, until, failures.get(name) ?? formatSpread(spread(times))];
  });
  return { title: 'From the start of the process', header: ['engine', 'until it has done', 'milliseconds'], rows };
}

/** The stages that bench/start/first-iteration.mjs writes the ends of, in order. */
const stages = {
  node: 'Node starts',
  loaded: 'the package is loaded',
  opened: 'the device is opened, on as many threads as there are cores',
  ready: 'the run is made ready: environment looked at, networks, plan',
  first: 'the first iteration',
} as const;

function stageTable(starts: readonly Start[]): FigureTable {
  const names = Object.keys(stages) as (keyof typeof stages)[];
  const rows = names.map((name, i) => {
    const times = starts.map(({ line }) => Number(line[name]) - (i === 0 ? 0 : Number(line[names[i - 1]])));
    return [stages[name], times.length === 0 ? '' : formatSpread(spread(times) satisfies Spread)];
  });
  return { title: 'The stages of flowtape', header: ['stage', 'milliseconds'], rows };
}
