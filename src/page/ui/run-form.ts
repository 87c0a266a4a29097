import {
  findNamed,
  isGroup,
  leavesOf,
  optionAt,
  problemOf,
  type Values,
  valueAt,
  withValueAt,
} from '../../options/index.ts';
import type { Catalogue } from '../../run/catalogue.ts';
import { hasEffect } from '../../run/effective-options.ts';
import { groupsOf, type NamedSetting, type SettingPart, settingsOf } from '../../run/named-settings.ts';
import { completeConfig, type OptionValues, type RunConfig } from '../../run/run-config.ts';
import { messageOf } from '../../text/message-of.ts';
import { pageProblem } from '../catalogue.ts';
import { defaultConfig } from '../default-config.ts';
import { pageConfig } from '../page-config.ts';
import { environmentOf } from './objects.ts';
import { type FormOption, type FormValue, formOption } from './option-field.ts';
import { type Painting, withFittingPainting } from './painting.ts';
import { withFittingExpression } from './typed-reward.ts';

/** The position of an option's value in a configuration. */
export type Place = SettingPart;

/** An option with its current value. */
export interface Field {
  readonly place: Place;
  readonly option: FormOption;
  readonly value: FormValue;
  /** Shown immediately; the others are under "More settings". */
  readonly isMain: boolean;
}

/** The most common options of objectives and runs; problems name their own. */
const mainOptions = new Set([
  ...[
    'learningRate',
    'policyUpdates',
    'clipRange',
    'lambda',
    'updates',
    'decay',
    'maxDivergence',
    'subTrajectoryDecay',
  ],
  ...['seed', 'batch'],
]);

/** Shared settings that matter within minutes, for every objective. */
const sharedSettings = ['learningRate.end', 'optimizer.weightDecay', 'optimizer.clipNorm', 'optimizer.averageDecay'];
/** Groups for objectives that learn from trajectories of other policies. */
const offPolicyGroups = ['exploration', 'replay'];

const isOffPolicySetting = (name: string) => offPolicyGroups.includes(name.split('.')[0]);

/** Settings of the run itself, with the page's maximum for each. */
const runSettings: Readonly<Record<string, number | undefined>> = {
  seed: undefined,
  batch: 1024,
  steps: 1_000_000,
  device: undefined,
};

/** The fields of a configuration in display order: only those of its problem and objective. */
export function fieldsOf(known: Catalogue, config: RunConfig): readonly Field[] {
  const problem = findNamed('problem', known.problems, config.problem);
  const objective = findNamed('objective', known.objectives, config.objective);
  const { mainOptions: ofProblem = [], pageMax = {} } = pageProblem(config.problem);
  const groups = groupsOf(problem, objective);
  const settings = settingsOf(problem, objective);
  const at = (path: string) => valueAt(config as unknown as Values, path);
  const isShown = (setting: NamedSetting) => {
    const { part, name, path, within } = setting;
    // Options of a group are shown while it is on, and others while they have an effect.
    if (within !== undefined && at(within) === undefined) return false;
    if (setting.option.onlyIf !== undefined && !hasEffect(known, config, path)) return false;
    if (part === 'trainingOptions') {
      return sharedSettings.includes(name) || (objective.offPolicy && isOffPolicySetting(name));
    }
    return part !== 'run' || Object.hasOwn(runSettings, name);
  };
  const fieldOf = (setting: NamedSetting): Field[] => {
    const { part, name, path } = setting;
    const option = formOption(name, setting.option);
    // A text that always counts is a program's, which has an editor.
    if (option === undefined || (option.kind === 'text' && option.onlyIf === undefined)) return [];
    const max = part === 'problemOptions' ? pageMax[name] : part === 'run' ? runSettings[name] : undefined;
    const value = at(path);
    const isMain = part === 'problemOptions' ? ofProblem.includes(name) : mainOptions.has(name);
    return [{ place: part, option: bounded(option, max), value: isGroup(value) ? null : (value ?? null), isMain }];
  };
  const fieldsIn = (part: Place): Field[] => [
    ...groups
      .filter(
        (group) =>
          group.part === part &&
          (part !== 'trainingOptions' || (objective.offPolicy && isOffPolicySetting(group.name))),
      )
      .flatMap(({ name, path, help }): Field[] => [
        {
          place: part,
          option: { kind: 'flag', name, default: false, help },
          value: at(path) !== undefined,
          isMain: false,
        },
        ...settings
          .filter(({ within }) => within === path)
          .filter(isShown)
          .flatMap(fieldOf),
      ]),
    ...settings
      .filter((setting) => setting.part === part && setting.within === undefined && isShown(setting))
      .flatMap(fieldOf),
  ];
  return [
    ...fieldsIn('problemOptions'),
    ...fieldsIn('objectiveOptions'),
    ...fieldsIn('trainingOptions'),
    ...Object.keys(runSettings).flatMap((name) => fieldsIn('run').filter(({ option }) => option.name === name)),
  ];
}

