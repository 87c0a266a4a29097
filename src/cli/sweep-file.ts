import { readFile } from 'node:fs/promises';
import { isGroup, type Values } from '../options/index.ts';
import { randomFrom } from '../random/random-from.ts';
import { catalogue } from '../run/catalogue.ts';
import { effectiveOptions } from '../run/effective-options.ts';
import { settingsOf } from '../run/named-settings.ts';
import type { RunConfig } from '../run/run-config.ts';
import { messageOf } from '../text/message-of.ts';
import { suggestion } from '../text/suggestion.ts';
import { refuseReading, UsageError } from './errors.ts';
import { findObjective, findProblem, idleFlags, makeRunConfig } from './make-run-config.ts';
import { type Method, parseMethods } from './methods.ts';
import type { GivenFlags } from './setting-flags.ts';
import type { Trial } from './trials.ts';

/** A value in a sweep's file. */
type Setting = number | string | boolean | null;

/** Option values by name, as on the command line or in a configuration. */
type Settings = Readonly<Record<string, Setting>>;

/** The range from which an option is drawn. */
interface Range {
  readonly from: number;
  readonly to: number;
  readonly scale: 'linear' | 'log';
}

/** A sweep as its file describes it. */
export interface SweepFile {
  readonly problem: string;
  readonly methods: string;
  readonly seeds: readonly number[];
  readonly preset?: string | undefined;
  readonly options: Settings;
  /** Every combination of these values is tried. */
  readonly grid: Readonly<Record<string, readonly Setting[]>>;
  /** This many random combinations. */
  readonly random?: { readonly count: number; readonly seed: number; readonly options: Draws } | undefined;
}

type Draws = Readonly<Record<string, Range | readonly Setting[]>>;

const keys = ['problem', 'methods', 'seeds', 'preset', 'options', 'grid', 'random'];

/** A larger number is surely a mistake. */
const maxTrials = 100_000;

/** Reads a sweep's file. Throws a UsageError that says what is wrong. */
async function readSweepFile(path: string): Promise<SweepFile> {
  const text = await readFile(path, 'utf8').catch(refuseReading(path));
  try {
    return parseSweep(JSON.parse(text));
  } catch (error) {
    const problem = error instanceof SyntaxError ? `it is not JSON: ${messageOf(error)}` : messageOf(error);
    throw new UsageError(`${path}: ${problem}`, { cause: error });
  }
}

/** The trials of a sweep's file. Throws a UsageError that says what is wrong in which file. */
export async function readSweepTrials(path: string, own?: GivenFlags): Promise<Trial[]> {
  const sweep = await readSweepFile(path);
  try {
    return sweepTrials(sweep, own);
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`${path}: ${error.message}`, { cause: error }) : error;
  }
}

/** Parses a sweep from JSON. Throws an Error that says what is wrong. */
export function parseSweep(json: unknown): SweepFile {
  const given = recordOf(json, 'a sweep');
  refuseUnknown('a sweep', given, keys);
  const { problem, methods = 'ent-ppo', seeds = 1, preset, options = {}, grid = {}, random } = given;
  if (typeof problem !== 'string') throw new Error('a sweep needs its problem: "problem": "hypergrid"');
  if (preset !== undefined && typeof preset !== 'string') throw new Error('preset must be a name');
  const named = [options, grid, Object(random).options ?? {}].flatMap((each) => Object.keys(Object(each)));
  if (named.some((name) => /^(?:--)?seed$/.test(name))) throw new Error('seeds says which seeds there are, not seed');
  return {
    problem,
    methods: namesOf(methods),
    seeds: seedsOf(seeds),
    preset,
    options: Object.fromEntries(
      Object.entries(recordOf(options, 'options')).map(([name, value]) => [name, settingOf(value, name)]),
    ),
    grid: Object.fromEntries(
      Object.entries(recordOf(grid, 'grid')).map(([name, values]) => [name, listOf(values, `grid.${name}`)]),
    ),
    random: random === undefined ? undefined : randomOf(random),
  };
}

function randomOf(json: unknown): NonNullable<SweepFile['random']> {
  const given = recordOf(json, 'random');
  refuseUnknown('random', given, ['count', 'seed', 'options']);
  const { count, seed = 0, options = {} } = given;
  const draws = Object.entries(recordOf(options, 'random.options'));
  if (draws.length === 0) throw new Error('random needs options to draw');
  return {
    count: integerOf(count, 'random.count', 1, maxTrials),
    seed: integerOf(seed, 'random.seed', 0, 2 ** 32 - 1),
    options: Object.fromEntries(draws.map(([name, draw]) => [name, drawOf(draw, `random.options.${name}`)])),
  };
}

