import {
  completeUnknown,
  flagName,
  fromText,
  helpOf,
  type LeafOption,
  leavesOf,
  type Schema,
} from '../options/index.ts';

/** An option of a problem with its name, as lists of flags and fields have it. `option` is the schema's own. */
export type ProblemOption = { readonly name: string; readonly option: LeafOption; readonly help: string } & (
  | { readonly kind: 'integer' | 'number'; readonly default: number; readonly min: number; readonly max: number }
  | { readonly kind: 'choice'; readonly default: string; readonly choices: readonly string[] }
  | { readonly kind: 'text' }
  | { readonly kind: 'data-folder'; readonly files: readonly string[] }
);

export type ProblemOptionValue = number | string | boolean;
export type ProblemOptions = Readonly<Record<string, ProblemOptionValue>>;

/** Reads a file of a problem's data folder, by its name within the folder. */
export type DataReader = (fileName: string) => Promise<Uint8Array>;

/** The options of a schema as a list. */
export function optionList(schema: Schema): ProblemOption[] {
  return leavesOf(schema).flatMap(({ path: name, option }): ProblemOption[] => {
    const named = { name, option, help: helpOf(option) };
    switch (option.kind) {
      case 'integer':
      case 'number': {
        const { kind, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = option;
        return [{ ...named, kind, default: option.default, min, max }];
      }
      case 'choice':
        return [{ ...named, kind: 'choice', default: option.default, choices: option.choices }];
      case 'text':
        return [{ ...named, kind: 'text' }];
      case 'files':
        return [{ ...named, kind: 'data-folder', files: option.files }];
      default:
        return [];
    }
  });
}

/** The options with defaults filled in. @throws as `complete` does */
export function completeOptions(
  { name, schema }: { readonly name: string; readonly schema: Schema },
  given: ProblemOptions,
): Record<string, ProblemOptionValue> {
  return completeUnknown(name, schema, given) as Record<string, ProblemOptionValue>;
}

/** Reads an option's value from the text of a command line. @throws as `fromText` does */
export function parseProblemOption({ name, option }: ProblemOption, text: string): ProblemOptionValue {
  return fromText(flagName(name), option, text) as ProblemOptionValue;
}