function bounded(option: FormOption, max: number | undefined): FormOption {
  if (max === undefined || (option.kind !== 'integer' && option.kind !== 'number')) return option;
  return { ...option, max: Math.min(option.max ?? max, max) };
}

/** A configuration with one option changed. A group is turned on or off by `true` and `false`. */
export function withValue(
  known: Catalogue,
  config: RunConfig,
  place: Place,
  name: string,
  value: FormValue,
): RunConfig {
  const problem = findNamed('problem', known.problems, config.problem);
  const objective = findNamed('objective', known.objectives, config.objective);
  const isToggled = groupsOf(problem, objective).some((group) => group.part === place && group.name === name);
  const path = place === 'run' ? name : `${place}.${name}`;
  const next = isToggled ? (value === true ? {} : null) : value;
  return completeConfig(known, withValueAt(config as unknown as Values, path, next));
}

/**
 * A configuration with another objective. Options that both have keep their values if they were changed from the
 * default; settings that the new objective cannot take fall back to theirs.
 */
export function withObjective(known: Catalogue, config: RunConfig, name: string): RunConfig {
  const before = findNamed('objective', known.objectives, config.objective);
  const after = findNamed('objective', known.objectives, name);
  const presets = defaultConfig(config.problem, name);
  let objectiveOptions: Values = presets.objectiveOptions;
  for (const { path, option } of leavesOf(after.options)) {
    const value = valueAt(config.objectiveOptions, path);
    const earlier = optionAt(before.options, path);
    const isChanged = earlier !== undefined && 'default' in earlier && value !== undefined && value !== earlier.default;
    if (isChanged && problemOf(option, value) === undefined)
      objectiveOptions = withValueAt(objectiveOptions, path, value);
  }
  const { exploration, replay } = after.offPolicy ? config.trainingOptions : presets.trainingOptions;
  const trainingOptions = { ...config.trainingOptions, exploration, replay };
  return { ...config, objective: name, objectiveOptions: objectiveOptions as OptionValues, trainingOptions };
}

/** A configuration for another problem, with that problem's own sizes. */
export function withProblem(config: RunConfig, name: string): RunConfig {
  const { problem, problemOptions, steps, evaluateEvery } = defaultConfig(name, config.objective);
  return { ...config, problem, problemOptions, steps, evaluateEvery };
}

/** A second run for comparison: equal to the first except for the objective, which has its own defaults. */
export function counterpart(known: Catalogue, config: RunConfig, objective: string): RunConfig {
  const plain = { ...config, objectiveOptions: defaultConfig(config.problem, config.objective).objectiveOptions };
  return withObjective(known, plain, objective);
}

/**
 * Runs side by side after a change of one of them. An objective's options are its own; everything else is the same in
 * both, so that they can be compared, except what the other objective does not accept.
 * @param run the changed one; `painting` is the initial painting of a painted reward
 */
export function withValueIn(
  known: Catalogue,
  configs: readonly RunConfig[],
  run: number,
  { place, name, value, painting }: { place: Place; name: string; value: FormValue; painting: Painting },
): readonly RunConfig[] {
  return configs.map((config, i) => {
    const isOwn = place === 'objectiveOptions';
    const { offPolicy } = findNamed('objective', known.objectives, config.objective);
    const isRefused = isOffPolicySetting(name) && !offPolicy;
    if ((isOwn && i !== run) || (place === 'trainingOptions' && isRefused)) return config;
    const changed = withValue(known, config, place, name, value);
    return place === 'problemOptions' ? withFittingExpression(withFittingPainting(changed, painting), name) : changed;
  });
}

/** Why a configuration is invalid, as a sentence; undefined if it is valid. */
export function conflictOf(config: RunConfig): string | undefined {
  try {
    pageConfig(config);
    environmentOf(config);
  } catch (error) {
    return messageOf(error);
  }
  return undefined;
}
