import { describe, expect, test } from 'vitest';
import { findNamed, type Values, valueAt } from '../../src/options/index.ts';
import { pageCatalogue } from '../../src/page/catalogue.ts';
import { defaultConfig } from '../../src/page/default-config.ts';
import { pageConfig } from '../../src/page/page-config.ts';
import { spelled } from '../../src/page/ui/names.ts';
import { type FormOption, helpOf, labelOf, readField, shownValue, stepped } from '../../src/page/ui/option-field.ts';
import {
  conflictOf,
  counterpart,
  fieldsOf,
  withObjective,
  withProblem,
  withValueIn,
} from '../../src/page/ui/run-form.ts';

const config = defaultConfig();
const names = (given = config) => fieldsOf(pageCatalogue, given).map(({ option }) => option.name);
const fieldOf = (name: string) => {
  const field = fieldsOf(pageCatalogue, config).find(({ option }) => option.name === name);
  if (!field) throw new Error(`no field ${name}`);
  return field.option;
};

describe('the form', () => {
  test.each(pageCatalogue.objectives.map(({ name }) => name))(
    'has all options of %s and of no other objective',
    (name) => {
      const { options } = findNamed('objective', pageCatalogue.objectives, name);
      // With a uniform backward policy there is nothing that could be trained by likelihood.
      const own = Object.keys(options).filter((option) => !option.startsWith('tlm'));
      const shown = fieldsOf(pageCatalogue, withObjective(pageCatalogue, config, name));
      expect(
        shown
          .filter(({ place }) => place === 'objectiveOptions')
          .map(({ option }) => option.name)
          .toSorted(),
      ).toEqual(own.toSorted());
    },
  );

  test('shows options only while they have an effect', () => {
    expect(names()).not.toContain('tlmEpochs');
    const trained = { ...config, objectiveOptions: { ...config.objectiveOptions, backwardPolicy: 'tlm' } };
    expect(names(trained)).toContain('tlmEpochs');
    const spins = defaultConfig('ising', 'ent-ppo');
    expect(names(spins)).toContain('sigma');
    const typed = { ...spins.problemOptions, reward: 'expression', expression: '1 + (magnetization > 0)' };
    expect(names({ ...spins, problemOptions: typed })).not.toContain('sigma');
    expect(names()).toContain('clipRange');
    const unclipped = { ...config, objectiveOptions: { ...config.objectiveOptions, withoutClipping: true } };
    expect(names(unclipped)).not.toContain('clipRange');
  });

  test('offers exploration only if it would be accepted', () => {
    expect(names()).not.toContain('exploration');
    expect(names(withObjective(pageCatalogue, config, 'tb'))).toContain('exploration');
  });

  test('shows every value of a configuration exactly', () => {
    for (const { place, option, value } of fieldsOf(pageCatalogue, config)) {
      const values = (place === 'run' ? config : config[place]) as Values;
      expect(value, option.name).toBe(valueAt(values, option.name) ?? null);
    }
  });

  test('labels options in words, with the symbol that their help has', () => {
    expect(labelOf(fieldOf('policyUpdates'))).toBe('Policy updates (K)');
    expect(helpOf(fieldOf('policyUpdates'))).toBe('Policy updates on each batch.');
    expect(labelOf(fieldOf('clipRange'))).toBe('Clip range (ε)');
  });

  test('names no flags of the command line', () => {
    for (const objective of pageCatalogue.objectives) {
      for (const { option } of fieldsOf(pageCatalogue, withObjective(pageCatalogue, config, objective.name))) {
        expect(helpOf(option)).not.toContain('--');
      }
    }
  });
});

