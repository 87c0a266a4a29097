import { describe, expect, test } from 'vitest';
import { assertConformance, checkEnvironment } from '../../src/environment/conformance.ts';
import { enumerationOf } from '../../src/environment/enumeration.ts';
import {
  type BoolCell,
  bits,
  type Cells,
  cells,
  counter,
  flag,
  integers,
  move,
  type RowEnvironmentDefinition,
  rowEnvironment,
  rowReward,
  set,
  tabulatedReward,
} from '../../src/environment/row-environment/index.ts';
import { backwardPrograms } from '../../src/rollout/backward-programs.ts';
import { environmentPrograms } from '../../src/rollout/programs.ts';
import { assertShaderConformance } from '../../src/rollout/shader-conformance.ts';
import { loadHostCompiler } from '../../src/rows/host-compiler.ts';
import { record, updates, writeClosures } from '../../src/rows/index.ts';
import { any } from '../../src/rows/statements.ts';
import { onEach, trainingDevices } from '../setup/devices.ts';
import { faults, randomRowEnvironment } from './random-row-environment.ts';
import { items, rucksack, worth } from './row-rucksack.ts';

test('an environment with only forward rules conforms', () => {
  assertConformance(rucksack, worth);
  const { stateCount, objectCount } = enumerationOf(rucksack, 'This test');
  expect([stateCount, objectCount, rucksack.actionCount, rucksack.backwardActionCount]).toEqual([8, 8, 4, 4]);
});

describe('environments drawn at random', () => {
  const options = { trajectories: 4, exhaustiveUpTo: 60 };

  test('conform by construction: 200 of them', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const environment = randomRowEnvironment(seed);
      expect(checkEnvironment(environment, undefined, options), environment.name).toEqual([]);
    }
  });

  test.each(faults)('are refused or found not to conform, with %s', (fault) => {
    for (let seed = 1; seed <= 12; seed++) {
      let found: unknown;
      try {
        found = checkEnvironment(randomRowEnvironment(seed, fault), undefined, { trajectories: 30 }).length;
      } catch (error) {
        found = (error as Error).message;
        expect(found, `seed ${seed}`).toMatch(
          fault === 'no end'
            ? /^The environment environment-\d+ has actions that lead round in a circle/
            : /^environment-\d+, \w+\.changes: the set of wrong depends on placed/,
        );
      }
      expect(found, `seed ${seed}`).not.toBe(0);
    }
  });

  onEach(trainingDevices, (open) => {
    test('do the same on a device as on the host', async () => {
      const device = await open();
      for (const seed of [3, 5, 8, 13, 21, 34]) {
        const environment = randomRowEnvironment(seed);
        const reward = rowReward({ name: 'none', of: environment, logReward: () => 0 });
        await assertShaderConformance(device, { environment, reward }, { states: 40 });
      }
    });
  });
});

const fields = {
  packed: bits(3),
  place: cells(2, { min: -1, max: 1, initial: -1 }),
  size: counter({ max: 3 }),
  closed: flag(),
};
type Definition = RowEnvironmentDefinition<typeof fields>;
const definition: Definition = {
  name: 'mine',
  state: fields,
  actions: { close: { changes: ({ closed }) => [set(closed, false, true)] } },
  isTerminal: ({ closed }) => closed,
  maxSteps: 1,
};
const made = (change: Partial<Record<keyof Definition, unknown>>) => () =>
  rowEnvironment({ ...definition, ...(change as Partial<Definition>) });
/** A definition with one more group of actions, `pack`. */
const packs = (pack: Definition['actions'][string]) => made({ actions: { pack, ...definition.actions } });

