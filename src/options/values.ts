import type { LeafOption, Option, Schema } from './kinds.ts';

/** A value of an option that is not a group. */
export type Value = number | string | boolean | readonly number[];

/** Values of options by name, with groups as nested records; absent means off or the default. */
export interface Values {
  readonly [name: string]: Value | Values | null | undefined;
}

/** An option with its path, such as `replay.capacity` for `capacity` in the group `replay`. */
export interface Leaf {
  readonly path: string;
  readonly option: LeafOption;
  /** The path of the innermost optional group around it; giving the option turns that on. */
  readonly within?: string;
}

/** Whether a value is a record of others. */
export function isGroup(value: Values[string]): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The options of a schema, including those within groups. */
export function leavesOf(schema: Schema, prefix = '', within?: string): Leaf[] {
  return Object.entries(schema).flatMap(([name, option]) => {
    const path = prefix + name;
    if (option.kind !== 'group') return [{ path, option, ...(within === undefined ? {} : { within }) }];
    return leavesOf(option.options, `${path}.`, option.optional ? path : within);
  });
}

/** The option or group at a path; undefined if there is none. */
export function optionAt(schema: Schema, path: string): Option | undefined {
  let found: Option | undefined;
  let options: Schema = schema;
  for (const name of path.split('.')) {
    found = Object.hasOwn(options, name) ? options[name] : undefined;
    options = found?.kind === 'group' ? found.options : {};
  }
  return found;
}

/** The value at a path; undefined if it or a group around it is absent. */
export function valueAt(values: Values, path: string): Values[string] {
  let found: Values[string] = values;
  for (const name of path.split('.')) {
    if (!isGroup(found) || !Object.hasOwn(found, name)) return undefined;
    found = found[name];
  }
  return found;
}

/** The values with one replaced at a path, making groups that are absent. */
export function withValueAt(values: Values, path: string, value: Values[string]): Values {
  const [name, ...rest] = path.split('.');
  if (rest.length === 0) return { ...values, [name]: value };
  const inner = valueAt(values, name);
  return { ...values, [name]: withValueAt(isGroup(inner) ? inner : {}, rest.join('.'), value) };
}

/** Values by path, such as `replay.capacity`. A group without values is an empty record at its path. */
export function flatten(values: Values, prefix = ''): Record<string, Value | Values | null> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]): [string, Value | Values | null][] => {
      if (value === undefined) return [];
      const isFull = isGroup(value) && Object.keys(value).length > 0;
      return isFull ? Object.entries(flatten(value, `${prefix}${name}.`)) : [[prefix + name, value]];
    }),
  );
}

/** The inverse of `flatten`. */
export function unflatten(flat: Readonly<Record<string, Values[string]>>): Values {
  let values: Values = {};
  for (const [path, value] of Object.entries(flat)) values = withValueAt(values, path, value);
  return values;
}

/**
 * Merges layers of given values: later layers override earlier ones, within groups too. `null` turns an optional option
 * off, whatever earlier layers say.
 */
export function merge(...layers: readonly Values[]): Values {
  const merged: Record<string, Values[string]> = {};
  for (const layer of layers) {
    for (const [name, value] of Object.entries(layer)) {
      const before = merged[name];
      if (value === undefined) continue;
      merged[name] = isGroup(value) && isGroup(before) ? merge(before, value) : value;
    }
  }
  return merged;
}
