import type { OnlyIf, Schema } from './kinds.ts';
import { isGroup, optionAt, type Values, valueAt } from './values.ts';

/**
 * The conditions of an option that the other values of its record do not meet, out of its `onlyIf`: an empty record if the
 * option has an effect. What is left out has its default, or is absent.
 *
 * @param path of an option of the schema, such as `optimizer.momentum`
 */
export function unmetConditions(schema: Schema, values: Values, path: string): OnlyIf {
  const names = path.split('.');
  const name = names.pop() ?? '';
  const group = names.join('.');
  const around = group === '' ? undefined : optionAt(schema, group);
  const options = around?.kind === 'group' ? around.options : schema;
  const inner = group === '' ? values : valueAt(values, group);
  return unmetAmong(options, isGroup(inner) ? inner : {}, name);
}

function unmetAmong(options: Schema, values: Values, name: string): OnlyIf {
  const option = options[name];
  if (option === undefined || option.kind === 'group') return {};
  const isUnmet = ([other, wanted]: readonly [string, readonly unknown[]]) => {
    const chooser = options[other];
    const preset = chooser === undefined || chooser.optional || chooser.kind === 'group' ? null : chooser.default;
    const value = values[other] ?? preset;
    return !wanted.some((each) => each === value);
  };
  const unmet = [option.onlyIf ?? {}].flat().map((all) => Object.fromEntries(Object.entries(all).filter(isUnmet)));
  const met = unmet.find((each) => Object.keys(each).length === 0);
  return met ?? (unmet.length === 1 ? unmet[0] : unmet);
}

/** Values without those of options that have no effect, in groups too. Values that the schema lacks stay. */
export function effectiveValues(schema: Schema, values: Values): Values {
  const kept = Object.entries(values).flatMap(([name, value]): [string, Values[string]][] => {
    const option = Object.hasOwn(schema, name) ? schema[name] : undefined;
    if (option?.kind === 'group' && isGroup(value)) return [[name, effectiveValues(option.options, value)]];
    return Object.keys(unmetAmong(schema, values, name)).length === 0 ? [[name, value]] : [];
  });
  return Object.fromEntries(kept);
}
