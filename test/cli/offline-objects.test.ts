import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { fingerprint } from '../../src/cli/begun-with.ts';
import { readJson, readJsonLines } from '../../src/cli/json-files.ts';
import { offlineObjects, readOfflineObjects, statesOf } from '../../src/cli/offline-objects.ts';
import { readSweepFile } from '../../src/cli/sweep-file.ts';
import { namedProblem } from '../rollout/problems.ts';
import { flowtape, small } from './command-line.ts';
import { inOwnFolder } from './own-folder.ts';

// Drawings are tested in test/plot: here they would take most of the time.
vi.mock('../../src/plot/rasterise.ts', () => ({ rasterise: async () => Uint8Array.of(137, 80, 78, 71) }));
vi.mock('../../src/plot/learning-curve.ts', () => ({ learningCurvePlot: async () => '<svg/>' }));
vi.mock('../../src/plot/distribution.ts', () => ({ distributionPlot: async () => '<svg/>' }));

inOwnFolder('offline');

const textsOf = (contents: string) => offlineObjects(contents).map(({ text }) => text);

test('what sample prints is a data set, as a table and with --json', async () => {
  await flowtape(['train', 'hypergrid', ...small, '--steps', '2', '--objective', 'tb', '--out', 'prior']);
  const sample = ['sample', '--run', 'prior', '-n', '5', '--device', 'cpu'];
  const [table, json] = [await flowtape(sample), await flowtape([...sample, '--json'])];
  const objects = json.stdout.trimEnd().split('\n');
  expect(objects).toHaveLength(5);
  expect(textsOf(table.stdout)).toEqual(objects.map((line) => JSON.parse(line).object));
  expect(textsOf(json.stdout)).toEqual(textsOf(table.stdout));

  writeFileSync('table.txt', table.stdout);
  const words = ['train', 'hypergrid', ...small, '--steps', '2', '--objective', 'tb', '--offline', 'table.txt'];
  expect(await flowtape([...words, '--out', 'run'])).toMatchObject({ code: 0, stderr: '' });
  // The same objects have the same fingerprint in any form.
  const { offline } = JSON.parse(readFileSync('run/begun-with.json', 'utf8'));
  expect(offline).toBe(fingerprint(textsOf(json.stdout).join('\n')));
});

test('objects are read behind scores and conditions, and without their names', async () => {
  const head = '     score  inverse temperature  log-reward  log-probability  object\n';
  expect(textsOf(`${head}   invalid                   32         -75          -1.5e-7  a (b)  c\n`)).toEqual([
    'a (b)  c',
  ]);
  // A set is no JSON, nor is each line of JSON an object.
  expect(textsOf('{0, 2}\n{}\n{"object":"x"}\n')).toEqual(['{0, 2}', '{}', 'x']);

  const problem = await namedProblem('hypergrid', { dimension: 2, side: 3 });
  const named = { ...problem, nameOf: () => 'CC(=O)' };
  const [plain, behind] = [offlineObjects('(0, 2).\n'), offlineObjects('(0, 2). (CC(=O))\n')];
  expect(statesOf(named, behind)).toEqual(statesOf(problem, plain));
});

test('an error names the line of the file, with empty ones counted', async () => {
  const problem = await namedProblem('hypergrid', { dimension: 2, side: 3 });
  expect(() => statesOf(problem, offlineObjects('(0, 2).\n\n \n(9, 9).\n'))).toThrow(/^Line 4 of the data set: /);
  expect(() => statesOf(problem, offlineObjects('\n(0, 2)\n'))).toThrow(
    'Line 2 of the data set, (0, 2), is not finished',
  );
});

test('a byte order mark is no part of a file', async () => {
  writeFileSync('marked', '\uFEFF{"problem":"hypergrid"}\n');
  expect(await readJson('marked')).toEqual({ problem: 'hypergrid' });
  expect(await readJsonLines('marked')).toEqual([{ problem: 'hypergrid' }]);
  expect((await readSweepFile('marked')).problem).toBe('hypergrid');
  writeFileSync('marked', '\uFEFF(0, 2).\n');
  expect(await readOfflineObjects('marked')).toEqual([{ line: 1, text: '(0, 2).' }]);
});
