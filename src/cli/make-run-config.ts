import { resolve } from 'node:path';
import type { ObjectiveAbout } from '../objective/about.ts';
import { findObjective as findListedObjective } from '../objective/catalogue.ts';
import { findNamed, fromText, keyOf, leavesOf, type Values, withValueAt } from '../options/index.ts';
import type { ListedProblem } from '../problems/listed.ts';
import { catalogue } from '../run/catalogue.ts';
import { dataOption, unmetIn } from '../run/effective-options.ts';
import { flagConditions, groupsOf, type NamedGroup, type NamedSetting, settingsOf } from '../run/named-settings.ts';
import { completeConfig, type RunConfig } from '../run/run-config.ts';
import { defaultSettings, presets } from '../run/settings.ts';
import { checkTogether } from '../run/together.ts';
import { suggestion } from '../text/suggestion.ts';
import { UsageError } from './errors.ts';
import { asUsage } from './option-values.ts';
import type { GivenFlags } from './setting-flags.ts';

/** The parts of a command line that describe a run. */
export interface RunRequest {
  readonly problem: string;
  readonly objective?: string | undefined;
  readonly preset?: string | undefined;
  /**
   * A configuration or a part of one, as in `config.json`. It takes precedence over the preset. A run's own, which tells
   * its version, is complete: what it does not have was off.
   */
  readonly config?: Values | undefined;
  /** Flags by key, such as `clip-range`. */
  readonly given: GivenFlags;
  /** Whether flags may have no effect beside the other settings, which is refused by default. */
  readonly mayBeIdle?: boolean | undefined;
}

/**
 * The configuration that a command line asks for. Flags take precedence over its configuration file, that over the
 * preset, that over defaults. Throws a UsageError if anything is unknown, out of bounds, or not an option of the
 * problem or objective, or if a flag would change nothing.
 */
export function makeRunConfig(request: RunRequest): RunConfig {
  const { problem: name, objective, preset, config: file = {}, given, mayBeIdle = false } = request;
  const problem = findProblem(name);
  const method = findObjective(objective);
  const defaults = asUsage(() => defaultSettings(problem.name, method.name));
  const settings = presetSettings(preset, problem.name, method.name);
  const values = givenValues(given, problem, method);
  const isComplete = file.version !== undefined;
  if (isComplete && preset !== undefined) {
    throw new UsageError("The configuration is a whole run's, which --preset would not change: leave one of them out.");
  }
  const beneath = isComplete ? [] : [defaults, settings];
  const config = asUsage(() =>
    completeConfig(catalogue, ...beneath, file, { problem: problem.name, objective: method.name }, values),
  );
  asUsage(() => checkTogether(catalogue, config, (path) => flagsOf(given, path)));
  if (!mayBeIdle) refuseIdle(config, given);
  const isGiven = (setting: string) => file[setting] !== undefined || values[setting] !== undefined;
  const shortened = isGiven('steps') && !isGiven('evaluateEvery') ? oftenEnough(config) : config;
  return withDataApart(problem, shortened);
}

/** A run that is shorter than its problem's or preset's, evaluated as often as shows a curve. */
function oftenEnough(config: RunConfig): RunConfig {
  const { steps, evaluateEvery } = config;
  if (evaluateEvery === undefined) return config;
  return { ...config, evaluateEvery: Math.min(evaluateEvery, Math.max(1, Math.floor(steps / fewestEvaluations))) };
}

/** How many evaluations show a curve. */
const fewestEvaluations = 20;

/** The flags of an option or a group: those given of the group, else its own name's. */
function flagsOf(given: GivenFlags, path: string): string {
  const own = keyOf(path);
  const flags = [...given.keys()].filter((key) => key === own || key.startsWith(`${own}-`));
  return (flags.length === 0 ? [own] : flags).map((key) => `--${key}`).join(' and ');
}

/** Throws a UsageError with the nearest known problem. */
export function findProblem(name: string): ListedProblem {
  return asUsage(() => findNamed('problem', catalogue.problems, name));
}

/** Throws a UsageError with the nearest known objective. */
export function findObjective(name = 'ent-ppo'): ObjectiveAbout {
  return asUsage(() => findListedObjective(name));
}

function presetSettings(name: string | undefined, problem: string, objective: string) {
  if (name === undefined) return {};
  const preset = asUsage(() => findNamed('preset', presets, name));
  const settings = preset.settings(problem, objective);
  if (settings === undefined) {
    const objectivesOf = (on: string) =>
      catalogue.objectives.map((about) => about.name).filter((other) => preset.settings(on, other));
    const others = objectivesOf(problem);
    const elsewhere = catalogue.problems
      .map((each) => ({ on: each.name, some: objectivesOf(each.name) }))
      .filter(({ some }) => some.length > 0)
      .map(({ on, some }) => `${on} (${some.join(', ')})`);
    const remedy =
      others.length === 0
        ? `It has some for ${elsewhere.join('; ')}: choose one of these, or leave the preset out.`
        : `It has some for ${others.join(', ')}: choose one of these objectives, or leave the preset out.`;
    throw new UsageError(`The preset ${name} has no settings for ${objective} on ${problem}. ${remedy}`);
  }
  return settings;
}

