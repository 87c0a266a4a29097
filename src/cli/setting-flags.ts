import { type Command, Option } from 'commander';
import type { ObjectiveAbout } from '../objective/about.ts';
import { flagName, helpOf, isGroup, placeholderOf, type Schema, type Values, valueAt } from '../options/index.ts';
import type { ListedProblem } from '../problems/listed.ts';
import { catalogue } from '../run/catalogue.ts';
import { effectiveOptions } from '../run/effective-options.ts';
import { flagConditions, groupsOf, type NamedSetting, type SettingPart, settingsOf } from '../run/named-settings.ts';
import type { RunConfig } from '../run/run-config.ts';

/** The problem, objective and configuration that a command line names, known before its flags are parsed. */
export interface Chosen {
  readonly problem?: ListedProblem | undefined;
  readonly objective?: ObjectiveAbout | undefined;
  /** The run without further flags; its values are the defaults in the help. */
  readonly config?: RunConfig | undefined;
}

/** Values of flags by key, such as `replay-capacity`: a text, or a boolean for `--x` and `--no-x`. */
export type GivenFlags = ReadonlyMap<string, string | boolean>;

/**
 * Adds a flag for every setting. Help shows those of the chosen problem and objective, with their defaults; the rest
 * are accepted, so that an error can say whose they are (see `givenValues`).
 *
 * Throws an Error if a setting's flag of a problem, an objective or training is one of the command's own: a fault in a
 * schema, not of a user.
 */
export function addSettingFlags(command: Command, chosen: Chosen, parts: readonly SettingPart[]): void {
  const own = new Set(command.options.map((option) => option.long));
  const declared = new Set<string>();
  const add = (
    key: string,
    value: string,
    help: string,
    { part, shown, off }: { part: SettingPart; shown: string | undefined; off: boolean },
  ) => {
    if (own.has(`--${key}`)) {
      // A command may word a setting of the run itself in its own way, as train does with the device.
      if (part === 'run') return;
      throw new Error(`The flag --${key} of ${command.name()} is also that of a setting: rename the setting's option.`);
    }
    if (declared.has(key)) return;
    declared.add(key);
    const option = new Option(`--${key}${value}`, help);
    command.addOption(shown === undefined ? option.hideHelp() : option.helpGroup(shown));
    if (off) command.addOption(new Option(`--no-${key}`).hideHelp());
  };
  const { problem, objective } = chosen;
  const headings: Readonly<Record<SettingPart, string | undefined>> = {
    problemOptions: problem && `Options of ${problem.name}:`,
    objectiveOptions: problem && objective && `Options of ${objective.name}:`,
    trainingOptions: problem && 'Options of training:',
    run: 'Options of the run:',
  };
  if (problem !== undefined) {
    const groups = groupsOf(problem, objective);
    const alike = groups.filter(({ like, path }) => like !== undefined && !isOn(chosen.config, path));
    for (const setting of settingsOf(problem, objective)) {
      if (!parts.includes(setting.part)) continue;
      const isElsewhere = alike.some(({ path }) => path === setting.within);
      addSetting(add, setting, isElsewhere ? undefined : headings[setting.part], chosen.config);
    }
    addGroups(add, groups, headings);
  }
  const others = [allOptions(catalogue.problems), allOptions(catalogue.objectives)] as const;
  for (const setting of settingsOf(...others)) {
    if (!parts.includes(setting.part)) continue;
    // Any help shows a run's own settings.
    addSetting(add, setting, setting.part === 'run' ? headings.run : undefined, chosen.config);
  }
  addGroups(add, groupsOf(...others), {});
}

/** The options of several schemas; of equal names the first counts. */
function allOptions(some: readonly { readonly options: Schema }[]): { readonly options: Schema } {
  return { options: Object.assign({}, ...some.map(({ options }) => options).reverse()) as Schema };
}

function isOn(config: RunConfig | undefined, path: string): boolean {
  return config !== undefined && valueAt(configValues(config), path) !== undefined;
}

type Add = (
  key: string,
  value: string,
  help: string,
  how: { part: SettingPart; shown: string | undefined; off: boolean },
) => void;

