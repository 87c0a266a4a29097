import { resolve } from 'node:path';
import type { DevicePreference } from '../device/index.ts';
import type { ObjectiveOption, ObjectiveOptionValue } from '../objective/index.ts';
import { checkTaskOptions, parseTaskOption, type TaskOptions } from '../tasks/task-options.ts';
import type { TaskDefinition } from '../tasks/tasks.ts';
import type { Engine, ObjectiveEntry, RunSettings } from './engine.ts';
import { devicePreferences } from './engine.ts';
import { UsageError } from './errors.ts';
import {
  asUsage,
  boundsOf,
  flagOf,
  isObjectiveOptionValue,
  parseChoice,
  parseObjectiveOption,
  parseWholeNumber,
  suggestion,
} from './option-values.ts';

/** Everything that decides how a run goes, and nothing else: the same configuration makes the same run again. */
export interface RunConfig extends RunSettings {
  readonly environment: string;
  /** Folder of the environment's data, for those that need one. */
  readonly data?: string;
  readonly objective: string;
  readonly device: DevicePreference;
  readonly seed: number;
}

/** What a command line says of a run, as texts; `options` are those of environments and objectives by flag. */
export interface RunRequest {
  readonly environment: string;
  readonly objective?: string;
  readonly preset?: string;
  readonly device?: string;
  readonly steps?: string;
  readonly batch?: string;
  readonly seed?: string;
  readonly evaluateEvery?: string;
  readonly options: ReadonlyMap<string, string | boolean>;
}

/** Counts that fit an int32, as kernels have them. */
const maxCount = 2 ** 31 - 1;

/** Seeds are one word of the random generator's key. */
const maxSeed = 2 ** 32 - 1;

/**
 * The configuration that a command line asks for: what it says itself, then what the preset says, then defaults.
 * Throws a UsageError on anything that is not known, out of bounds, or that the environment or objective does not take.
 */
export function makeRunConfig(engine: Engine, request: RunRequest): RunConfig {
  const task = findEnvironment(engine, request.environment);
  const objective = findObjective(engine, request.objective ?? 'ent-ppo');
  const defaults = asUsage(() => engine.defaults(task.name, objective.name));
  const preset = presetSettings(engine, request.preset, task.name, objective.name);
  const given = splitOptions(request.options, task, objective, engine.trainingSettings);
  const count = (flag: string, text: string | undefined, otherwise: number) =>
    text === undefined ? otherwise : parseWholeNumber(flag, text, 1, maxCount);

  const environmentOptions = { ...defaults.environmentOptions, ...preset.environmentOptions, ...given.environment };
  return {
    environment: task.name,
    ...completeTaskOptions(task, environmentOptions),
    objective: objective.name,
    objectiveOptions: {
      ...Object.fromEntries(objective.options.map((option) => [option.name, option.default])),
      ...defaults.objectiveOptions,
      ...preset.objectiveOptions,
      ...given.objective,
    },
    trainingOptions: {
      ...Object.fromEntries(engine.trainingSettings.map((setting) => [setting.name, setting.default])),
      ...defaults.trainingOptions,
      ...preset.trainingOptions,
      ...given.training,
    },
    device: request.device === undefined ? 'auto' : parseChoice('--device', request.device, devicePreferences),
    seed: request.seed === undefined ? 0 : parseWholeNumber('--seed', request.seed, 0, maxSeed),
    steps: count('--steps', request.steps, preset.steps ?? defaults.steps),
    batch: count('--batch', request.batch, preset.batch ?? defaults.batch),
    evaluateEvery: count('--evaluate-every', request.evaluateEvery, preset.evaluateEvery ?? defaults.evaluateEvery),
  };
}

/**
 * Reads a configuration back from JSON, as `config.json` or a checkpoint holds it. Throws an Error that names the
 * part that is missing, unknown or out of bounds.
 */
export function parseRunConfig(engine: Engine, json: unknown): RunConfig {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new Error('it is not a JSON object');
  const { environment, environmentOptions, data, objective, objectiveOptions, device, seed, steps, batch, ...rest } =
    json as Record<string, unknown>;
  const { trainingOptions, evaluateEvery, version: _, ...unknown } = rest;
  for (const key of Object.keys(unknown)) throw new Error(`it has an unknown entry ${JSON.stringify(key)}`);
  const task = findEnvironment(engine, readText('environment', environment));
  const method = findObjective(engine, readText('objective', objective));
  const preference = devicePreferences.find((choice) => choice === device);
  if (preference === undefined) throw new Error(`its device is none of ${devicePreferences.join(', ')}`);
  if (data !== undefined) readText('data', data);

  const methodOptions = readRecord('objectiveOptions', objectiveOptions);
  for (const [name, value] of Object.entries(methodOptions)) {
    const option = method.options.find((candidate) => candidate.name === name);
    if (option === undefined) throw new Error(`${method.name} has no option ${JSON.stringify(name)}`);
    if (!isObjectiveOptionValue(option, value)) throw new Error(`its ${name} has to be ${boundsOf(option)}`);
  }
  const training = readRecord('trainingOptions', trainingOptions);
  for (const [name, value] of Object.entries(training)) {
    const setting = engine.trainingSettings.find((candidate) => candidate.name === name);
    if (setting === undefined) throw new Error(`a run has no setting ${JSON.stringify(name)}`);
    if (!isObjectiveOptionValue(setting, value)) throw new Error(`its ${name} has to be ${boundsOf(setting)}`);
  }
  return {
    environment: task.name,
    environmentOptions: checkTaskOptions(
      task.name,
      task.options,
      readRecord('environmentOptions', environmentOptions) as Record<string, number | string>,
    ),
    ...(data === undefined ? {} : { data: data as string }),
    objective: method.name,
    objectiveOptions: methodOptions as Record<string, ObjectiveOptionValue>,
    trainingOptions: training as Record<string, ObjectiveOptionValue>,
    device: preference,
    seed: readCount('seed', seed, 0, maxSeed),
    steps: readCount('steps', steps, 1, maxCount),
    batch: readCount('batch', batch, 1, maxCount),
    evaluateEvery: readCount('evaluateEvery', evaluateEvery, 1, maxCount),
  };
}

