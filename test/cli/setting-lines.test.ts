import { describe, expect, test } from 'vitest';
import type { Comparison } from '../../src/cli/compare/comparison.ts';
import { settingLines } from '../../src/cli/compare/setting-lines.ts';
import { makeRunConfig } from '../../src/cli/make-run-config.ts';
import { settingRows } from '../../src/cli/run-report.ts';
import { experimentProblems } from '../../src/cli/trials.ts';
import { objectives } from '../../src/objective/catalogue.ts';
import { catalogue } from '../../src/run/catalogue.ts';
import { effectiveOptions } from '../../src/run/effective-options.ts';
import type { RunConfig } from '../../src/run/run-config.ts';
import { paperSettings } from '../../src/run/settings.ts';

function linesOf(problem: string, configs: readonly RunConfig[], names: readonly string[] = []): string[] {
  const methods = configs.map((config, i) => ({
    method: names[i] ?? config.objective,
    settings: settingRows(config).filter(([flag]) => flag !== '--seed'),
    runs: [],
  }));
  const comparison = { name: 'x', problem, title: problem, iterations: 1, batch: 1, methods } as unknown as Comparison;
  return settingLines(comparison).split('\n');
}

/** The configuration of a command line without quotes. */
function configOf(line: string): RunConfig {
  const [problem, ...words] = line.replace('flowtape train ', '').split(' ');
  const given = new Map<string, string | boolean>();
  for (const [i, word] of words.entries()) {
    if (!word.startsWith('--')) continue;
    const key = word.slice(2);
    const next = words[i + 1] ?? '--';
    if (!next.startsWith('--')) given.set(key, next);
    else if (key.startsWith('no-')) given.set(key.slice(3), false);
    else given.set(key, true);
  }
  const objective = String(given.get('objective'));
  given.delete('objective');
  return makeRunConfig({ problem, objective, given });
}

const codeIn = (line: string) => /`(.*)`/.exec(line)?.[1] ?? '';
const compared = (config: RunConfig) => ({ ...config, seed: 0, ...effectiveOptions(catalogue, config) });

describe('the settings on a page', () => {
  test.each(experimentProblems())('of %s, joined in a command line, make the same run', (problem) => {
    const configs = objectives
      .filter(({ name }) => paperSettings(problem, name) !== undefined)
      .map(({ name }) => makeRunConfig({ problem, objective: name, preset: 'paper', given: new Map() }));
    expect(configs.length).toBeGreaterThan(2);
    const [all, , ...lines] = linesOf(problem, configs);
    for (const [i, line] of lines.entries()) {
      const made = configOf(`${codeIn(all)} ${codeIn(line)}`);
      expect(compared(made), line).toEqual(compared(configs[i]));
    }
  });

  test('of a variant are what differs from its objective’s, though another setting then has no effect', () => {
    const made = (...given: [string, boolean | string][]) =>
      makeRunConfig({ problem: 'hypergrid', given: new Map([['seed', '0'], ...given]) });
    const configs = [made(), made(['without-clipping', true]), made(['without-clipping', true], ['lambda', '1'])];
    const lines = linesOf('hypergrid', configs, [
      'ent-ppo',
      'ent-ppo-without-clipping',
      'ent-ppo-lambda1-without-clipping',
    ]);
    expect(lines.slice(2)).toEqual([
      expect.stringMatching(/^- ent-ppo: `.*--clip-range 0.2/),
      '- ent-ppo-without-clipping: as ent-ppo, with `--without-clipping`',
      '- ent-ppo-lambda1-without-clipping: as ent-ppo, with `--lambda 1 --without-clipping`',
    ]);
  });

  test('tell what is off, and lists of numbers as they are', () => {
    const given = new Map<string, string | boolean>([
      ['network-hidden', '8,128'],
      ['steps', '12000'],
      ['keep-best', false],
      ['value-optimizer', false],
      ['optimizer-average-decay', false],
    ]);
    const [all] = linesOf('seh', [makeRunConfig({ problem: 'seh', objective: 'gae', given })]);
    for (const words of ['--network-hidden 8,128 ', '--steps 12000 ', '--no-keep-best', '--no-value-optimizer`']) {
      expect(all).toContain(words);
    }
    expect(all).toContain('--no-optimizer-average-decay');
    expect(all).not.toContain('--no-value-optimizer-');
  });
});