function drawOf(json: unknown, name: string): Range | readonly Setting[] {
  if (Array.isArray(json)) return listOf(json, name);
  const given = recordOf(json, name);
  refuseUnknown(name, given, ['from', 'to', 'scale']);
  const { from, to, scale = 'linear' } = given;
  if (typeof from !== 'number' || typeof to !== 'number' || !(from < to)) {
    throw new Error(
      `${name} needs numbers to draw between, {"from": 0.001, "to": 0.1, "scale": "log"}, or a list of values`,
    );
  }
  if (scale !== 'linear' && scale !== 'log') throw new Error(`${name}.scale must be "linear" or "log"`);
  if (scale === 'log' && from <= 0) throw new Error(`${name} is on a logarithmic scale: from must be above 0`);
  return { from, to, scale };
}

/**
 * All trials of a sweep: each method with each combination of the grid, each random one, and each seed; of trials that
 * differ only in options without effect the first. The order is always the same. Throws a UsageError if a problem, method
 * or option is unknown or out of bounds, or an option has no effect in any trial.
 */
export function sweepTrials(sweep: SweepFile, own: GivenFlags = new Map()): Trial[] {
  const problem = findProblem(sweep.problem);
  const methods = parseMethods(sweep.methods);
  const trials = new Map<string, Trial>();
  const made = new Set<string>();
  const uses = idleSettings();
  for (const method of methods) {
    const keyOfName = keysOf(problem.name, method);
    refuseTwice([...Object.keys(sweep.grid), ...Object.keys(sweep.random?.options ?? {})], keyOfName);
    const variants = variantsOf(sweep, method);
    if (methods.length * variants.length * sweep.seeds.length > maxTrials) {
      throw new UsageError(`The sweep has more than ${maxTrials} trials: make it smaller.`);
    }
    for (const { label, settings } of variants) {
      for (const seed of sweep.seeds) {
        const given = new Map<string, string | boolean>();
        for (const [flag, value] of method.options) given.set(flag.replace(/^--/, ''), value);
        for (const [name, value] of Object.entries({ ...sweep.options, ...settings })) {
          given.set(keyOfName(name), typeof value === 'boolean' ? value : value === null ? false : String(value));
        }
        given.set('seed', String(seed));
        for (const [key, value] of own) given.set(key, value);
        const { objective } = method;
        const config = makeRunConfig({
          ...{ problem: problem.name, objective, preset: sweep.preset, given },
          mayBeIdle: true,
        });
        uses.add(config, given);
        const run = JSON.stringify({ ...config, ...effectiveOptions(catalogue, config) });
        // Values of an option that has no effect beside the other values make the same run.
        if (made.has(run)) continue;
        made.add(run);
        const name = `${problem.name}-${method.name}${label}-seed${seed}`;
        trials.set(name, { name, method: `${method.name}${label}`, config });
      }
    }
  }
  uses.refuse();
  return [...trials.values()];
}

/** Keeps which settings have an effect in some trial, so as to refuse those that have one in none. */
function idleSettings() {
  const used = new Set<string>();
  const idle = new Map<string, string>();
  return {
    add(config: RunConfig, given: GivenFlags) {
      const reasons = idleFlags(config, given);
      for (const key of given.keys()) if (!reasons.has(key)) used.add(key);
      for (const [key, reason] of reasons) idle.set(key, reason);
    },
    refuse() {
      const found = [...idle].find(([key]) => !used.has(key));
      if (found !== undefined) throw new UsageError(`${found[1]}, in all trials. Change that, or leave it out.`);
    },
  };
}

/** The flag's key of a setting, written as a flag, `clip-range`, or as in a configuration, `clipRange`. */
function keysOf(problem: string, { objective }: Method): (name: string) => string {
  const settings = settingsOf(findProblem(problem), findObjective(objective));
  return (name) => settings.find((each) => each.name === name)?.key ?? name.replace(/^--/, '');
}

/** Throws a UsageError if two names mean one option: only one of its values would be used, under the name of both. */
function refuseTwice(names: readonly string[], keyOfName: (name: string) => string): void {
  const named = new Map<string, string>();
  for (const name of names) {
    const other = named.get(keyOfName(name));
    if (other !== undefined) {
      const what = other === name ? `"${name}" is given twice` : `"${other}" and "${name}" are the same option`;
      throw new UsageError(`${what}: give it once, in grid or in random.options.`);
    }
    named.set(keyOfName(name), name);
  }
}