describe('errors are reported when the environment is made', () => {
  test.each([
    [
      'an if',
      packs({
        count: 3,
        allowed: ({ packed }, i) => (packed.at(i) ? true : packed.at(0)),
        changes: ({ packed }, i) => [set(packed.at(i), false, true)],
      }),
      /^mine, pack\.allowed: .* was made and then not used/,
    ],
    [
      'arithmetic of JavaScript',
      packs({ changes: ({ size }) => [move(size, (size as never) + 1)] }),
      /^mine, pack\.changes: size was used as a plain value/,
    ],
    [
      'an index outside',
      packs({ changes: ({ packed }) => [set(packed.at(3), false, true)] }),
      /^mine, pack\.changes: packed has 3 numbers, at indices 0 to 2; index 3 is outside/,
    ],
    [
      'a number beyond the field',
      packs({ changes: ({ place }) => [set(place.at(0), -1, 2)] }),
      /set\(place, -1, 2\): place is -1 to 1, and never 2/,
    ],
    [
      'a value that was computed for one that stands in the state',
      packs({ changes: ({ size }) => [move(size.add(1) as never, 1)] }),
      /^mine, pack\.changes: move takes what is changed as it is taken out of the state/,
    ],
    [
      'a flag that is moved',
      packs({ changes: ({ closed }) => [move(closed as never, 1)] }),
      /^mine, pack\.changes: move\(closed, …\): closed is yes or no\. Use set/,
    ],
    [
      'changes that are none',
      packs({ changes: () => [{ closed: true }] as never }),
      /mine: pack\.changes returns a list of changes/,
    ],
    [
      'more actions than there can be',
      packs({ counts: [2 ** 16, 2 ** 16], changes: ({ size }) => [move(size, 1)] }),
      /mine: it has 4294967296 actions up to pack; there are at most 1048576/,
    ],
    [
      'a step and an undo of a state that is larger than a copy may be',
      made({
        state: { ...fields, many: integers(2000) },
        actions: { pack: { step: () => {}, undo: () => {} } },
      }),
      /mine: the actions pack have step and undo, .* at most 1536 numbers, and these states have 2007/,
    ],
    ['no change', packs({ changes: ({ place }) => [set(place.at(0), 1, 1)] }), /set\(place, 1, 1\) changes nothing/],
    ['an empty list of changes', packs({ changes: () => [] }), /mine: pack\.changes returns a list of changes/],
    [
      'a number for a condition',
      packs({
        allowed: (({ size }: { size: never }) => size) as never,
        changes: ({ closed }) => [set(closed, false, true)],
      }),
      /mine: pack\.allowed returns a number; it has to return a condition/,
    ],
    [
      'a step without an undo',
      packs({ step: ({ size }) => size.set(1) }),
      /mine: the actions pack need either changes, or both of step and undo/,
    ],
    [
      'a number that changes',
      packs({ changes: ({ size }) => [move(size, Math.floor(1e6 * Math.random()))] }),
      /mine, pack\.changes: it was recorded twice and did not do the same/,
    ],
    ['an unknown member', made({ maxStep: 3 } as never), /mine: unknown member maxStep\. Did you mean maxSteps\?/],
    [
      'an unknown member of a group',
      packs({ alowed: () => true } as never),
      /mine: actions pack, unknown member alowed\. Did you mean allowed\?/,
    ],
    ['no actions', made({ actions: {} }), /mine: actions is .*It needs actions: groups by name/],
    [
      'a share with no group',
      packs({ changes: ({ closed }) => [set(closed, false, true)], sharesBackward: 'none' }),
      /share backward actions with none, which is no group before them/,
    ],
    [
      'a field that is not there',
      made({ observe: ['pakced'] }),
      /mine: it observes pakced, which is not one of its fields/,
    ],
    [
      'a field without bounds that is seen',
      made({ state: { ...fields, node: integers(1) } }),
      /node has no one-hot block/,
    ],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});

describe('defaults', () => {
  const environment = rowEnvironment(definition);
  test('one-hot blocks of all fields, one input for a bit, and text that is read back', () => {
    expect([environment.observation.size, environment.observation.width]).toEqual([7, 14]);
    const row = Int32Array.of(0, 1, 0, -1, 1, 2, 1);
    const tokens = new Int32Array(7);
    environment.observation.encode(row, tokens);
    expect([...tokens]).toEqual([-1, 1, -1, 3, 8, 11, 13]);
    expect(environment.text(row)).toBe('packed 0 1 0, place -1 1, size 2, closed 1');
    const read = new Int32Array(7);
    environment.parse?.(environment.text(row), read);
    expect([...read]).toEqual([...row]);
    expect(() => environment.parse?.('packed 0 1 0, place -1 1, size 4, closed 1', read)).toThrow(
      /is not a state of mine/,
    );
    expect(environment.plain(row)).toEqual({ packed: [false, true, false], place: [-1, 1], size: 2, closed: true });
  });
});

test('a copy of a state that is too large gives an error that says what to do', () => {
  const large = rowEnvironment({
    ...{ name: 'mine', state: { many: integers(2000), closed: flag() }, maxSteps: 1 },
    actions: { close: { changes: ({ closed }) => [set(closed, false, true)] } },
    isTerminal: ({ closed }) => closed,
    observe: ['closed'],
  });
  expect(() => backwardPrograms(large)).toThrow(/mine has states of 2001 numbers.* Take the uniform backward policy/);
});

test('a function that has changed its behaviour is refused, on the host and when a device prepares its programs', async () => {
  let end = 2;
  const changing = () =>
    rowEnvironment({
      ...{ name: 'changing', state: { size: counter({ max: 3 }) }, maxSteps: 3 },
      actions: { grow: { changes: ({ size }) => [move(size, 1)] } },
      isTerminal: ({ size }) => size.equal(end),
    });
  const row = Int32Array.of(2);
  const [early, late] = [changing(), changing()];
  const reward = rowReward({ name: 'end', of: early, logReward: () => end });
  expect(early.isTerminal(row)).toBe(true);
  end = 3;
  // A program that is called often is compiled, of what was recorded first.
  for (let call = 0; call < 1001; call++) early.isTerminal(row);
  await loadHostCompiler();
  expect(early.isTerminal(row)).toBe(true);
  const message = /^changing, isTerminal: it no longer does what it did when it was made/;
  expect(() => late.isTerminal(row)).toThrow(message);
  expect(() => environmentPrograms({ environment: early, reward })).toThrow(message);
  const steady = rowReward({ name: 'end', of: rucksack, logReward: () => end });
  end = 4;
  expect(() => environmentPrograms({ environment: rucksack, reward: steady })).toThrow(
    /^The reward end, logReward: it no longer/,
  );
});

test('the group of an action is found by halving: chains of else are too long for GPUs', () => {
  const many = 60;
  type State = { readonly packed: Cells<BoolCell> };
  const groups = Array.from({ length: many }, (_, place) => ({
    allowed: ({ packed }: State) => packed.at(place).not(),
    changes: ({ packed }: State) => [set(packed.at(place), false, true)],
  }));
  const environment = rowEnvironment({
    ...{ name: 'many groups', state: { packed: bits(many) }, maxSteps: 1 },
    actions: Object.fromEntries(groups.map((group, place) => [`pack${place}`, group])),
    isTerminal: ({ packed }) => any(many, (i) => packed.at(i)),
  });
  const row = new Int32Array(many);
  const signature = { buffers: { state: updates('i32', many) }, parameters: { action: { min: 0, max: many - 1 } } };
  const step = record({ owner: 'many groups', name: 'step' }, signature, ({ state }, _, { action }) =>
    environment.rows.step(state, action),
  );
  writeClosures(step)([row], 0, 47);
  expect([row.indexOf(1), row.lastIndexOf(1)]).toEqual([47, 47]);
});

test('a reward of plain TypeScript is tabulated: the same as one in the language', () => {
  const sum = (packed: readonly boolean[], of: 'weight' | 'worth') =>
    items.reduce((total, item, i) => total + (packed[i] ? item[of] : 0), 0);
  const tabulated = tabulatedReward(rucksack, 'worth', ({ packed }) =>
    sum(packed, 'weight') > 8 ? -5 : sum(packed, 'worth'),
  );
  const { objectCount, objectAt } = enumerationOf(rucksack, 'This test');
  const row = new Int32Array(rucksack.stateSize);
  for (let object = 0; object < objectCount; object++) {
    objectAt(object, row);
    expect(tabulated.logReward(row)).toBe(worth.logReward(row));
  }
});
