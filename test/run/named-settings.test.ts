import { describe, expect, test } from 'vitest';
import { catalogue } from '../../src/run/catalogue.ts';
import { groupsOf, settingsOf } from '../../src/run/named-settings.ts';

const pairs = catalogue.problems.flatMap((problem) =>
  catalogue.objectives.map((objective) => ({ problem, objective, name: `${problem.name} with ${objective.name}` })),
);

/** Flags of `flowtape train` that are no settings of a run. */
const taken = ['objective', 'preset', 'threads', 'resume', 'out', 'verbose', 'debug', 'help'];

describe('the settings of runs', () => {
  test.each(pairs)('of $name have keys of their own', ({ problem, objective }) => {
    const keys = [...settingsOf(problem, objective), ...groupsOf(problem, objective)].map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    // `--no-x` turns x off.
    expect(keys.filter((key) => key.startsWith('no-') || taken.includes(key))).toEqual([]);
  });

  test('stand where a configuration has them', () => {
    const [{ problem, objective }] = pairs;
    const found = new Map(settingsOf(problem, objective).map((setting) => [setting.key, setting]));
    expect(found.get('replay-capacity')).toMatchObject({
      path: 'trainingOptions.replay.capacity',
      within: 'trainingOptions.replay',
      part: 'trainingOptions',
      name: 'replay.capacity',
    });
    expect(found.get('steps')).toMatchObject({ path: 'steps', part: 'run', name: 'steps' });
    expect(found.get('data')).toBeUndefined();
    expect(groupsOf(problem, objective).map(({ key }) => key)).toContain('replay');
  });
});
