import type { LeafOption, Schema } from '../options/index.ts';

/** An option with its name, as lists of flags and fields have it. */
export type ObjectiveOption =
  | {
      readonly name: string;
      readonly kind: 'integer';
      readonly default: number;
      readonly min: number;
      readonly max: number;
      readonly help: string;
    }
  | {
      readonly name: string;
      readonly kind: 'number';
      readonly default: number;
      readonly min: number;
      /** Whether `min` itself is out of bounds, as 0 is for a learning rate. */
      readonly aboveMin?: boolean;
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
  | { readonly name: string; readonly kind: 'flag'; readonly default: boolean; readonly help: string };

/** A value of an option. */
export type ObjectiveOptionValue = number | string | boolean;
/** Options of an objective by name; those left out have their defaults. */
export type ObjectiveOptions = Readonly<Record<string, ObjectiveOptionValue>>;

/** The options of a schema without groups, as a list. */
export function optionList(schema: Schema): ObjectiveOption[] {
  return Object.entries(schema).flatMap(([name, option]) => (option.kind === 'group' ? [] : listed(name, option)));
}

function listed(name: string, option: LeafOption): ObjectiveOption[] {
  const help = option.symbol === undefined ? option.help : `${option.help} (${option.symbol})`;
  switch (option.kind) {
    case 'number': {
      const { min, aboveMin, max, belowMax } = option;
      const bounds = {
        min: min ?? aboveMin ?? Number.NEGATIVE_INFINITY,
        max: max ?? belowMax ?? Number.POSITIVE_INFINITY,
      };
      const isAbove = aboveMin !== undefined ? { aboveMin: true } : {};
      return [{ name, kind: 'number', default: option.default, ...bounds, ...isAbove, help }];
    }
    case 'integer':
      return [{ name, kind: 'integer', default: option.default, min: option.min, max: option.max, help }];
    case 'choice':
      return [{ name, kind: 'choice', default: option.default, choices: option.choices, help }];
    case 'flag':
      return [{ name, kind: 'flag', default: option.default, help }];
    default:
      return [];
  }
}
