import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultConfig } from '../../src/page/default-config.ts';
import { keptRuns, keptRunsOfTab, type Storage } from '../../src/page/kept-run.ts';
import { pageLimits } from '../../src/page/limits.ts';
import { withRun } from '../../src/page/ui/run-list.ts';
import { encodeRun } from '../../src/run/run-checkpoint.ts';
import { smallState } from '../setup/states.ts';

/** A place as IndexedDB is one: what is put there is a copy. */
function memory(): Storage & { value: unknown } {
  return {
    value: undefined,
    async get() {
      return structuredClone(this.value);
    },
    async set(_, value) {
      this.value = structuredClone(value);
    },
    async del() {
      this.value = undefined;
    },
  };
}

function refusing(error: Error): Storage {
  const refuse = () => Promise.reject(error);
  return { get: refuse, set: refuse, del: refuse };
}

function named(name: string, message = ''): Error {
  return Object.assign(new Error(message), { name });
}

const config = { ...defaultConfig('bit-sequence', 'tb'), seed: 4, device: 'cpu' as const };
const snapshot = smallState(30, config.seed);
const checkpoint = encodeRun({ config, snapshot });

test('runs that were kept are restored, side by side, with the requested device', async () => {
  const runs = keptRuns(memory());
  expect(await runs.recall()).toEqual({ runs: [] });
  const curve = [{ step: 10, seconds: 2, values: { totalVariation: 0.5 } }];
  const kept = [
    { checkpoint, device: 'auto' as const, paused: true, curve },
    { checkpoint, device: 'cpu' as const, paused: false },
  ];
  const damaged = { ...kept[0], curve: [...curve, { step: 20, seconds: 4, values: { totalVariation: Number.NaN } }] };
  expect(await runs.keep([damaged, kept[1]])).toEqual({});
  const recalled = await runs.recall();
  expect(recalled.problem).toBeUndefined();
  expect(recalled.runs).toEqual([
    { ...kept[0], step: 30, config: { ...config, device: 'auto' } },
    { ...kept[1], curve: [], step: 30, config },
  ]);
  expect(await runs.forget()).toEqual({});
  expect(await runs.recall()).toEqual({ runs: [] });
});

test('the list beside the runs is kept with them, except entries that the page cannot use', async () => {
  const runs = keptRuns(memory());
  const curve = [{ step: 10, seconds: 2, values: { totalVariation: 0.5 } }];
  const given = { config, curves: [curve], steps: 10, seeds: 3, isKept: true };
  const [run, other] = withRun(withRun([], given, 1), { ...given, seeds: 1 }, 1);
  const unknown = { ...run, config: { ...config, objective: 'of another version' } };
  const damaged = { ...run, colour: -1 };
  const list = [{ ...run, name: 'mine' }, unknown, damaged, { ...other, curves: [[...curve, null as never]] }];
  await runs.keep([{ checkpoint, device: 'cpu', paused: false }], list);
  expect((await runs.recall()).listed).toEqual([{ ...run, name: 'mine' }, other]);
});

test.each([
  [named('SecurityError'), 'does not let this page store anything'],
  [named('QuotaExceededError'), 'is used up'],
  [new ReferenceError('indexedDB is not defined'), 'indexedDB is not defined'],
])('storage that refuses gives a reported problem, never an error: %s', async (error, reason) => {
  const runs = keptRuns(refusing(error));
  expect((await runs.keep([{ checkpoint, device: 'auto', paused: false }])).problem).toContain(reason);
  expect((await runs.recall()).problem).toContain(reason);
  expect((await runs.forget()).problem).toContain(reason);
});

test('without IndexedDB nothing is kept and nothing thrown', async () => {
  const runs = keptRuns();
  expect(await runs.recall()).toEqual({ runs: [], problem: expect.stringContaining('indexedDB') });
  expect((await runs.keep([])).problem).toContain('indexedDB');
});

test('keeps runs by tab: a reloaded tab finds its own, a new tab the latest', async () => {
  const values = new Map<string, unknown>();
  const storage = {
    get: async (name: string) => values.get(name),
    set: async (name: string, value: unknown) => void values.set(name, value),
    del: async (name: string) => void values.delete(name),
  };
  const tab = (number: number) => new Map([['flowtape-tab', String(number)]]);
  const asStore = (map: Map<string, string>) => ({
    getItem: (name: string) => map.get(name) ?? null,
    setItem: (name: string, value: string) => void map.set(name, value),
  });
  const [one, two] = [asStore(tab(1)), asStore(tab(2))];
  const run = { checkpoint, device: 'cpu' as const, paused: false };
  await keptRunsOfTab(false, one, storage).keep([run]);
  await keptRunsOfTab(false, two, storage).keep([{ ...run, paused: true }]);
  const recalled = async (wasHere: boolean, store: typeof one | undefined) =>
    (await keptRunsOfTab(wasHere, store, storage).recall()).runs.map(({ paused }) => paused);
  expect(await recalled(true, one)).toEqual([false]);
  expect(await recalled(true, two)).toEqual([true]);
  expect(await recalled(false, asStore(new Map()))).toEqual([true]);
  // Where a browser has no such store all tabs are one, as before.
  expect(await recalled(true, undefined)).toEqual([true]);
  const refuses = () => {
    throw new Error('forbidden');
  };
  expect(await recalled(true, { getItem: refuses, setItem: refuses })).toEqual([true]);
});

test('three runs, and runs that are too large, are refused', async () => {
  const place = memory();
  const runs = keptRuns(place);
  const run = { checkpoint, device: 'auto' as const, paused: false };
  expect((await runs.keep([run, run, run])).problem).toContain('too large');
  const large = { ...run, checkpoint: { byteLength: 2 ** 30 } as Uint8Array };
  expect((await runs.keep([large])).problem).toContain('too large');
  expect(place.value).toBeUndefined();
});

test('discards kept runs it cannot use (other version, empty, unsupported) and says why', async () => {
  const cut = checkpoint.slice(0, -1);
  const tooMany = encodeRun({
    config: { ...config, batch: pageLimits.batch + 1 },
    snapshot,
  });
  const record = (runs: unknown) => ({ format: 'flowtape-kept-runs', version: 2, runs });
  const run = { checkpoint, device: 'auto', paused: false };
  for (const [value, reason] of [
    ['text', 'another version'],
    [null, 'another version'],
    [{ format: 'flowtape-kept-runs', version: 1, runs: [run] }, 'another version'],
    [record('runs'), 'damaged'],
    [record([run, run, run]), 'damaged'],
    [record([null]), 'damaged'],
    [record([{ ...run, device: 'tpu' }]), 'damaged'],
    [record([{ ...run, paused: 1 }]), 'damaged'],
    [record([{ ...run, checkpoint: 'bytes' }]), 'damaged'],
    [record([{ ...run, checkpoint: cut }]), 'not a valid safetensors file'],
    [record([{ ...run, checkpoint: tooMany }]), 'at most'],
  ] as const) {
    const place = memory();
    place.value = value;
    const { runs, problem } = await keptRuns(place).recall();
    expect(runs).toEqual([]);
    expect(problem).toContain(reason);
    expect(place.value).toBeUndefined();
  }
});

test('whatever is stored, recalling it gives runs or a problem', async () => {
  await fc.assert(
    fc.asyncProperty(fc.anything({ withTypedArray: true }), async (value) => {
      const place = memory();
      place.get = async () => value;
      const { runs, problem } = await keptRuns(place).recall();
      expect(runs).toEqual([]);
      expect(typeof problem).toBe(value === undefined ? 'undefined' : 'string');
    }),
  );
});
