import type { Catalogue } from '../../run/catalogue.ts';
import type { RunConfig } from '../../run/run-config.ts';
import { defaultConfig } from '../default-config.ts';
import { spelled, spelledShort } from './names.ts';
import { type FormOption, type FormValue, helpOf, labelOf, shownValue, wordsOf } from './option-field.ts';
import { fieldsOf, type Place } from './run-form.ts';

/** A setting that differs from its default. */
export interface Difference {
  readonly place: Place;
  readonly name: string;
  readonly label: string;
  readonly kind: FormOption['kind'];
  readonly value: FormValue;
  readonly standing: FormValue;
}

/** A run's differences from the page's default for its problem and objective, in the order of the form. */
export function differencesOf(known: Catalogue, config: RunConfig): readonly Difference[] {
  const preset = fieldsOf(known, defaultConfig(config.problem, config.objective));
  const standingOf = (place: Place, option: FormOption): FormValue => {
    const field = preset.find((each) => each.place === place && each.option.name === option.name);
    // Options of a group that is off by default have the group's defaults.
    return field !== undefined
      ? field.value
      : 'default' in option && !option.optional
        ? (option.default as FormValue)
        : null;
  };
  return fieldsOf(known, config).flatMap(({ place, option, value }) => {
    const standing = standingOf(place, option);
    if (shownValue(value) === shownValue(standing)) return [];
    return [{ place, name: option.name, label: labelOf(option), kind: option.kind, value, standing }];
  });
}

/** A value in a sentence. */
export function valueText(value: FormValue, kind: FormOption['kind']): string {
  if (value === null) return 'none';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'string' && kind !== 'text' ? spelled(value).toLowerCase() : shownValue(value);
}

/** A run's name from its objective and learning settings: "TB, learning rate 0.01, exploration start 0.3". */
export function runName(known: Catalogue, config: RunConfig): string {
  const told = differencesOf(known, config)
    .filter(({ place, name }) => place !== 'problemOptions' && !['steps', 'device', 'seed'].includes(name))
    .map(({ name, kind, value }) => {
      const words = wordsOf(name).toLowerCase();
      return value === true ? words : value === false ? `no ${words}` : `${words} ${valueText(value, kind)}`;
    });
  return [spelledShort(config.objective), ...told.slice(0, 3)].join(', ');
}

/** Whether a setting's name, symbol, help or choices contain every word of a search. */
export function isFound(option: FormOption, search: string): boolean {
  const choices = option.kind === 'choice' ? option.choices.map(spelled) : [];
  const text = [option.name, option.symbol ?? '', labelOf(option), helpOf(option), ...choices].join(' ').toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
