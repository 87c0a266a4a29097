/**
 * The kinds of options. Each constructor returns plain frozen data, from which the TypeScript type (`OptionsOf`), the
 * check and its message (`complete`), the command line's flag and help, the page's field and the address's key all come.
 *
 *     export const options = {
 *       learningRate: rate(1e-3, 'learning rate of the policy'),
 *       policyUpdates: integer(4, { min: 1, max: 1024, symbol: 'K', help: 'policy updates on each batch' }),
 *       replay: optional(group({ capacity: integer(1000, { min: 1, help: 'objects kept' }) }, 'learn from objects again')),
 *     } satisfies Schema;
 */

/** Options by name. A name is written as in `learningRate`; on the command line it is `--learning-rate`. */
export type Schema = Readonly<Record<string, Option>>;

export type Option = LeafOption | GroupOption;

/** An option with a value of its own, not a group of others. */
export type LeafOption =
  | IntegerOption
  | NumberOption
  | ChoiceOption
  | FlagOption
  | IntegersOption
  | TextOption
  | FilesOption;

interface Described {
  /** What the option is for: one line, without a full stop. */
  readonly help: string;
  /** Its symbol in the literature, such as K. */
  readonly symbol?: string;
  /** Absent by default, and absent means off. The default is then a form's first suggestion. */
  readonly optional?: true;
  /** What holds if an optional option is absent; off, if this is. */
  readonly absent?: string;
  /** See `OnlyIf`; absent if the option always has an effect. */
  readonly onlyIf?: OnlyIf;
}

/**
 * What other options of the same record have to be for an option to have an effect, by their names: `{ kind: ['sgd'] }`,
 * `{ double: [true] }` for a flag, or `{ data: [null] }` for a file that is not given. A list has several such records, of
 * which one suffices. Conditions of those options are not inherited.
 */
export type OnlyIf = Conditions | readonly Conditions[];

/** Values of options by name, all of which have to hold. */
type Conditions = Readonly<Record<string, readonly (string | boolean | null)[]>>;

export interface IntegerOption extends Described {
  readonly kind: 'integer';
  readonly default: number;
  readonly min: number;
  readonly max: number;
}

/** A number that float32 can hold, within bounds that still hold once it is rounded to float32. */
export interface NumberOption extends Described {
  readonly kind: 'number';
  readonly default: number;
  readonly min?: number;
  /** The lower bound if the bound itself is excluded, as 0 is for a learning rate. */
  readonly aboveMin?: number;
  readonly max?: number;
  /** The upper bound if the bound itself is excluded, as 1 is for Adam's decays. */
  readonly belowMax?: number;
}

export interface ChoiceOption<Choice extends string = string> extends Described {
  readonly kind: 'choice';
  readonly default: Choice;
  readonly choices: readonly Choice[];
  /** Why names that one might expect are not choices. */
  readonly refusals?: Readonly<Record<string, string>>;
}

export interface FlagOption extends Described {
  readonly kind: 'flag';
  readonly default: boolean;
}

/** A list of integers, such as the widths of layers; written `256,128` as text. */
export interface IntegersOption extends Described {
  readonly kind: 'integers';
  readonly default: readonly number[];
  /** Bounds of each number. */
  readonly min: number;
  readonly max: number;
  /** The longest list; the shortest has one number. */
  readonly maxLength: number;
}

/** Text without a default: absent unless it is given. */
export interface TextOption extends Described {
  readonly kind: 'text';
  /** The allowed characters; any if absent. */
  readonly characters?: string;
  readonly maxLength: number;
  readonly optional: true;
}

/**
 * The path of a folder that holds certain files, or of a file. Absent unless it is given: in a browser the data comes
 * from elsewhere.
 */
export interface FilesOption extends Described {
  readonly kind: 'files';
  /** File names within the folder; empty if the option is the path of a file itself. */
  readonly files: readonly string[];
  readonly optional: true;
}

/** Options that belong together: a record within the record of options. */
export interface GroupOption<Options extends Schema = Schema> {
  readonly kind: 'group';
  readonly options: Options;
  readonly help: string;
  /** Absent unless it is given, and absent means off. */
  readonly optional?: true;
  /** Another group with the same options: help lists them only there until this group is on. */
  readonly like?: string;
}

interface Words {
  readonly help: string;
  readonly symbol?: string;
  readonly absent?: string;
  readonly onlyIf?: OnlyIf;
}

/** The default bounds of integers: those of an int32, since kernels count in them. */
export const maxInteger = 2 ** 31 - 1;

/** Integers from `min` (0 by default) to `max` (2^31 - 1 by default), both included. */
export function integer(preset: number, words: Words & { min?: number; max?: number }): IntegerOption {
  const { min = 0, max = maxInteger, ...rest } = words;
  return Object.freeze({ kind: 'integer', default: preset, min, max, ...rest });
}

/** Lists of one to `maxLength` integers, each from `min` to `max`. */
export function integers(
  preset: readonly number[],
  words: Words & { min: number; max: number; maxLength: number },
): IntegersOption {
  return Object.freeze({ kind: 'integers', default: Object.freeze([...preset]), ...words });
}

/** Numbers within the given bounds. */
export function number(
  preset: number,
  words: Words & { min?: number; aboveMin?: number; max?: number; belowMax?: number },
): NumberOption {
  return Object.freeze({ kind: 'number', default: preset, ...words });
}

/** Numbers from 0 to 1: shares, probabilities, decays. */
export function share(preset: number, words: string | Words): NumberOption {
  return number(preset, { min: 0, max: 1, ...wordsOf(words) });
}

/** Learning rates: above 0, at most 10. */
export function rate(preset: number, words: string | Words): NumberOption {
  return number(preset, { aboveMin: 0, max: 10, ...wordsOf(words) });
}

/** One of several names. */
export function choice<const Choice extends string>(
  preset: NoInfer<Choice>,
  choices: readonly Choice[],
  words: string | (Words & { readonly refusals?: Readonly<Record<string, string>> }),
): ChoiceOption<Choice> {
  return Object.freeze({
    kind: 'choice',
    default: preset,
    choices: Object.freeze([...choices]),
    ...wordsOf(words),
  });
}

/** On or off. */
export function flag(preset: boolean, words: string | Words): FlagOption {
  return Object.freeze({ kind: 'flag', default: preset, ...wordsOf(words) });
}

/** Text of at least one character; absent unless it is given. */
export function text(words: Words & { characters?: string; maxLength: number }): TextOption {
  return Object.freeze({ kind: 'text', optional: true, ...words });
}

/** A folder that holds these files; absent unless it is given. */
export function files(names: readonly string[], words: string | Words): FilesOption {
  return Object.freeze({ kind: 'files', optional: true, files: Object.freeze([...names]), ...wordsOf(words) });
}

/** The user's own file; absent unless it is given. */
export function file(words: string | Words): FilesOption {
  return files([], words);
}

/** A group of options. If it is left out it has its options' defaults; within `optional` it is off. */
export function group<const Options extends Schema>(
  options: Options,
  help: string,
  more: { readonly like?: string } = {},
): GroupOption<Options> {
  return Object.freeze({ kind: 'group', options: Object.freeze({ ...options }), help, ...more });
}

/** The same option, absent unless it is given. Absent means off. */
export function optional<Kind extends Option>(option: Kind): Kind & { readonly optional: true } {
  return Object.freeze(Object.assign({ ...option }, { optional: true as const }));
}

function wordsOf(words: string | Words): Words {
  return typeof words === 'string' ? { help: words } : words;
}