describe('a field', () => {
  const rate = fieldOf('learningRate');
  test('takes what its option takes', () => {
    expect(readField(rate, ' 1e-3 ')).toEqual({ ok: true, value: 0.001 });
    expect(readField(rate, '0,01')).toEqual({ ok: true, value: 0.01 });
  });

  test.each(['0', '11', '-1', '', 'NaN', 'Infinity', '1e', '0x10', '1 000'])('explains why not %j', (text) => {
    const reading = readField(rate, text);
    expect(reading).toEqual({ ok: false, problem: 'Learning rate must be a number above 0 and at most 10.' });
  });

  test('refuses fractions of counts', () => {
    expect(readField(fieldOf('policyUpdates'), '2.5').ok).toBe(false);
  });

  test('shows every value so that it is read back exactly', () => {
    for (const { option, value } of fieldsOf(pageCatalogue, config)) {
      expect(readField(option, shownValue(value)), option.name).toEqual({ ok: true, value });
    }
    expect(shownValue(1e-8)).toBe('1e-8');
  });

  test('moves by arrow keys within its bounds: rates along 1, 2, 5, shares by twentieths, counts by one', () => {
    expect([0.001, 0.002, 0.005].map((value) => stepped(rate, value, 1))).toEqual([0.002, 0.005, 0.01]);
    expect(stepped(rate, 0.001, -1)).toBe(0.0005);
    expect(stepped(rate, 0.0037, 1)).toBe(0.005);
    expect(stepped(rate, 10, 1)).toBe(10);
    const lambda = fieldOf('lambda');
    expect(stepped(lambda, 0.7, 1)).toBe(0.75);
    expect(stepped(lambda, 1, 1)).toBe(1);
    expect(stepped(fieldOf('policyUpdates') as FormOption, 1, -1)).toBe(1);
  });
});

describe('a change', () => {
  const [ppo, tb] = [config, counterpart(pageCatalogue, config, 'tb')];
  const painting: readonly number[] = [];
  const given = (
    name: string,
    value: number | string,
    place: 'run' | 'objectiveOptions' | 'trainingOptions' | 'problemOptions',
    run = 0,
  ) => withValueIn(pageCatalogue, [ppo, tb], run, { place, name, value, painting });

  test('of the seed or the problem applies to both runs, of an objective to its own alone', () => {
    expect(given('seed', 7, 'run').map(({ seed }) => seed)).toEqual([7, 7]);
    expect(given('side', 8, 'problemOptions').map(({ problemOptions }) => problemOptions.side)).toEqual([8, 8]);
    const [first, second] = given('learningRate', 0.5, 'objectiveOptions', 1);
    expect(first).toBe(ppo);
    expect(second.objectiveOptions.learningRate).toBe(0.5);
  });

  test('of exploration skips a run that cannot have it', () => {
    const [first, second] = given('exploration.start', 0.2, 'trainingOptions');
    expect(first).toBe(ppo);
    expect(second.trainingOptions.exploration?.start).toBe(0.2);
  });

  test('of the objective keeps what was changed and both have, and nothing that the new one refuses', () => {
    const changed = { ...tb, objectiveOptions: { ...tb.objectiveOptions, learningRate: 0.02, updates: 3 } };
    const exploring = {
      ...changed,
      trainingOptions: {
        ...changed.trainingOptions,
        exploration: { start: 0.3, end: 0, iterations: 10, temperature: 1 },
      },
    };
    const next = withObjective(pageCatalogue, exploring, 'ent-ppo');
    expect(next.objectiveOptions.learningRate).toBe(0.02);
    expect(next.objectiveOptions).not.toHaveProperty('updates');
    expect(next.trainingOptions.exploration).toBeUndefined();
  });

  test('gives configurations that a page takes, for every problem and objective', () => {
    for (const { name: problem } of pageCatalogue.problems) {
      for (const { name: objective } of pageCatalogue.objectives) {
        const next = withObjective(pageCatalogue, withProblem(config, problem), objective);
        expect(pageConfig(next)).toEqual(next);
      }
    }
  });

  test('to settings that exclude each other is explained', () => {
    const bits = withProblem(config, 'bit-sequence');
    const conflicting = { ...bits, problemOptions: { ...bits.problemOptions, wordSize: 3 } };
    expect(conflictOf(bits)).toBeUndefined();
    expect(conflictOf(conflicting)).toMatch(/divide/);
    expect(conflictOf({ ...config, problemOptions: { ...config.problemOptions, dimension: 6, side: 64 } })).toMatch(
      /at most/,
    );
  });
});

test('every objective has the name that readers know it by', () => {
  for (const { name } of pageCatalogue.objectives) {
    // An abbreviation in small letters is a name that nobody has spelled.
    expect(spelled(name)).not.toMatch(/\b[B-DF-HJ-NP-TV-XZ]?[b-df-hj-np-tv-xz]+\b/);
  }
});
