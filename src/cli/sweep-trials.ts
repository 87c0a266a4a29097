import { randomFrom } from '../random/random-from.ts';
import { catalogue } from '../run/catalogue.ts';
import { effectiveOptions } from '../run/effective-options.ts';
import { settingsOf } from '../run/named-settings.ts';
import type { RunConfig } from '../run/run-config.ts';
import { UsageError } from './errors.ts';
import { findObjective, findProblem, idleFlags, makeRunConfig } from './make-run-config.ts';
import { type Method, parseMethods } from './methods.ts';
import type { GivenFlags } from './setting-flags.ts';
import { maxTrials, type Range, readSweepFile, type Setting, type Settings, type SweepFile } from './sweep-file.ts';
import type { Trial } from './trials.ts';

/** The trials of a sweep's file. Throws a UsageError that says what is wrong in which file. */
export async function readSweepTrials(path: string, own?: GivenFlags): Promise<Trial[]> {
  const sweep = await readSweepFile(path);
  try {
    return sweepTrials(sweep, own);
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`${path}: ${error.message}`, { cause: error }) : error;
  }
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