function addSetting(add: Add, setting: NamedSetting, shown: string | undefined, config: RunConfig | undefined): void {
  const { key, option, part } = setting;
  const whole = placeholderOf(option);
  // A long list of choices would leave no room for the column of explanations.
  const value = option.kind === 'choice' && whole.length > widestChoices ? 'NAME' : whole;
  const named = value === whole ? helpOf(option) : `${whole.replaceAll('|', ', ')}: ${helpOf(option)}`;
  const conditions = flagConditions(setting, option.onlyIf ?? {});
  const files = option.kind === 'files' && option.files.length > 0 ? ` (${option.files.join(', ')})` : '';
  const help = named + files + (conditions === '' ? '' : `; only ${conditions}`);
  const preset = defaultOf(setting, config);
  const text = preset === undefined ? help : `${help} (default: ${preset})`;
  const isOff = preset === undefined || preset === 'off' || preset === option.absent;
  const isOn = !isOff && (option.kind === 'flag' || option.optional === true);
  const turnsOff = isOn ? `; --no-${key} turns it off` : '';
  const off = option.kind === 'flag' || (option.optional === true && option.kind !== 'files');
  add(key, value === '' ? '' : ` <${value}>`, text.replace(/\)$/, `${turnsOff})`), { part, shown, off });
}

function addGroups(
  add: Add,
  groups: ReturnType<typeof groupsOf>,
  headings: Partial<Record<SettingPart, string | undefined>>,
): void {
  for (const { key, help, part, like } of groups) {
    const text =
      like === undefined
        ? `${help}; on with its defaults`
        : `${help}: --${key}-kind and so on, as those of --${like}-kind`;
    add(key, '', text, { part, shown: headings[part], off: true });
  }
}

/** The default of a flag, in words; undefined if there is nothing to say. */
function defaultOf({ option, path }: NamedSetting, config: RunConfig | undefined): string | undefined {
  const value =
    config === undefined ? (option.optional ? undefined : option.default) : valueAt(configValues(config), path);
  if (option.kind === 'files' || option.kind === 'text') return undefined;
  if (value === undefined && !option.optional && config !== undefined) return String(option.default);
  // Without a problem, what is on by default is not known.
  if (value === undefined) return option.absent ?? (config === undefined ? undefined : 'off');
  return option.kind === 'flag' ? (value ? 'on' : 'off') : String(value);
}

function configValues(config: RunConfig): Values {
  return config as unknown as Values;
}

/**
 * The given flags by key, out of everything that commander parsed.
 * @param own keys of flags that are not settings
 */
export function givenFlags(command: Command, own: readonly string[]): GivenFlags {
  const given = new Map<string, string | boolean>();
  for (const option of command.options) {
    const attribute = option.attributeName();
    const key = String(option.long).replace(/^--(no-)?/, '');
    if (own.includes(key) || command.getOptionValueSource(attribute) !== 'cli') continue;
    const value: unknown = command.getOptionValue(attribute);
    if (typeof value === 'string' || typeof value === 'boolean') given.set(key, value);
  }
  return given;
}

/** The first entry that these words name. */
export function namedIn<Entry extends { readonly name: string }>(
  words: readonly string[],
  entries: readonly Entry[],
): Entry | undefined {
  return words.map((word) => entries.find(({ name }) => name === word)).find((entry) => entry !== undefined);
}

/** Several titled lists with a line for each entry. */
export function describeLists(lists: Readonly<Record<string, readonly { name: string; summary: string }[]>>): string {
  return Object.entries(lists)
    .filter(([, entries]) => entries.length > 0)
    .map(([title, entries]) => {
      const width = Math.max(...entries.map(({ name }) => name.length)) + 4;
      const lines = entries.flatMap(({ name, summary }) =>
        wrapped(summary, lineWidth - width).map((line, i) => (i === 0 ? `  ${name}` : '').padEnd(width) + line),
      );
      return [title, ...lines].join('\n');
    })
    .join('\n\n');
}

/** The most characters of choices that stand beside a flag. */
const widestChoices = 36;

/** The longest line of a list. */
const lineWidth = 100;

/** A text in lines of at most `width` characters, if no word is longer. */
export function wrapped(text: string, width = lineWidth): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1];
    if (last !== '' && last.length + word.length >= width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}

/** The options of a run's problem that have an effect, under their command-line names. */
export function problemRows(config: RunConfig): [string, string][] {
  return flagRows(effectiveOptions(catalogue, config).problemOptions);
}

/** The settings of a configuration that are on, under their command-line names. */
export function flagRows(values: Values, prefix = ''): [string, string][] {
  return Object.entries(values).flatMap(([name, value]): [string, string][] => {
    if (value === undefined || value === null) return [];
    if (isGroup(value)) return flagRows(value, `${prefix}${name}.`);
    return [[flagName(prefix + name), String(value)]];
  });
}
