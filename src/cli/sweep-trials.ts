import { fromText, keyOf } from '../options/index.ts';
import type { ListedProblem } from '../problems/listed.ts';
import { catalogue } from '../run/catalogue.ts';
import { effectiveOptions } from '../run/effective-options.ts';
import { groupsOf, type NamedGroup, type NamedSetting, settingsOf } from '../run/named-settings.ts';
import type { RunConfig } from '../run/run-config.ts';
import { UsageError } from './errors.ts';
import { findObjective, findProblem, flagsOfGroupsOff, idleFlags, makeRunConfig } from './make-run-config.ts';
import { keepVariations, type Method, parseMethods } from './methods.ts';
import { asUsage } from './option-values.ts';
import type { GivenFlags } from './setting-flags.ts';
import { maxTrials, readSweepFile, type Setting, type SweepFile } from './sweep-file.ts';
import { variantsOf } from './sweep-variants.ts';
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
 * differ only in options without effect the first. An option that a method lacks is left out of its trials, if another
 * method has it. The order is always the same. Throws a UsageError if a problem, method or option is unknown or out of
 * bounds, an option contradicts a method's name, or it has no effect in any trial.
 */
export function sweepTrials(sweep: SweepFile, own: GivenFlags = new Map()): Trial[] {
  const problem = findProblem(sweep.problem);
  const methods = parseMethods(sweep.methods).map((method) => withSettings(problem, method));
  const keyOfName = keysOf(problem);
  refuseTwice(sweep, keyOfName);
  refuseVaried(sweep, keyOfName, own);
  const taken = new Set(methods.flatMap(({ keys }) => [...keys]));
  const fixed = Object.fromEntries(Object.entries(sweep.options).map(([name, value]) => [keyOfName(name), value]));
  const trials = new Map<string, Trial>();
  const made = new Set<string>();
  const uses = idleSettings();
  for (const method of methods) {
    const variants = variantsOf(sweep, method.settings, keyOfName);
    if (methods.length * variants.length * sweep.seeds.length > maxTrials) {
      throw new UsageError(`The sweep has more than ${maxTrials} trials: make it smaller.`);
    }
    for (const { parts, settings } of variants) {
      const wanted = new Map(Object.entries({ ...fixed, ...settings }).map(([key, value]) => [key, flagValue(value)]));
      refuseContradiction(method, wanted, (key) => parts.find(({ keys }) => keys.includes(key))?.place ?? 'options');
      for (const seed of sweep.seeds) {
        const all = new Map([...method.given, ...wanted, ['seed', String(seed)], ...own]);
        const off = flagsOfGroupsOff(all, method.settings, method.groups);
        const isLeftOut = (key: string) => taken.has(key) && !method.keys.has(key) && !method.given.has(key);
        const given = new Map([...all].filter(([key]) => !off.has(key) && !isLeftOut(key)));
        const { objective } = method;
        const config = makeRunConfig({
          ...{ problem: problem.name, objective, preset: sweep.preset, given },
          mayBeIdle: true,
        });
        uses.add(config, given, off);
        const run = JSON.stringify({ ...config, ...effectiveOptions(catalogue, config) });
        // Values of an option that has no effect beside the other values make the same run.
        if (made.has(run)) continue;
        made.add(run);
        const labels = parts.filter(({ keys }) => keys.some((key) => given.has(key))).map(({ label }) => label);
        const name = [method.name, ...labels].join('-');
        const folder = `${problem.name}-${name}-seed${seed}`;
        trials.set(folder, { name: folder, method: name, config });
      }
    }
  }
  uses.refuse();
  return [...trials.values()];
}

/** A method with the settings and groups that its runs have. */
interface SweptMethod extends Method {
  readonly settings: readonly NamedSetting[];
  readonly groups: readonly NamedGroup[];
  /** The keys of all of them. */
  readonly keys: ReadonlySet<string>;
  /** What its name sets, by key. */
  readonly given: GivenFlags;
}

function withSettings(problem: ListedProblem, method: Method): SweptMethod {
  const objective = findObjective(method.objective);
  const settings = settingsOf(problem, objective);
  const groups = groupsOf(problem, objective);
  return {
    ...method,
    settings,
    groups,
    keys: new Set([...settings, ...groups].map(({ key }) => key)),
    given: new Map([...method.options].map(([flag, value]) => [keyOfFlag(flag), value])),
  };
}

