import { catalogue } from '../../run/catalogue.ts';
import { groupsOf, settingsOf } from '../../run/named-settings.ts';
import { makeRunConfig } from '../make-run-config.ts';
import { settingRows } from '../run-report.ts';
import type { MethodSettings } from './settings.ts';

/**
 * Rows for what `train` does by default with a method's problem and objective, but the method's runs did not: `--no-keep-best`
 * and the like, without which a command line of its settings would be another run's.
 */
export function turnedOff(name: string, settings: MethodSettings): MethodSettings {
  const given = new Map(settings);
  const problem = catalogue.problems.find((each) => each.name === name);
  const objective = catalogue.objectives.find((each) => each.name === given.get('--objective'));
  if (problem === undefined || objective === undefined) return [];
  const byDefault = settingRows(makeRunConfig({ problem: name, objective: objective.name, given: new Map() }));
  const missing = byDefault.map(([flag]) => flag).filter((flag) => !given.has(flag));
  const groups = groupsOf(problem, objective);
  const off = settingsOf(problem, objective).flatMap(({ key, option, within }): string[] => {
    if (!missing.includes(`--${key}`)) return [];
    const group = groups.find(({ path }) => path === within);
    const isOn = group === undefined || settings.some(([flag]) => flag.startsWith(`--${group.key}-`));
    if (!isOn) return [`--${group.key}`];
    // Others that are missing came after these runs.
    return option.optional ? [`--${key}`] : [];
  });
  return [...new Set(off)].map((flag) => [flag, 'false'] as const);
}