/** The combinations of a sweep's grid and random values, with their names for folders. */
function variantsOf(sweep: SweepFile, method: Method): { label: string; settings: Settings }[] {
  let grid: { label: string; settings: Settings }[] = [{ label: '', settings: {} }];
  for (const [name, values] of Object.entries(sweep.grid)) {
    const labels = valueLabels(values);
    grid = grid.flatMap(({ label, settings }) =>
      values.map((value, i) => ({
        label: `${label}-${name.replace(/^--/, '')}=${labels[i]}`,
        settings: { ...settings, [name]: value },
      })),
    );
    if (grid.length > maxTrials) throw new UsageError(`The sweep has more than ${maxTrials} trials: make it smaller.`);
  }
  const draws = sweep.random === undefined ? [{ label: '', settings: {} }] : drawn(sweep, sweep.random, method);
  return grid.flatMap((one) =>
    draws.map((other) => ({ label: one.label + other.label, settings: { ...one.settings, ...other.settings } })),
  );
}

/** How many characters of a value its label has: folders' names are limited. */
const maxLabel = 40;

/**
 * The values of a grid's option in the names of folders. Different values have different labels, also on systems where "A"
 * and "a" are one name; equal ones have the same.
 */
function valueLabels(values: readonly Setting[]): string[] {
  const labels = new Map<string, string>();
  const taken = new Set<string>();
  return values.map((value) => {
    const key = typeof value === 'boolean' || value === null ? `(${value})` : String(value);
    const known = labels.get(key);
    if (known !== undefined) return known;
    const text = String(value ?? 'off')
      .replaceAll(/[^\w.+-]/g, '_')
      .slice(0, maxLabel);
    let label = text;
    for (let i = 2; taken.has(label.toLowerCase()); i++) label = `${text}_${i}`;
    taken.add(label.toLowerCase());
    labels.set(key, label);
    return label;
  });
}

/** Draws are the same for every method, and the first ones do not depend on `count`. */
function drawn(
  { problem }: SweepFile,
  { count, seed, options }: NonNullable<SweepFile['random']>,
  { objective }: Method,
) {
  const settings = settingsOf(findProblem(problem), findObjective(objective));
  const isInteger = (name: string) =>
    settings.some(
      (each) => (each.name === name || each.key === name.replace(/^--/, '')) && each.option.kind === 'integer',
    );
  const random = randomFrom(seed);
  return Array.from({ length: count }, (_, i) => ({
    label: `-draw${i + 1}`,
    settings: Object.fromEntries(
      Object.entries(options).map(([name, draw]) => {
        const share = random();
        return [name, 'scale' in draw ? within(draw, share, isInteger(name)) : draw[Math.floor(share * draw.length)]];
      }),
    ),
  }));
}

/** Three digits are fine enough for a search, and readable. */
function within({ from, to, scale }: Range, share: number, isInteger: boolean): number {
  const value = scale === 'log' ? from * (to / from) ** share : from + (to - from) * share;
  return isInteger ? Math.round(value) : Math.min(to, Math.max(from, Number(value.toPrecision(3))));
}

function namesOf(json: unknown): string {
  if (typeof json === 'string') return json;
  if (Array.isArray(json) && json.length > 0 && json.every((name) => typeof name === 'string')) return json.join(',');
  throw new Error('methods must be names, as in ["ent-ppo", "tb"]');
}

function seedsOf(json: unknown): number[] {
  if (typeof json === 'number') {
    return Array.from({ length: integerOf(json, 'seeds', 1, maxTrials) }, (_, seed) => seed);
  }
  if (!Array.isArray(json) || json.length === 0) throw new Error('seeds must be how many there are, or a list of them');
  return json.map((seed) => integerOf(seed, 'a seed', 0, 2 ** 32 - 1));
}

function integerOf(json: unknown, name: string, min: number, max: number): number {
  if (Number.isInteger(json) && Number(json) >= min && Number(json) <= max) return Number(json);
  throw new Error(`${name} must be an integer from ${min} to ${max}`);
}

function recordOf(json: unknown, name: string): Values {
  if (isGroup(json as Values)) return json as Values;
  throw new Error(`${name} must be an object, {...}`);
}

function listOf(json: unknown, name: string): readonly Setting[] {
  if (!Array.isArray(json) || json.length === 0) throw new Error(`${name} must be a list of values, [...]`);
  return json.map((value) => settingOf(value, name));
}

function settingOf(json: unknown, name: string): Setting {
  if (json === null || ['number', 'string', 'boolean'].includes(typeof json)) return json as Setting;
  throw new Error(`${name} has a value that no option takes: use numbers, texts, true, false, or null for off`);
}

function refuseUnknown(owner: string, given: object, known: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new Error(`${owner} has no "${unknown}".${suggestion(unknown, known)} It has ${known.join(', ')}.`);
}
