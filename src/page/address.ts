import { findNamed, isGroup, type LeafOption, readText, type Values, valueAt, withValueAt } from '../options/index.ts';
import { groupsOf, settingsOf } from '../run/named-settings.ts';
import type { RunConfig } from '../run/run-config.ts';
import { pageCatalogue, pageProblem } from './catalogue.ts';
import { defaultConfig } from './default-config.ts';
import { pageConfig } from './page-config.ts';

/**
 * A run's configuration as a part of an address, such as `problem=hypergrid&side=8&objective=tb&seed=3`: the
 * differences from `defaultConfig`, under their command-line names.
 */

/**
 * The reason why an address is invalid. Its message is plain text that may quote parts of the address: never markup.
 */
export class AddressError extends Error {}

/** The longest address that is parsed, in characters. */
const longestAddress = 8192;

/** The longest part of an address that a message quotes. */
const longestQuoted = 40;

/** The part of an address, without the #, for a configuration; empty for the default one. */
export function formatAddress(config: RunConfig): string {
  const standard = defaultConfig();
  const parts = new URLSearchParams();
  if (config.problem !== standard.problem) parts.append('problem', config.problem);
  if (config.objective !== standard.objective) parts.append('objective', config.objective);
  for (const { key, text } of differingSettings(config)) parts.append(key, text);
  return parts.toString();
}

/** A setting that differs from `defaultConfig`, as addresses and commands have it. */
interface DifferingSetting {
  readonly key: string;
  readonly path: string;
  readonly text: string;
}

/** The settings of a configuration that differ from its problem's and objective's, in a fixed order. */
export function differingSettings(config: RunConfig): readonly DifferingSetting[] {
  const preset = defaultConfig(config.problem, config.objective);
  const [values, presets] = [config, preset].map((each) => each as unknown as Values);
  return partsOf(config.problem, config.objective).flatMap(({ key, path, option, within }) => {
    // Nothing more is written of a group that is off, and a group that is on starts from its defaults.
    if (within !== undefined && valueAt(values, within) === undefined) return [];
    const isNew = within !== undefined && valueAt(presets, within) === undefined;
    const standing = isNew && option && !option.optional ? option.default : valueAt(presets, path);
    const text = textOf(valueAt(values, path));
    return text === textOf(standing) ? [] : [{ key, path, text }];
  });
}

/**
 * Parses the configuration in an address, after its # or ?. Missing settings have the values of `defaultConfig`.
 *
 * @throws AddressError on a name that is unknown or occurs twice, a value out of bounds, a run too large for a page, or
 * an address too long; then none of it is used
 */
export function parseAddress(address: string): RunConfig {
  if (address.length > longestAddress) {
    throw new AddressError(`The address is ${address.length} characters long; at most ${longestAddress} are read.`);
  }
  const given = new Map<string, string>();
  for (const [key, text] of new URLSearchParams(address.replace(/^[#?]/, ''))) {
    if (given.has(key)) throw new AddressError(`The address has ${quoted(key)} twice.`);
    given.set(key, text);
  }
  const take = (key: string, preset: string) => {
    const text = given.get(key) ?? preset;
    given.delete(key);
    return text;
  };
  const standard = defaultConfig();
  const problem = take('problem', standard.problem);
  const objective = take('objective', standard.objective);
  if (!pageCatalogue.problems.some(({ name }) => name === problem)) {
    throw new AddressError(`This page has no problem ${quoted(problem)}.`);
  }
  if (!pageCatalogue.objectives.some(({ name }) => name === objective)) {
    throw new AddressError(`There is no objective ${quoted(objective)}.`);
  }
  const settings = partsOf(problem, objective);
  let config = defaultConfig(problem, objective) as unknown as Values;
  // Groups first, so that their options override what turning them on sets.
  for (const { key, path, option } of settings) {
    const text = given.get(key);
    given.delete(key);
    if (text === undefined) continue;
    const value = readPart(option, text);
    if (value === undefined) throw new AddressError(`In the address ${key} cannot be ${quoted(text)}.`);
    config = withValueAt(config, path, value);
  }
  for (const key of given.keys()) throw new AddressError(`The address has an unknown part ${quoted(key)}.`);
  try {
    return pageConfig(config);
  } catch (error) {
    throw new AddressError(`The address asks for a run that cannot be: ${(error as Error).message}`, { cause: error });
  }
}

/** The configuration of an address, or the default one with the reason. */
export function configOfAddress(address: string): { readonly config: RunConfig; readonly problem?: string } {
  try {
    return { config: parseAddress(address) };
  } catch (error) {
    if (error instanceof AddressError) return { config: defaultConfig(), problem: error.message };
    throw error;
  }
}

/** A part of an address. Without an option it is a group, which the text `on` turns on and `off` turns off. */
interface Part {
  readonly key: string;
  readonly path: string;
  readonly option?: LeafOption | undefined;
  /** The optional group around it. */
  readonly within?: string | undefined;
}

/** Everything but problem and objective, in a fixed order. */
function partsOf(name: string, objective: string): readonly Part[] {
  const problem = findNamed('problem', pageCatalogue.problems, name);
  const method = findNamed('objective', pageCatalogue.objectives, objective);
  // What a program made is as long as a file: an address has the program.
  const made = pageProblem(name).typedProgram?.made;
  const left = ['checkpointEvery', 'fusedMultiplyAdd', `problemOptions.${made}`];
  const settings = settingsOf(problem, method).filter(({ path }) => !left.includes(path));
  return [...groupsOf(problem, method).map(({ key, path }) => ({ key, path })), ...settings];
}

/** A value in an address. */
function textOf(value: Values[string]): string {
  if (value === undefined || value === null) return 'off';
  return isGroup(value) ? 'on' : String(value);
}

/** Parses a value, `null` for off; undefined if it is invalid. */
function readPart(option: LeafOption | undefined, text: string): Values[string] {
  if (option === undefined) return text === 'on' ? {} : text === 'off' ? null : undefined;
  if (option.optional && text === 'off') return null;
  const isNumeric = option.kind === 'integer' || option.kind === 'number';
  if (isNumeric && !/^-?\d{1,16}(\.\d{1,24})?(e[+-]?\d{1,3})?$/.test(text)) return undefined;
  const reading = readText(option, text);
  return reading.ok ? reading.value : undefined;
}

/** A part of an address for a message: short, with printable characters only. */
function quoted(text: string): string {
  const short = text.length > longestQuoted ? `${text.slice(0, longestQuoted)}...` : text;
  return JSON.stringify(short.replace(/[^\x20-\x7e]/g, '?'));
}
