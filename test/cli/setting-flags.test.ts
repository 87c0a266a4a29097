import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { evalCommand } from '../../src/cli/eval.ts';
import { findProblem } from '../../src/cli/make-run-config.ts';
import { sampleCommand } from '../../src/cli/sample.ts';
import { addSettingFlags } from '../../src/cli/setting-flags.ts';
import { keyOf } from '../../src/options/index.ts';
import { catalogue } from '../../src/run/catalogue.ts';
import { flowtape, small, testContext } from './command-line.ts';

const problems = catalogue.problems.map(({ name }) => name);

test.each(['train', 'eval'])('help of %s shows every option of each problem', async (command) => {
  for (const name of problems) {
    const { code, stdout } = await flowtape([command, name, '--help']);
    expect(code, name).toBe(0);
    const heading = stdout.slice(stdout.indexOf(`Options of ${name}:`)).split('\n\n')[0];
    for (const option of Object.keys(findProblem(name).options)) {
      expect(heading, name).toMatch(new RegExp(`--${keyOf(option)}[ \n]`));
    }
  }
});

test('what a command asks itself is no option of a problem, unless both mean the same', () => {
  // `sample` takes one value of the inverse temperature, and any command takes the folder of the data.
  const same = ['inverse-temperature', 'data'];
  const context = testContext();
  for (const command of [sampleCommand(context), evalCommand(context, [])]) {
    // eval itself has flags for the problem's options; those are hidden if no problem is named.
    const own = command.options.filter(({ hidden }) => !hidden).map(({ long }) => String(long).slice(2));
    const keys = catalogue.problems.flatMap(({ options }) => Object.keys(options).map(keyOf));
    expect(
      own.filter((key) => keys.includes(key) && !same.includes(key)),
      command.name(),
    ).toEqual([]);
  }
});

test('a setting whose flag the command has already is refused', () => {
  const command = new Command('train').option('--graph-prior <DIR>');
  expect(() => addSettingFlags(command, { problem: findProblem('dag') }, ['problemOptions'])).toThrow(
    "The flag --graph-prior of train is also that of a setting: rename the setting's option.",
  );
});

test('help stays within a hundred columns, but for commands to paste', async () => {
  for (const { name: objective } of catalogue.objectives) {
    for (const problem of ['hypergrid', 'dag', 'amp', 'seh']) {
      const { stdout } = await flowtape(['train', problem, '--objective', objective, '--help']);
      const long = stdout.split('\n').filter((line) => line.length > 100 && !line.startsWith('See the'));
      expect(long, `${objective} on ${problem}`).toEqual([]);
    }
  }
  const { stdout } = await flowtape(['train', 'hypergrid', '--objective', 'tb', '--help']);
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain('--residual-loss <NAME> squared, half-squared, huber,');
});

test('help names the presets, and says what of one is not as published', async () => {
  const helpOf = async (...words: string[]) => {
    return (await flowtape(['train', ...words, '--help'])).stdout.replaceAll(/\s+/g, ' ');
  };
  expect(await helpOf()).toContain('a named set of settings: paper, published, small');
  const [plain, molecules] = [await helpOf('hypergrid'), await helpOf('seh', '--objective', 'gae')];
  expect(plain).toContain('Presets for ent-ppo on hypergrid: paper');
  expect(plain).not.toContain('published The published');
  expect(plain).not.toContain('It differs');
  expect(molecules).toMatch(
    /It differs: the paper has no experiment with it .* Ent-PPO with K = E = 1; the value network/,
  );
});

test('the prior over graphs reaches a run', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'flowtape-dag-'));
  try {
    const words = ['--variables', '2', '--edges', '0.5', '--graph-prior', 'edge', '--out', join(folder, 'run')];
    const { code } = await flowtape(['train', 'dag', ...words, ...small.slice(2)]);
    expect(code).toBe(0);
    const { problemOptions } = JSON.parse(readFileSync(join(folder, 'run', 'config.json'), 'utf8'));
    expect(problemOptions).toMatchObject({ graphPrior: 'edge' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