/** Throws a UsageError with the nearest known environment. */
export function findEnvironment(engine: Engine, name: string): TaskDefinition {
  const found = engine.tasks.find((task) => task.name === name);
  if (found !== undefined) return found;
  const names = engine.tasks.map((task) => task.name);
  throw new UsageError(
    `There is no environment "${name}".${suggestion(name, names)} Environments are: ${names.join(', ')}.`,
  );
}

function findObjective(engine: Engine, name: string): ObjectiveEntry {
  const found = engine.objectives.find((objective) => objective.name === name);
  if (found !== undefined) return found;
  const names = engine.objectives.map((objective) => objective.name);
  throw new UsageError(
    `There is no objective "${name}".${suggestion(name, names)} Objectives are: ${names.join(', ')}.`,
  );
}

function presetSettings(engine: Engine, name: string | undefined, environment: string, objective: string) {
  if (name === undefined) return {};
  const names = engine.presets.map((preset) => preset.name);
  const preset = engine.presets.find((candidate) => candidate.name === name);
  if (preset === undefined) {
    throw new UsageError(`There is no preset "${name}".${suggestion(name, names)} Presets are: ${names.join(', ')}.`);
  }
  const settings = preset.settings(environment, objective);
  if (settings === undefined) {
    throw new UsageError(
      `The preset ${name} has no settings for ${objective} on ${environment}. Leave --preset out and give the ` +
        'settings yourself, or choose another objective or environment.',
    );
  }
  return settings;
}

/** The environment and its options that a command line without an objective asks for. Throws a UsageError. */
export function makeTaskConfig(
  task: TaskDefinition,
  options: ReadonlyMap<string, string | boolean>,
): Pick<RunConfig, 'environment' | 'environmentOptions' | 'data'> {
  const given = splitOptions(options, task, undefined, []).environment;
  return { environment: task.name, ...completeTaskOptions(task, given) };
}

/** Fills in defaults and sets the data folder apart, as a full path: it says where, not what. */
function completeTaskOptions(task: TaskDefinition, given: TaskOptions) {
  const complete = asUsage(() => checkTaskOptions(task.name, task.options, given));
  const folder = task.options.find((option) => option.kind === 'data-folder');
  if (folder === undefined || complete[folder.name] === undefined) return { environmentOptions: complete };
  const { [folder.name]: data, ...environmentOptions } = complete;
  return { environmentOptions, data: resolve(String(data)) };
}

/** Sorts options by whether the environment or the objective takes them, and reads their values. */
export function splitOptions(
  options: ReadonlyMap<string, string | boolean>,
  task: TaskDefinition,
  objective: ObjectiveEntry | undefined,
  training: readonly ObjectiveOption[],
): {
  environment: Record<string, number | string>;
  objective: Record<string, ObjectiveOptionValue>;
  training: Record<string, ObjectiveOptionValue>;
} {
  const split: ReturnType<typeof splitOptions> = { environment: {}, objective: {}, training: {} };
  for (const [flag, text] of options) {
    const ofTask = task.options.find(({ name }) => flagOf(name) === flag);
    const ofObjective = objective?.options.find(({ name }) => flagOf(name) === flag);
    const ofTraining = training.find(({ name }) => flagOf(name) === flag);
    if (ofTask !== undefined) {
      split.environment[ofTask.name] = asUsage(() => parseTaskOption(ofTask, String(text)), '--');
    } else if (ofObjective !== undefined) {
      split.objective[ofObjective.name] = parseObjectiveOption(ofObjective, text);
    } else if (ofTraining !== undefined) {
      split.training[ofTraining.name] = parseObjectiveOption(ofTraining, text);
    } else {
      const takers = [task, ...(objective === undefined ? [] : [objective])];
      const known = takers.map(
        ({ name, options: own }) => `${name} takes ${listFlags(own.map((option) => option.name))}`,
      );
      throw new UsageError(
        `${takers.map(({ name }) => name).join(' with ')} has no option ${flag}: ${known.join(', ')}.`,
      );
    }
  }
  return split;
}

function listFlags(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.map(flagOf).join(' ');
}

function readText(key: string, value: unknown): string {
  if (typeof value !== 'string') throw new Error(`its ${key} is no text`);
  return value;
}

function readRecord(key: string, value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`its ${key} is no object`);
  return value as Record<string, unknown>;
}

function readCount(key: string, value: unknown, minimum: number, maximum: number): number {
  if (Number.isSafeInteger(value) && (value as number) >= minimum && (value as number) <= maximum) {
    return value as number;
  }
  throw new Error(`its ${key} is no whole number from ${minimum} to ${maximum}`);
}
