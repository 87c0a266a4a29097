import type { DevicePreference } from '../device/index.ts';
import type { ListedProblem } from '../problems/listed.ts';
import { completeOptions } from '../problems/listed-options.ts';
import { quoted } from '../text/quoted.ts';
import type { TrainingSettings } from '../train/index.ts';
import type { Catalogue, ListedObjective } from './catalogue.ts';
import { boundsOf, isObjectiveOptionValue, suggestion } from './option-bounds.ts';
import type { ObjectiveOptionValue } from './option-list.ts';
import { devicePreferences, type RunSettings } from './run-settings.ts';
import { readTraining } from './settings-of.ts';

/**
 * Everything that decides how a run goes: the same configuration makes the same run again. Where its data is and how often
 * it is saved decide nothing, and are left out of checkpoints.
 */
export interface RunConfig extends RunSettings {
  readonly environment: string;
  /** Folder of the environment's data, for those that need one. */
  readonly data?: string;
  /** Iterations between checkpoints; absent: by time. */
  readonly checkpointEvery?: number;
  readonly objective: string;
  readonly device: DevicePreference;
  readonly seed: number;
  /**
   * True where a program made the run of a problem of its own, and perhaps of an objective that is in no catalogue: whoever
   * loads the run gives them again.
   */
  readonly own?: true | undefined;
  /** How such a run is trained. */
  readonly training?: TrainingSettings | undefined;
}

/** Counts that fit an int32, as kernels have them. */
export const maxCount = 2 ** 31 - 1;

/** Seeds are one word of the random generator's key. */
export const maxSeed = 2 ** 32 - 1;

/**
 * Reads a configuration back from JSON, as `config.json` or a checkpoint holds it. Throws an Error that names the
 * part that is missing, unknown or out of bounds.
 */
export function parseRunConfig(known: Catalogue, json: unknown): RunConfig {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new Error('it is not a JSON object');
  const { environment, environmentOptions, data, objective, objectiveOptions, device, seed, steps, batch, ...rest } =
    json as Record<string, unknown>;
  const { trainingOptions, evaluateEvery, checkpointEvery, own, training: settled, version: _, ...unknown } = rest;
  for (const key of Object.keys(unknown)) throw new Error(`it has an unknown entry ${quoted(key)}`);
  if (own !== undefined && own !== true) throw new Error('its own is not true');
  const problem = own ? undefined : findProblem(known, readText('environment', environment));
  const isListed = known.objectives.some(({ name }) => name === objective);
  const method = own && !isListed ? undefined : findObjective(known, readText('objective', objective));
  const preference = devicePreferences.find((choice) => choice === device);
  if (preference === undefined) throw new Error(`its device is none of ${devicePreferences.join(', ')}`);
  if (data !== undefined) readText('data', data);

  const methodOptions = readRecord('objectiveOptions', objectiveOptions);
  for (const [name, value] of method === undefined ? [] : Object.entries(methodOptions)) {
    const option = method?.options.find((candidate) => candidate.name === name);
    if (option === undefined) throw new Error(`${method?.name} has no option ${quoted(name)}`);
    if (!isObjectiveOptionValue(option, value)) throw new Error(`its ${name} has to be ${boundsOf(option)}`);
  }
  const training = readRecord('trainingOptions', trainingOptions);
  for (const [name, value] of Object.entries(training)) {
    const setting = known.trainingSettings.find((candidate) => candidate.name === name);
    if (setting === undefined) throw new Error(`a run has no setting ${quoted(name)}`);
    if (!isObjectiveOptionValue(setting, value)) throw new Error(`its ${name} has to be ${boundsOf(setting)}`);
  }
  return {
    environment: readText('environment', environment),
    environmentOptions:
      problem === undefined
        ? readOwnOptions('environmentOptions', environmentOptions)
        : completeOptions(
            problem,
            readRecord('environmentOptions', environmentOptions) as Record<string, number | string>,
          ),
    ...(data === undefined ? {} : { data: data as string }),
    ...(checkpointEvery === undefined
      ? {}
      : { checkpointEvery: readCount('checkpointEvery', checkpointEvery, 1, maxCount) }),
    objective: readText('objective', objective),
    objectiveOptions:
      method === undefined
        ? readOwnOptions('objectiveOptions', objectiveOptions)
        : inOrder(method.options, methodOptions as Record<string, ObjectiveOptionValue>),
    trainingOptions: inOrder(known.trainingSettings, training as Record<string, ObjectiveOptionValue>),
    device: preference,
    seed: readCount('seed', seed, 0, maxSeed),
    steps: readCount('steps', steps, 1, maxCount),
    batch: readCount('batch', batch, 1, maxCount),
    evaluateEvery: readCount('evaluateEvery', evaluateEvery, 0, maxCount),
    ...(own ? { own, training: readTraining(settled) } : {}),
  };
}

/** Throws an Error with the nearest known environment. */
export function findProblem({ problems }: Pick<Catalogue, 'problems'>, name: string): ListedProblem {
  const found = problems.find((problem) => problem.name === name);
  if (found !== undefined) return found;
  const names = problems.map((problem) => problem.name);
  throw new Error(
    `There is no environment ${quoted(name)}.${suggestion(name, names)} Environments are: ${names.join(', ')}.`,
  );
}

/** Throws an Error with the nearest known objective. */
export function findObjective({ objectives }: Pick<Catalogue, 'objectives'>, name: string): ListedObjective {
  const found = objectives.find((objective) => objective.name === name);
  if (found !== undefined) return found;
  const names = objectives.map((objective) => objective.name);
  throw new Error(
    `There is no objective ${quoted(name)}.${suggestion(name, names)} Objectives are: ${names.join(', ')}.`,
  );
}

/** Values in the order of their definitions, however a file has them. */
function inOrder<Value>(
  definitions: readonly { readonly name: string }[],
  values: Readonly<Record<string, Value>>,
): Record<string, Value> {
  const given = definitions.filter(({ name }) => Object.hasOwn(values, name));
  return Object.fromEntries(given.map(({ name }) => [name, values[name]]));
}

/** Options of what is in no catalogue: any names, and values as JSON has them. */
function readOwnOptions(key: string, value: unknown): Record<string, number | string> {
  const options = readRecord(key, value);
  for (const [name, entry] of Object.entries(options)) {
    if (!['number', 'string', 'boolean'].includes(typeof entry))
      throw new Error(`its ${name} is no number, text or flag`);
  }
  return options as Record<string, number | string>;
}

function readText(key: string, value: unknown): string {
  if (typeof value !== 'string') throw new Error(`its ${key} is no text`);
  return value;
}

function readRecord(key: string, value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`its ${key} is no object`);
  return value as Record<string, unknown>;
}

function readCount(key: string, value: unknown, min: number, max: number): number {
  if (Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max) {
    return value as number;
  }
  throw new Error(`its ${key} is no whole number from ${min} to ${max}`);
}
