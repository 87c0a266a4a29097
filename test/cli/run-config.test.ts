import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeRunConfig } from '../../src/cli/make-run-config.ts';
import type { Schema, Values } from '../../src/options/index.ts';
import { catalogue } from '../../src/run/catalogue.ts';
import { parseRunConfig } from '../../src/run/run-config.ts';

const config = makeRunConfig({ problem: 'hypergrid', given: new Map([['side', '7']]) });

/** The same options with the least for a default, where they are numbers. */
function otherDefaults(schema: Schema): Schema {
  const changed = Object.entries(schema).map(([name, option]) =>
    option.kind === 'integer' ? [name, { ...option, default: option.min ?? 1 }] : [name, option],
  );
  return Object.fromEntries(changed) as Schema;
}

test('a run shortened by its steps is evaluated twenty times or more, unless it says how often', () => {
  const everyOf = (given: Record<string, string | boolean>, config: Values = {}, preset?: string) =>
    makeRunConfig({ problem: 'hypergrid', preset, config, given: new Map(Object.entries(given)) }).evaluateEvery;
  const standard = Number(everyOf({}));
  expect(standard).toBeGreaterThan(4);
  expect(everyOf({ steps: '90' })).toBe(4);
  expect(everyOf({}, { steps: 90 })).toBe(4);
  expect(everyOf({ steps: '90' }, {}, 'paper')).toBe(4);
  expect(everyOf({ steps: '7' })).toBe(1);
  // A longer one keeps the distance of its evaluations.
  expect(everyOf({ steps: '100000' })).toBe(standard);
  expect(everyOf({ steps: '90', 'evaluate-every': '30' })).toBe(30);
  expect(everyOf({ steps: '90' }, { evaluateEvery: 45 })).toBe(45);
  expect(everyOf({ steps: '90', 'evaluate-every': false })).toBeFalsy();
});

describe('flags', () => {
  const made = (problem: string, ...words: string[]) => {
    const given = new Map<string, string | boolean>(
      words.map((word) => {
        const [key, value] = word.split('=');
        return key.startsWith('no-') ? [key.slice(3), false] : [key, value ?? true];
      }),
    );
    return () => makeRunConfig({ problem, objective: 'tb', given });
  };

  const unclipped = new Map<string, string | boolean>([
    ['without-clipping', true],
    ['clip-range', '0.1'],
  ]);

  test.each([
    [
      'rows beside data of one’s own',
      made('dag', 'data=mine.csv', 'rows=77'),
      '--rows would change nothing: it counts only without --data.',
    ],
    [
      'edges beside data of one’s own, but for the prior that has them',
      made('dag', 'data=mine.csv', 'edges=3'),
      '--edges would change nothing: it counts only without --data, or with --graph-prior erdos-renyi.',
    ],
    [
      'data beside an expression',
      made('dag', 'data=mine.csv', 'score=expression', 'expression=1'),
      '--data would change nothing: it counts only with --score bge or linear-gaussian.',
    ],
    [
      'the one condition that is not met',
      made('dag', 'edge-factor=0.3'),
      '--edge-factor would change nothing: it counts only with --graph-prior edge.',
    ],
    [
      'both that are not',
      made('dag', 'edge-factor=0.3', 'score=expression', 'expression=1'),
      'it counts only with --score bge or linear-gaussian and with --graph-prior edge.',
    ],
    [
      'an expression beside another reward',
      made('hypergrid', 'expression=x'),
      '--expression would change nothing: it counts only with --reward expression.',
    ],
    [
      'one beside a flag',
      () => makeRunConfig({ problem: 'hypergrid', given: unclipped }),
      '--clip-range would change nothing: it counts only without --without-clipping.',
    ],
    [
      'one in a group',
      made('hypergrid', 'optimizer-momentum=0.5'),
      '--optimizer-momentum would change nothing: it counts only with --optimizer-kind sgd.',
    ],
    [
      'one of a network that the objective lacks',
      made('hypergrid', 'value-optimizer-kind=sgd'),
      'hypergrid with tb has no option --value-optimizer-kind. ent-ppo, ent-trpo, gae, gae-subeb, value-baseline have it.',
    ],
    [
      'an option of a group that is turned off',
      made('hypergrid', 'no-replay', 'replay-kind=fifo'),
      '--no-replay and --replay-kind contradict each other',
    ],
  ])('that would change nothing are refused: %s', (_, make, message) => {
    expect(make).toThrow(message);
  });

  test('that count beside the others are taken', () => {
    expect(made('dag', 'edges=3')().problemOptions).toMatchObject({ edges: 3 });
    const prior = made('dag', 'data=mine.csv', 'edges=30', 'graph-prior=erdos-renyi');
    expect(prior().problemOptions).toMatchObject({ edges: 30 });
    expect(made('dag', 'rows=77')().problemOptions).toMatchObject({ rows: 77 });
    expect(made('hypergrid', 'optimizer-kind=sgd', 'optimizer-momentum=0.5')().trainingOptions.optimizer).toMatchObject(
      {
        momentum: 0.5,
      },
    );
    expect(made('hypergrid', 'no-optimizer-momentum', 'no-replay')().trainingOptions.replay).toBeUndefined();
  });

  test('leave a configuration’s own values alone, which may have no effect', () => {
    const file = { problemOptions: { beta: 3 }, objectiveOptions: { tlmEpochs: 9 } };
    const read = makeRunConfig({ problem: 'qm9-atoms', objective: 'tb', config: file, given: new Map() });
    expect(read.problemOptions).toMatchObject({ inverseTemperature: 'drawn', beta: 3 });
    expect(read.objectiveOptions).toMatchObject({ backwardPolicy: 'uniform', tlmEpochs: 9 });
  });
});

