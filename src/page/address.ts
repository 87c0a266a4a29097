import { keyOf } from '../options/index.ts';
import { isObjectiveOptionValue } from '../run/option-bounds.ts';
import { findObjective, findProblem, type RunConfig } from '../run/run-config.ts';
import { devicePreferences } from '../run/run-settings.ts';
import { pageCatalogue } from './catalogue.ts';
import { defaultConfig } from './default-config.ts';
import { pageConfig } from './page-config.ts';

/**
 * A run's configuration as a part of an address, such as `environment=hypergrid&side=8&objective=tb&seed=3`: what differs
 * from `defaultConfig`, under the names that the command line has for it.
 */

/** Why an address is no run's. Its message is plain text that may hold parts of the address: never markup. */
export class AddressError extends Error {}

/** The longest address that is looked at, in characters. */
const longestAddress = 8192;

/** The longest part of an address that a message repeats. */
const longestQuoted = 40;

type Setting = {
  readonly key: string;
  readonly read: (config: RunConfig) => unknown;
  readonly write: (config: RunConfig, value: unknown) => RunConfig;
  readonly parse: (text: string) => unknown;
};

/** The part of an address, without the # before it, that stands for a configuration; empty for the default one. */
export function formatAddress(config: RunConfig): string {
  const preset = defaultConfig(config.environment, config.objective);
  const standard = defaultConfig();
  const parts = new URLSearchParams();
  if (config.environment !== standard.environment) parts.append('environment', config.environment);
  if (config.objective !== standard.objective) parts.append('objective', config.objective);
  for (const { key, read } of settingsOf(config.environment, config.objective)) {
    const value = read(config);
    if (value !== undefined && value !== read(preset)) parts.append(key, String(value));
  }
  return parts.toString();
}

/**
 * Reads a configuration out of an address: what stands behind its # or ?. What it leaves out has the value of
 * `defaultConfig`.
 *
 * @throws AddressError on a name that is unknown or occurs twice, a value out of bounds, a run too large for a page, or
 * an address too long; nothing of it is then used
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
  const environment = take('environment', standard.environment);
  const objective = take('objective', standard.objective);
  if (!pageCatalogue.problems.some(({ name }) => name === environment)) {
    throw new AddressError(`This page has no environment ${quoted(environment)}.`);
  }
  if (!pageCatalogue.objectives.some(({ name }) => name === objective)) {
    throw new AddressError(`There is no objective ${quoted(objective)}.`);
  }
  const settings = settingsOf(environment, objective);
  let config = defaultConfig(environment, objective);
  for (const [key, text] of given) {
    const setting = settings.find((candidate) => candidate.key === key);
    if (!setting) throw new AddressError(`The address has an unknown part ${quoted(key)}.`);
    const value = setting.parse(text);
    if (value === undefined) throw new AddressError(`In the address ${key} cannot be ${quoted(text)}.`);
    config = setting.write(config, value);
  }
  try {
    return pageConfig(config);
  } catch (error) {
    throw new AddressError(`The address asks for a run that cannot be: ${(error as Error).message}`, { cause: error });
  }
}

/** The configuration of an address, or the default one and the reason why. */
export function configOfAddress(address: string): { readonly config: RunConfig; readonly problem?: string } {
  try {
    return { config: parseAddress(address) };
  } catch (error) {
    if (error instanceof AddressError) return { config: defaultConfig(), problem: error.message };
    throw error;
  }
}

/** Everything but environment and objective, in a fixed order. */
function settingsOf(environment: string, objective: string): Setting[] {
  const problem = findProblem(pageCatalogue, environment);
  const method = findObjective(pageCatalogue, objective);
  return [
    ...(['seed', 'steps', 'batch', 'evaluateEvery'] as const).map((name) => ({
      key: keyOf(name),
      read: (config: RunConfig) => config[name],
      write: (config: RunConfig, value: unknown) => ({ ...config, [name]: value }),
      parse: (text: string) => numberIn(text),
    })),
    {
      key: 'device',
      read: ({ device }) => device,
      write: (config, value) => ({ ...config, device: value as RunConfig['device'] }),
      parse: (text) => devicePreferences.find((choice) => choice === text),
    },
    ...problem.options.map(({ name, kind }) =>
      optionSetting('environmentOptions', name, kind === 'integer' || kind === 'number' ? numberIn : (text) => text),
    ),
    ...method.options.map((option) =>
      optionSetting('objectiveOptions', option.name, (text) => objectiveValue(option, text)),
    ),
    ...pageCatalogue.trainingSettings.map((option) =>
      optionSetting('trainingOptions', option.name, (text) => objectiveValue(option, text)),
    ),
  ];
}

function optionSetting(
  group: 'environmentOptions' | 'objectiveOptions' | 'trainingOptions',
  name: string,
  parse: Setting['parse'],
): Setting {
  return {
    key: keyOf(name),
    read: (config) => config[group][name],
    write: (config, value) => ({ ...config, [group]: { ...config[group], [name]: value } }),
    parse,
  };
}

/** A number as JavaScript writes it, of at most 17 digits behind six zeros; undefined of any other text. */
function numberIn(text: string): number | undefined {
  const value = /^-?\d{1,16}(\.\d{1,24})?(e[+-]?\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  // There is one zero: -0 would be another configuration, which neither an address nor a checkpoint can hold.
  return Number.isFinite(value) ? value + 0 : undefined;
}

function flagIn(text: string): boolean | undefined {
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

function objectiveValue(option: Parameters<typeof isObjectiveOptionValue>[0], text: string): unknown {
  const value = option.kind === 'flag' ? flagIn(text) : option.kind === 'choice' ? text : numberIn(text);
  return isObjectiveOptionValue(option, value) ? value : undefined;
}

/** A part of an address for a message: short, and of printable characters alone. */
function quoted(text: string): string {
  const short = text.length > longestQuoted ? `${text.slice(0, longestQuoted)}...` : text;
  return JSON.stringify(short.replace(/[^\x20-\x7e]/g, '?'));
}
