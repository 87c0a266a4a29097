// node scripts/check/pairs.mjs [--seconds 20] [--data DIR] [--only NAME,NAME] [--again] [--table-only]: trains every
// problem with every objective, each with its defaults for about this many seconds of processor time on one thread, and
// fills the tables of docs/pairs.md. Results are kept in build/pairs.jsonl, a line each, so that an interrupted run
// continues.
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { assetsForEsbuild } from '../build/assets.mjs';
import { writeTables } from './pairs/table.mjs';

process.chdir(fileURLToPath(new URL('../..', import.meta.url)));
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    data: { type: 'string' },
    only: { type: 'string' },
    again: { type: 'boolean', default: false },
    'table-only': { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
if (!(seconds > 0)) throw new Error(`--seconds takes a number above 0, not ${values.seconds}.`);
const only = values.only?.split(',');
const [kept, page] = ['build/pairs.jsonl', 'docs/pairs.md'];

mkdirSync('build', { recursive: true });
const records = new Map();
const keep = (record) => records.set(`${record.problem} ${record.objective}`, record);
if (existsSync(kept)) for (const line of readFileSync(kept, 'utf8').split('\n').filter(Boolean)) keep(JSON.parse(line));

const folder = mkdtempSync('build/pairs-');
try {
  const library = await bundled();
  const { problems, objectives } = library;
  if (!values['table-only']) {
    for (const problem of problems) {
      for (const objective of objectives) {
        const isAsked = !only || only.includes(problem.name) || only.includes(objective.name);
        const isDone = records.has(`${problem.name} ${objective.name}`);
        if (!isAsked || (isDone && !(values.again && only))) continue;
        const record = {
          problem: problem.name,
          objective: objective.name,
          ...(await train(library, problem, objective)),
        };
        keep(record);
        appendFileSync(kept, `${JSON.stringify(record)}\n`);
        console.log(`${record.problem} by ${record.objective}: ${record.refused ?? `${record.steps} iterations`}`);
      }
    }
  }
  writeFileSync(page, writeTables(readFileSync(page, 'utf8'), [...records.values()], library));
} finally {
  rmSync(folder, { recursive: true });
}

/** The library and its command line, as one module. */
async function bundled() {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        export { makeRunConfig } from './src/cli/make-run-config.ts';
        export { openProblem } from './src/cli/data/folder.ts';
        export { openNodeDevice } from './src/node/index.ts';
        export { createConfiguredRun } from './src/run/run.ts';
        export { problems } from './src/problems/index.ts';
        export { objectives } from './src/objective/catalogue.ts';
        export { metricCatalogue } from './src/metrics/catalogue.ts';`,
      resolveDir: process.cwd(),
      loader: 'ts',
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    write: false,
    plugins: [assetsForEsbuild],
    outfile: 'pairs.mjs',
  });
  const program = join(folder, 'pairs.mjs');
  writeFileSync(program, outputFiles[0].contents);
  return import(pathToFileURL(program).href);
}

/** The result of a pair: metrics after a number of iterations, or the program's reason for refusing it. */
async function train(library, problem, objective) {
  const given = new Map([
    ['device', 'cpu'],
    ...(problem.name === 'table' ? [['table', tableFile()]] : []),
    ...(values.data && problem.needs?.includes('data') ? [['data', values.data]] : []),
  ]);
  const offered = new Set(['rtb', 'trust-pcl']);
  const prior = offered.has(objective.name) ? 'uniform' : undefined;
  const devices = [];
  const begin = async (steps) => {
    const config = library.makeRunConfig({
      ...{ problem: problem.name, objective: objective.name },
      given: steps === undefined ? given : new Map([...given, ['steps', String(steps)], ['evaluate-every', false]]),
    });
    const opened = await library.openProblem(config);
    const { device } = await library.openNodeDevice('cpu', { threads: 1 });
    devices.push(device);
    return { config, run: await library.createConfiguredRun(device, config, opened.problem, { prior }) };
  };
  try {
    const { config, run: first } = await begin();
    const rate = await iterationsASecond(first, config.steps, Math.min(seconds / 5, 2));
    await first.close();
    const steps = Math.max(1, Math.min(config.steps, Math.floor(rate * seconds)));
    const { run } = await begin(steps);
    while (run.iteration < steps) await run.step(Math.min(steps - run.iteration, Math.max(1, Math.ceil(rate))));
    const { metrics } = await run.evaluate();
    const { loss } = run.diagnostics;
    await run.close();
    return { steps, ofSteps: config.steps, batch: config.batch, metrics, loss };
  } catch (error) {
    return { refused: error.message };
  } finally {
    for (const device of devices) device.destroy();
  }
}

async function iterationsASecond(run, steps, atMost) {
  await run.step(1);
  // Processor time, so that other programs take no iterations away.
  const begun = process.cpuUsage();
  const used = () => {
    const { user, system } = process.cpuUsage(begun);
    return (user + system) / 1e6;
  };
  let done = 0;
  while (used() < atMost && run.iteration < steps) {
    const count = Math.max(1, Math.min(done, 100, steps - run.iteration));
    await run.step(count);
    done += count;
  }
  return done / used();
}

/** A user's own table: every sequence of five letters, scored by the number of letters that match a given one. */
function tableFile() {
  const letters = 'ACGT';
  const lines = Array.from({ length: 4 ** 5 }, (_, n) => {
    const word = Array.from({ length: 5 }, (_, i) => letters[Math.floor(n / 4 ** (4 - i)) % 4]).join('');
    return `${word},${(1 + [...'GATTA'].filter((letter, i) => word[i] === letter).length) ** 2}`;
  });
  const path = join(folder, 'table.csv');
  writeFileSync(path, `sequence,score\n${lines.join('\n')}\n`);
  return path;
}