function keyOfFlag(flag: string): string {
  return flag.replace(/^--/, '');
}

/** A value as a flag has it. */
function flagValue(value: Setting): string | boolean {
  return typeof value === 'boolean' ? value : value === null ? false : String(value);
}

/** Throws a UsageError if a setting is not what the method's name says. */
function refuseContradiction(method: SweptMethod, wanted: GivenFlags, placeOf: (key: string) => string): void {
  for (const [key, value] of method.given) {
    const theirs = wanted.get(key);
    const option = method.settings.find((each) => each.key === key)?.option;
    if (theirs === undefined || option === undefined) continue;
    const read = (given: string | boolean) => {
      const known = typeof given === 'string' ? asUsage(() => fromText(`--${key}`, option, given)) : given;
      return JSON.stringify(known);
    };
    const [named, set] = [read(value), read(theirs)];
    if (named === set) continue;
    const { name } = keepVariations(method, ({ options }) => !options.has(`--${key}`));
    throw new UsageError(
      `The method ${method.name} means ${key} ${named}, but ${placeOf(key)} says ${set}. ` +
        `Leave ${key} out there, or take the method ${name} instead.`,
    );
  }
}

/** Keeps which settings have an effect in some trial, so as to refuse those that have one in none. */
function idleSettings() {
  const used = new Set<string>();
  const idle = new Map<string, string>();
  return {
    /** @param off flags left out since their group is turned off, with the contradiction */
    add(config: RunConfig, given: GivenFlags, off: ReadonlyMap<string, string>) {
      const reasons = idleFlags(config, given);
      for (const key of given.keys()) if (!reasons.has(key)) used.add(key);
      for (const [key, reason] of reasons) idle.set(key, reason);
      // Where the group is on, the reason is another.
      for (const [key, reason] of off) if (!idle.has(key)) idle.set(key, reason);
    },
    refuse() {
      const found = [...idle].find(([key]) => !used.has(key));
      if (found !== undefined) throw new UsageError(`${found[1]}, in all trials. Change that, or leave it out.`);
    },
  };
}

/** The flag's key of a setting, written as a flag, `clip-range`, or as in a configuration, `clipRange`. */
function keysOf(problem: ListedProblem): (name: string) => string {
  const objectives = catalogue.objectives.flatMap((each) => [...settingsOf(problem, each), ...groupsOf(problem, each)]);
  const others = catalogue.problems.flatMap((each) => settingsOf(each, undefined));
  const names = new Set([...objectives, ...others].map(({ name }) => name));
  return (name) => (names.has(name) ? keyOf(name) : keyOfFlag(name));
}

/** Throws a UsageError if two names mean one option: only one of its values would be used, under the name of both. */
function refuseTwice({ options, grid, random }: SweepFile, keyOfName: (name: string) => string): void {
  const varied = [...Object.keys(grid), ...Object.keys(random?.options ?? {})];
  for (const [names, place] of [
    [Object.keys(options), 'options'],
    [varied, 'grid or in random.options'],
  ] as const) {
    const named = new Map<string, string>();
    for (const name of names) {
      const other = named.get(keyOfName(name));
      if (other !== undefined) {
        const what = other === name ? `"${name}" is given twice` : `"${other}" and "${name}" are the same option`;
        throw new UsageError(`${what}: give it once, in ${place}.`);
      }
      named.set(keyOfName(name), name);
    }
  }
}

/** Throws a UsageError if a flag fixes what the file varies: all values would be the flag's, under names of their own. */
function refuseVaried({ grid, random }: SweepFile, keyOfName: (name: string) => string, own: GivenFlags): void {
  for (const [place, varied] of Object.entries({ grid, 'random.options': random?.options ?? {} })) {
    const name = Object.keys(varied).find((each) => own.has(keyOfName(each)));
    if (name !== undefined) {
      throw new UsageError(`${place} varies "${name}", which --${keyOfName(name)} fixes: leave one of the two out.`);
    }
  }
}