/** The problem and its options, for command lines without an objective. Throws a UsageError. */
export function makeProblemConfig(
  problem: ListedProblem,
  given: GivenFlags,
): Pick<RunConfig, 'problem' | 'problemOptions' | 'data'> {
  const values = givenValues(given, problem, undefined);
  const config = asUsage(() => completeConfig(catalogue, { problem: problem.name }, values));
  refuseIdle(config, given);
  return withDataApart(problem, config);
}

/** Flags that a run would ignore, since they have no effect beside its other settings: by key, with the reason. */
export function idleFlags(config: RunConfig, given: GivenFlags): ReadonlyMap<string, string> {
  const settings = settingsOf(findProblem(config.problem), findObjective(config.objective));
  const idle = settings.flatMap((setting): [string, string][] => {
    const { key, path, option } = setting;
    if (option.onlyIf === undefined || !given.has(key) || given.get(key) === false) return [];
    const unmet = flagConditions(setting, unmetIn(catalogue, config, path));
    return unmet === '' ? [] : [[key, `--${key} would change nothing: it counts only ${unmet}`]];
  });
  return new Map(idle);
}

function refuseIdle(config: RunConfig, given: GivenFlags): void {
  for (const reason of idleFlags(config, given).values()) {
    throw new UsageError(`${reason}. Change that, or leave it out.`);
  }
}

/**
 * Moves the data folder out of the problem's options: it says where, not what. Its path is then a full one, since a run may
 * be continued from elsewhere.
 */
function withDataApart(problem: ListedProblem, config: RunConfig): RunConfig {
  const option = dataOption(problem)?.path ?? '';
  const { [option]: given = config.data, ...problemOptions } = config.problemOptions;
  return given === undefined ? config : { ...config, problemOptions, data: resolve(String(given)) };
}

/**
 * The flags' values at their places in a configuration. Throws a UsageError if one is not accepted or out of bounds.
 */
function givenValues(given: GivenFlags, problem: ListedProblem, objective: ObjectiveAbout | undefined): Values {
  const settings = settingsOf(problem, objective);
  const groups = groupsOf(problem, objective);
  let values: Values = {};
  refuseTurnedOff(given, settings, groups);
  // Groups first, so that their options override what turning them on sets.
  const inOrder = [...given].sort(([a], [b]) => Number(isSetting(a)) - Number(isSetting(b)));
  function isSetting(key: string): boolean {
    return settings.some((each) => each.key === key);
  }
  for (const [key, value] of inOrder) {
    const flag = `--${key}`;
    const setting = settings.find((each) => each.key === key);
    const group = groups.find((each) => each.key === key);
    if (setting !== undefined) {
      const { option, path } = setting;
      const isOff = value === false && option.kind !== 'flag';
      const text = key === 'device' && value === 'gpu' ? 'webgpu' : value;
      const read = typeof text === 'string' ? asUsage(() => fromText(flag, option, text)) : isOff ? null : text;
      values = withValueAt(values, path, read);
    } else if (group !== undefined) {
      if (typeof value === 'string') throw groupTakesNone(group, settings);
      values = withValueAt(values, group.path, value === false ? null : {});
    } else
      throw notTaken(
        key,
        problem,
        objective,
        settings.map((each) => each.key),
      );
  }
  return values;
}

/** Throws a UsageError if a group is turned off while one of its options is given, which would turn it on. */
function refuseTurnedOff(given: GivenFlags, settings: readonly NamedSetting[], groups: readonly NamedGroup[]): void {
  for (const reason of flagsOfGroupsOff(given, settings, groups).values()) {
    throw new UsageError(`${reason}: give one of the two.`);
  }
}

/** The flags of groups that are turned off, which would turn them on: by key, with the contradiction. */
export function flagsOfGroupsOff(
  given: GivenFlags,
  settings: readonly NamedSetting[],
  groups: readonly NamedGroup[],
): ReadonlyMap<string, string> {
  const off = groups.filter((group) => given.get(group.key) === false);
  return new Map(
    off.flatMap(({ key: group, path }) =>
      settings
        .filter(({ within, key }) => within === path && given.has(key))
        .map(({ key }): [string, string] => [key, `--no-${group} and --${key} contradict each other`]),
    ),
  );
}

/** The keys of all settings and groups. */
function keysIn(problem: ListedProblem, objective: ObjectiveAbout | undefined): string[] {
  return [...settingsOf(problem, objective), ...groupsOf(problem, objective)].map(({ key }) => key);
}

function groupTakesNone({ key, path }: NamedGroup, settings: readonly NamedSetting[]): UsageError {
  const inner = settings.filter(({ within }) => within === path).map((each) => `--${each.key}`);
  return new UsageError(`--${key} is only on or off. Its values are those of ${inner.join(', ')}.`);
}

function notTaken(
  key: string,
  problem: ListedProblem,
  objective: ObjectiveAbout | undefined,
  keys: readonly string[],
): UsageError {
  const takers = [
    ...catalogue.objectives.filter((each) => keysIn(problem, each).includes(key)),
    ...catalogue.problems.filter((each) => leavesOf(each.options).some(({ path }) => keyOf(path) === key)),
  ].map(({ name }) => name);
  const who = [problem, ...(objective === undefined ? [] : [objective])].map(({ name }) => name).join(' with ');
  const others =
    takers.length === 0 ? suggestion(key, keys) : ` ${takers.join(', ')} ${takers.length > 1 ? 'have' : 'has'} it.`;
  return new UsageError(`${who} has no option --${key}.${others}`);
}
