import { nearestName } from '../text/nearest.ts';
import { quoted } from '../text/quoted.ts';

/**
 * An option of a problem: what it is called, what values it takes, and a line of help. `name` is as in `wordSize`; on the
 * command line it is `--word-size`.
 */
export type ProblemOption =
  | {
      readonly name: string;
      readonly kind: 'integer' | 'number';
      readonly default: number;
      readonly min: number;
      readonly max: number;
      readonly help: string;
    }
  | {
      readonly name: string;
      readonly kind: 'choice';
      readonly default: string;
      readonly choices: readonly string[];
      readonly help: string;
    }
  | {
      /** It has no default, and is not required here. */
      readonly name: string;
      readonly kind: 'text';
      /** The characters that it may be made of. */
      readonly characters: string;
      /** The most of them. */
      readonly maxLength: number;
      readonly help: string;
    }
  | {
      readonly name: string;
      readonly kind: 'data-folder';
      /** The files read from the folder. */
      readonly files: readonly string[];
      readonly help: string;
    };

export type ProblemOptionValue = number | string;
export type ProblemOptions = Readonly<Record<string, ProblemOptionValue>>;

/** Reads a file of a problem's data folder, by its name within the folder. */
export type DataReader = (fileName: string) => Promise<Uint8Array>;

/**
 * The options with defaults filled in. Text and data folders have no default. A data folder is not required here: in a
 * browser the data may come from elsewhere. `problemName` is for messages.
 * @throws Error on an unknown option (with the nearest known one) and on a value that the option does not take.
 */
export function checkTaskOptions(
  problemName: string,
  definitions: readonly ProblemOption[],
  given: ProblemOptions,
): Record<string, ProblemOptionValue> {
  const names = definitions.map((definition) => definition.name);
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    const nearest = nearestName(name, names);
    const known = names.length === 0 ? 'It takes none.' : `It takes: ${names.join(', ')}.`;
    throw new Error(
      `${problemName} has no option ${quoted(name)}.${nearest === undefined ? '' : ` Did you mean ${nearest}?`} ${known}`,
    );
  }
  const complete: Record<string, ProblemOptionValue> = {};
  for (const definition of definitions) {
    const value = Object.hasOwn(given, definition.name) ? given[definition.name] : undefined;
    if (value !== undefined)
      complete[definition.name] = checkValue(`${problemName}'s ${definition.name}`, definition, value);
    else if ('default' in definition) complete[definition.name] = definition.default;
  }
  return complete;
}

/**
 * Reads an option's value from the text of a command line.
 * @throws Error on text that is no such value or out of the option's bounds.
 */
export function parseTaskOption(definition: ProblemOption, text: string): ProblemOptionValue {
  const trimmed = text.trim();
  const name = flagName(definition.name);
  const written = numberPatterns[definition.kind];
  if (written === undefined) return checkValue(name, definition, trimmed);
  return checkValue(name, definition, written.test(trimmed) ? Number(trimmed) : text);
}

/** An option's name as the command line has it, without the dashes before it: `wordSize` is `word-size`. */
export function flagName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** How the numbers of an option are written. */
const numberPatterns: { readonly [Kind in ProblemOption['kind']]?: RegExp } = {
  integer: /^[+-]?\d+$/,
  number: /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i,
};

/** @param option what messages call it */
function checkValue(option: string, definition: ProblemOption, value: ProblemOptionValue): ProblemOptionValue {
  // A value may come from a file, and then be anything that JSON has.
  const shown =
    typeof value === 'string'
      ? quoted(value)
      : typeof value === 'number'
        ? String(value)
        : `a value of type ${typeof value}`;
  const refuse = (what: string): never => {
    throw new Error(`${option} (${definition.help}) is ${what}, not ${shown}.`);
  };
  switch (definition.kind) {
    case 'integer':
    case 'number': {
      const { kind, min, max } = definition;
      const isNumber = typeof value === 'number' && (kind === 'number' || Number.isInteger(value));
      if (isNumber && value >= min && value <= max) return value;
      return refuse(`a ${kind === 'integer' ? 'whole number' : 'number'} from ${min} to ${max}`);
    }
    case 'choice': {
      if (typeof value === 'string' && definition.choices.includes(value)) return value;
      const nearest = typeof value === 'string' ? nearestName(value, definition.choices) : undefined;
      return refuse(
        `one of ${definition.choices.join(', ')}${nearest === undefined ? '' : ` (did you mean ${nearest}?)`}`,
      );
    }
    case 'text': {
      const { characters, maxLength } = definition;
      const isText = typeof value === 'string' && value.length >= 1 && value.length <= maxLength;
      if (isText && [...value].every((character) => characters.includes(character))) return value;
      return refuse(`text of at most ${maxLength} characters out of ${characters}`);
    }
    case 'data-folder':
      return typeof value === 'string' && value !== '' ? value : refuse('the path of a folder');
  }
}
