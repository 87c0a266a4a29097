import { describe, expect, test } from 'vitest';
import { parseAddress } from '../../src/page/address.ts';
import { pageCatalogue } from '../../src/page/catalogue.ts';
import { defaultConfig } from '../../src/page/default-config.ts';
import { differencesOf, isFound, runName } from '../../src/page/ui/differences.ts';
import { newKnownRun } from '../../src/page/ui/known-run.ts';
import { fieldsOf } from '../../src/page/ui/run-form.ts';
import { lineNames, nameOf } from '../../src/page/ui/run-lines.ts';
import {
  hasRoom,
  type ListedRun,
  maxRuns,
  nextJob,
  updatesOf,
  withChange,
  withRun,
} from '../../src/page/ui/run-list.ts';

const config = defaultConfig();
const run = (isKept: boolean) => ({ config, steps: 400, curves: [[]], isKept });
const filled = (isKept: boolean, live = 1) =>
  Array.from({ length: maxRuns }).reduce<readonly ListedRun[]>((list) => withRun(list, run(isKept), live), []);

describe('the list of runs', () => {
  test('holds eight with those in the pictures, each in a colour of its own', () => {
    for (const live of [1, 2]) {
      const list = filled(true, live);
      expect(list.length + live).toBe(maxRuns);
      expect(new Set(list.map(({ colour }) => colour)).size).toBe(list.length);
      expect(Math.min(...list.map(({ colour }) => colour))).toBe(2);
      expect(hasRoom(list, live)).toBe(false);
      expect(withRun(list, run(true), live)).toBe(list);
    }
  });

  test('tells runs of one name apart beside their values, as the list does', () => {
    const [first] = withRun([], run(true), 1);
    const knownRuns = [newKnownRun(config)];
    const [live, listed] = lineNames({ knownRuns, listed: [first] });
    expect([live, listed]).toEqual([runName(pageCatalogue, config), `${nameOf(first)} (2)`]);
    expect(
      lineNames({
        knownRuns,
        listed: [
          { ...first, name: 'mine' },
          { ...first, isShown: false },
        ],
      }),
    ).toEqual([runName(pageCatalogue, config), 'mine']);
  });

  test('replaces the oldest superseded run, and reuses its colour', () => {
    const list = filled(false);
    const next = withRun(list, run(true), 1);
    expect(next.length).toBe(list.length);
    expect(next.some(({ id }) => id === list[0].id)).toBe(false);
    expect(new Set(next.map(({ colour }) => colour)).size).toBe(next.length);
    expect(new Set([...list, ...next].map(({ id }) => id)).size).toBe(maxRuns);
  });

  test('trains the missing seeds, in order, each to the iterations of the first', () => {
    let list = withRun(withRun([], run(true), 1), { config, steps: 200, curves: [], isKept: true }, 1);
    expect(nextJob(list)).toMatchObject({ id: list[1].id, seed: 0, config: { steps: 200, seed: config.seed } });
    list = withChange(list, list[0].id, () => ({ seeds: 3 }));
    expect(nextJob(list)).toMatchObject({ id: list[0].id, seed: 1, config: { steps: 400, seed: config.seed + 1 } });
    list = withChange(list, list[0].id, ({ curves }) => ({ curves: [...curves, [], []] }));
    expect(nextJob(list)?.id).toBe(list[1].id);
    list = withChange(list, list[1].id, () => ({ problem: 'the device was lost' }));
    expect(nextJob(list)).toBeUndefined();
  });

  test('counts the updates of an iteration', () => {
    expect(updatesOf(parseAddress('policy-updates=3'))).toBe(3);
    expect(updatesOf(parseAddress('objective=vargrad'))).toBe(1);
  });
});

describe('settings as differences', () => {
  test('are those that differ from the defaults, with the values they would have', () => {
    expect(differencesOf(pageCatalogue, config)).toEqual([]);
    const changed = differencesOf(pageCatalogue, parseAddress('side=8&objective=tb&learning-rate=0.01&seed=3'));
    expect(changed.map(({ name, value }) => [name, value])).toEqual([
      ['side', 8],
      ['learningRate', 0.01],
      ['seed', 3],
    ]);
    expect(changed[0].standing).toBe(config.problemOptions.side);
  });

  test('name a run by its settings of learning', () => {
    expect(runName(pageCatalogue, config)).toBe('Ent-PPO');
    expect(runName(pageCatalogue, parseAddress('side=8&objective=tb&learning-rate=0.01&seed=3'))).toBe(
      'TB, learning rate 0.01',
    );
  });

  test('are found by every word of a search, in name, symbol and help', () => {
    const options = fieldsOf(pageCatalogue, config).map(({ option }) => option);
    const found = (search: string) => options.filter((option) => isFound(option, search)).map(({ name }) => name);
    expect(found('epsilon')).toContain('clipRange');
    expect(found('learning rate')).toContain('learningRate');
    expect(found('learning  zebra')).toEqual([]);
    expect(found('').length).toBe(options.length);
  });
});
