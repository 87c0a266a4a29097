import { isGroup, type Values } from '../options/index.ts';
import { messageOf } from '../text/message-of.ts';
import { suggestion } from '../text/suggestion.ts';
import { refuseReading, UsageError } from './errors.ts';
import { readText } from './text-files.ts';

/** A value in a sweep's file. */
export type Setting = number | string | boolean | null;

/** Option values by name, as on the command line or in a configuration. */
export type Settings = Readonly<Record<string, Setting>>;

/** The range from which an option is drawn. */
export interface Range {
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
export const maxTrials = 100_000;

/** Reads a sweep's file. Throws a UsageError that says what is wrong. */
export async function readSweepFile(path: string): Promise<SweepFile> {
  const text = await readText(path).catch(refuseReading(path));
  try {
    return parseSweep(JSON.parse(text));
  } catch (error) {
    const problem = error instanceof SyntaxError ? `it is not JSON: ${messageOf(error)}` : messageOf(error);
    throw new UsageError(`${path}: ${problem}`, { cause: error });
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
