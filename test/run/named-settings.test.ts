import { describe, expect, test } from 'vitest';
import { entPpoAbout } from '../../src/objective/ent-ppo/options.ts';
import { optionAt } from '../../src/options/index.ts';
import { catalogue } from '../../src/run/catalogue.ts';
import { effectiveOptions, unmetIn } from '../../src/run/effective-options.ts';
import { flagConditions, groupsOf, settingsOf } from '../../src/run/named-settings.ts';
import { completeConfig, schemaOf } from '../../src/run/run-config.ts';

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

  test.each(pairs)('of $name count beside choices that there are', ({ problem, objective }) => {
    const schema = schemaOf(problem, objective);
    for (const { path, option } of settingsOf(problem, objective)) {
      const group = path.slice(0, path.lastIndexOf('.') + 1);
      for (const [other, choices] of [option.onlyIf ?? {}].flat().flatMap((all) => Object.entries(all))) {
        const chooser = optionAt(schema, group + other);
        if (chooser?.kind === 'files') {
          expect(choices).toEqual([null]);
          continue;
        }
        if (chooser?.kind === 'flag') {
          expect([[true], [false]]).toContainEqual(choices);
          continue;
        }
        if (chooser?.kind !== 'choice') throw new Error(`${path} counts only beside ${other}, which is no choice.`);
        expect(chooser.choices).toEqual(expect.arrayContaining([...choices]));
        expect(choices.length).toBeLessThan(chooser.choices.length);
      }
    }
  });

  test('count beside the choices that their flags tell', () => {
    const { problem, objective } = pairs.find(({ name }) => name === 'qm9-atoms with tb') ?? pairs[0];
    const conditions = new Map(
      settingsOf(problem, objective).map((setting) => {
        return [setting.key, flagConditions(setting, setting.option.onlyIf ?? {})] as const;
      }),
    );
    expect(conditions.get('beta')).toBe('with --inverse-temperature fixed');
    expect(conditions.get('replay-exponent')).toBe('with --replay-kind prioritised or residual');
    expect(conditions.get('tlm-epochs')).toBe('with --backward-policy tlm');
    expect(conditions.get('batch')).toBe('');
    const clipRange =
      settingsOf(problem, entPpoAbout).find(({ key }) => key === 'clip-range') ?? settingsOf(problem, objective)[0];
    expect(flagConditions(clipRange, clipRange.option.onlyIf ?? {})).toBe('without --without-clipping');
    expect(flagConditions(clipRange, [{ lambda: [true], loss: ['a', 'b'] }, { data: [null] }])).toBe(
      'with --lambda and with --loss a or b, or without --data',
    );
  });

  test('have no effect where the choices are others', () => {
    const effective = (problemOptions: object, objectiveOptions = {}) => {
      const config = completeConfig(catalogue, { problem: 'qm9-atoms', problemOptions, objectiveOptions });
      return effectiveOptions(catalogue, config);
    };
    const drawn = effective({ beta: 4 });
    expect(drawn.problemOptions).toEqual({ maxAtoms: 9, inverseTemperature: 'drawn' });
    expect(drawn.objectiveOptions).not.toHaveProperty('tlmEpochs');
    const fixed = effective({ inverseTemperature: 'fixed', beta: 4 }, { backwardPolicy: 'tlm' });
    expect(fixed.problemOptions).toEqual({ maxAtoms: 9, inverseTemperature: 'fixed', beta: 4 });
    expect(fixed.objectiveOptions).toMatchObject({ backwardPolicy: 'tlm', tlmEpochs: 4 });
  });

  test('have none beside data of one’s own, which a configuration keeps apart', () => {
    const config = completeConfig(catalogue, { problem: 'dag', problemOptions: { rows: 77 } });
    expect(effectiveOptions(catalogue, config).problemOptions).toMatchObject({ variables: 4, rows: 77 });
    const mine = { ...config, data: '/mine.csv' };
    expect(effectiveOptions(catalogue, mine).problemOptions).toEqual({ score: 'bge', graphPrior: 'uniform' });
    const typed = completeConfig(catalogue, mine, { problemOptions: { score: 'expression', expression: '1' } });
    expect(effectiveOptions(catalogue, typed).problemOptions).toEqual({
      ...{ variables: 4, score: 'expression', expression: '1' },
    });
    expect(unmetIn(catalogue, mine, 'problemOptions.rows')).toEqual({ data: [null] });
    expect(unmetIn(catalogue, config, 'problemOptions.rows')).toEqual({});
  });

  test('of a problem of one’s own are kept, whatever they are called', () => {
    const options = { problemOptions: { inverseTemperature: 'drawn', beta: 4 }, objectiveOptions: {} };
    const config = completeConfig(catalogue, { problem: 'qm9-atoms', objective: 'tb', own: true, ...options });
    expect(effectiveOptions(catalogue, config).problemOptions).toEqual(options.problemOptions);
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