describe('a run’s own configuration', () => {
  const request = { problem: 'qm9-atoms', objective: 'gae', given: new Map() };
  const saved = { version: '0.1.0', ...(makeRunConfig({ ...request, preset: 'paper' }) as object) };

  test('makes the same run again: what it does not have was off, though it is on by default', () => {
    const { trainingOptions } = makeRunConfig({ ...request, config: saved });
    expect(trainingOptions).toEqual(makeRunConfig({ ...request, preset: 'paper' }).trainingOptions);
    expect(trainingOptions.valueOptimizer).not.toHaveProperty('clipParameterNorm');
    expect(makeRunConfig(request).trainingOptions.valueOptimizer).toHaveProperty('clipParameterNorm');
  });

  test('refuses a preset, which would not change it', () => {
    expect(() => makeRunConfig({ ...request, config: saved, preset: 'paper' })).toThrow(
      "The configuration is a whole run's",
    );
  });
});

describe('a configuration', () => {
  test('says where its data are from anywhere, whether a flag or a file named them', () => {
    const dataOf = (config: Values, ...given: [string, string][]) =>
      makeRunConfig({ problem: 'dag', config, given: new Map(given) }).data;
    expect(dataOf({ data: 'mine.csv' })).toBe(resolve('mine.csv'));
    expect(dataOf({ problemOptions: { data: 'mine.csv' } })).toBe(resolve('mine.csv'));
    expect(dataOf({ data: 'mine.csv' }, ['data', 'other.csv'])).toBe(resolve('other.csv'));
    expect(dataOf({ data: resolve('/mine.csv') })).toBe(resolve('/mine.csv'));
    expect(dataOf({})).toBeUndefined();
  });

  test('read back from JSON is the same', () => {
    expect(parseRunConfig(catalogue, JSON.parse(JSON.stringify(config)))).toEqual(config);
  });

  test('read back makes the same options whatever the defaults have become', () => {
    const changed = {
      problems: catalogue.problems.map((problem) => ({ ...problem, options: otherDefaults(problem.options) })),
      objectives: catalogue.objectives.map((each) => ({ ...each, options: otherDefaults(each.options) })),
    };
    expect(parseRunConfig(changed, { ...config, problemOptions: {} })).not.toEqual(config);
    expect(parseRunConfig(changed, JSON.parse(JSON.stringify(config)))).toEqual(config);
  });

  test.each([
    ['that is no object', [], /must be a JSON object, not an array/],
    ['with an entry of another time', { ...config, colour: 1 }, /run: unknown option colour/],
    ['of an unknown problem', { ...config, problem: 'grid' }, /no problem "grid"/],
    [
      'with an unknown option',
      { ...config, problemOptions: { sides: 7 } },
      /hypergrid: unknown option sides. Did you mean side/,
    ],
    ['with an option out of bounds', { ...config, problemOptions: { side: -7 } }, /side/],
    ['with an unknown option of its objective', { ...config, objectiveOptions: { x: 1 } }, /ent-ppo: unknown option x/],
    [
      'with a learning rate of 0',
      { ...config, objectiveOptions: { learningRate: 0 } },
      /ent-ppo: learningRate must be a number above 0/,
    ],
    ['with a fraction of a step', { ...config, steps: 1.5 }, /run: steps must be an integer from 1/],
    ['with a seed as text', { ...config, seed: '1' }, /run: seed must be an integer from 0/],
    ['without a device', { ...config, device: undefined }, /lacks device/],
    ['with a data folder that is no text', { ...config, data: 3 }, /run: data must be text/],
  ])('%s is refused', (_, json, reason) => {
    expect(() => parseRunConfig(catalogue, json)).toThrow(reason);
  });

  test('of any JSON is read or refused with an Error', () => {
    const entry = fc.constantFrom(...Object.keys(config));
    fc.assert(
      fc.property(entry, fc.jsonValue(), (key, value) => {
        const altered = { ...config, [key]: value };
        try {
          expect(parseRunConfig(catalogue, altered)).toEqual(altered);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
          expect((error as Error).constructor).not.toBe(TypeError);
        }
      }),
    );
  });

  test('made of any words is a configuration or a refusal', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('hypergrid', 'tfbind8', 'tb', '0', '-1', '1e3', '__proto__', '8'),
    );
    const flag = fc.constantFrom('side', 'dimension', 'reward', 'huber', 'lambda', 'learning-rate', 'data', 'replay');
    fc.assert(
      fc.property(word, word, word, word, fc.array(fc.tuple(flag, word)), (problem, objective, steps, seed, flags) => {
        try {
          const made = makeRunConfig({
            ...{ problem, objective },
            given: new Map([['steps', steps], ['seed', seed], ...flags]),
          });
          expect(parseRunConfig(catalogue, JSON.parse(JSON.stringify(made)))).toEqual(made);
        } catch (error) {
          expect((error as Error).constructor.name).toBe('UsageError');
        }
      }),
      { numRuns: 500 },
    );
  });
});
