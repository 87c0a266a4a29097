import { expect, test } from 'vitest';
import { findObjective, findProblem, makeRunConfig } from '../../src/cli/make-run-config.ts';
import { type Values, valueAt } from '../../src/options/index.ts';
import { catalogue } from '../../src/run/catalogue.ts';
import { settingsOf } from '../../src/run/named-settings.ts';
import { flowtape } from './command-line.ts';

const problems = catalogue.problems.map(({ name }) => name);

test.each([
  ['ent-ppo', undefined, problems],
  ['tb', 'paper', ['hypergrid', 'qm9-string', 'seh', 'qm9-atoms']],
  ['gae', 'paper', ['hypergrid']],
] as const)(
  'help of %s with preset %s shows each default that a problem or preset changes',
  async (objective, preset, names) => {
    for (const name of names) {
      const words = [
        'train',
        name,
        '--objective',
        objective,
        ...(preset === undefined ? [] : ['--preset', preset]),
        '--help',
      ];
      // What a flag counts beside names other flags.
      const help = (await flowtape(words)).stdout.replaceAll(/\s+/g, ' ').replaceAll(/; only with [^()]*/g, ' ');
      const config = makeRunConfig({ problem: name, objective, preset, given: new Map() });
      const missing = settingsOf(findProblem(name), findObjective(objective)).flatMap(({ key, path, option }) => {
        const value = valueAt(config as unknown as Values, path);
        const plain = option.kind === 'files' || option.kind === 'text' || option.optional ? undefined : option.default;
        if (value === undefined || value === plain || option.kind === 'files' || option.kind === 'text') return [];
        const shown = option.kind === 'flag' ? (value ? 'on' : 'off') : String(value);
        // A flag may be spoken of in the help of another, too.
        const entries = help.split(new RegExp(` --${key}(?= )`)).slice(1);
        const isShown = entries.some((entry) => entry.split(/ --(?!no-)/)[0].includes(`(default: ${shown}`));
        return isShown ? [] : [`--${key} ${shown}`];
      });
      expect(missing, name).toEqual([]);
    }
  },
);
