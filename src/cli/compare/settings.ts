import { flagName, readText, unmetConditions, type Values, withValueAt } from '../../options/index.ts';
import { catalogue } from '../../run/catalogue.ts';
import { settingsOf } from '../../run/named-settings.ts';
import { concerns } from '../../run/network-settings.ts';
import { schemaOf } from '../../run/run-config.ts';
import { measuringOptions } from '../trials.ts';

/** A method's settings that have an effect: flags with their values. */
export type MethodSettings = readonly (readonly [flag: string, value: string])[];

/**
 * Rows of settings without those that have no effect beside the others, as files from before this was known have them:
 * those of `problem`, and of the objective that they name.
 */
export function effectiveRows(problem: string, rows: MethodSettings): MethodSettings {
  const values = new Map(rows);
  const listed = catalogue.problems.find(({ name }) => name === problem) ?? { options: {} };
  const objective = catalogue.objectives.find(({ name }) => name === values.get('--objective'));
  const all = [...settingsOf(listed, objective), ...settingsOf(listed, undefined)];
  const settings = new Map(all.map(({ name, path, option }) => [flagName(name), { path, option }]));
  const schema = schemaOf(listed, objective);
  const given = rows.reduce<Values>((all, [flag, value]) => {
    const setting = settings.get(flag);
    if (setting === undefined) return all;
    const read = readText(setting.option, value);
    return withValueAt(all, setting.path, read.ok ? read.value : value);
  }, {});
  return rows.filter(([flag]) => {
    const path = settings.get(flag)?.path;
    if (path === undefined) return true;
    return concerns(objective, path) && Object.keys(unmetConditions(schema, given, path)).length === 0;
  });
}

/** Settings of what runs report and keep: they change no number of the training. */
const reporting: ReadonlySet<string> = new Set([...measuringOptions, 'evaluateEvery'].map((name) => flagName(name)));

/**
 * The first setting of training in which two methods differ, with both values; undefined if there is none. A setting
 * that a run's version did not have yet counts as turned off.
 */
export function trainingDifference(
  first: MethodSettings,
  second: MethodSettings,
): { readonly flag: string; readonly values: readonly [string, string] } | undefined {
  const [mine, theirs] = [new Map(first), new Map(second)];
  for (const flag of new Set([...mine.keys(), ...theirs.keys()])) {
    const [value, other] = [mine.get(flag) ?? 'false', theirs.get(flag) ?? 'false'];
    if (!reporting.has(flag) && value !== other) return { flag, values: [value, other] };
  }
  return undefined;
}

/** The settings of training that two methods share, and where they differ, with both values. */
export function sharedDifferences(
  first: MethodSettings,
  second: MethodSettings,
): readonly (readonly [flag: string, value: string, other: string])[] {
  const others = new Map(second);
  return first.flatMap(([flag, value]) => {
    const other = others.get(flag);
    const isSame = other === undefined || other === value || reporting.has(flag) || flag === '--objective';
    return isSame ? [] : [[flag, value, other] as const];
  });
}
