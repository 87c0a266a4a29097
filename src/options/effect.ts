import type { Schema } from './kinds.ts';
import { isGroup, type Values } from './values.ts';

/**
 * Whether an option has an effect beside the other values of its record: whether all choices are among those that its
 * `onlyIf` names. A choice that is left out has its default.
 */
export function hasEffect(schema: Schema, name: string, values: Values): boolean {
  const option = schema[name];
  if (option.kind === 'group') return true;
  return Object.entries(option.onlyIf ?? {}).every(([other, choices]) => {
    const chooser = schema[other];
    const preset = chooser.kind === 'choice' ? chooser.default : undefined;
    return choices.some((choice) => choice === (values[other] ?? preset));
  });
}

/** Values without those that have no effect, in groups too. Values that the schema lacks stay. */
export function effectiveValues(schema: Schema, values: Values): Values {
  const kept = Object.entries(values).flatMap(([name, value]): [string, Values[string]][] => {
    if (!Object.hasOwn(schema, name)) return [[name, value]];
    const option = schema[name];
    if (option.kind === 'group') return [[name, isGroup(value) ? effectiveValues(option.options, value) : value]];
    return hasEffect(schema, name, values) ? [[name, value]] : [];
  });
  return Object.fromEntries(kept);
}
