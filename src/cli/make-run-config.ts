import { resolve } from 'node:path';
import type { ListedProblem } from '../problems/listed.ts';
import { completeOptions, type ProblemOptions, parseProblemOption } from '../problems/listed-options.ts';
import type { ListedObjective } from '../run/catalogue.ts';
import { suggestion } from '../run/option-bounds.ts';
import type { ObjectiveOption, ObjectiveOptionValue } from '../run/option-list.ts';
import { findObjective, findProblem, maxCount, maxSeed, type RunConfig } from '../run/run-config.ts';
import { devicePreferences } from '../run/run-settings.ts';
import type { Engine } from './engine.ts';
import { UsageError } from './errors.ts';
import { asUsage, flagOf, parseChoice, parseObjectiveOption, parseWholeNumber } from './option-values.ts';

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
  readonly checkpointEvery?: string;
  readonly options: ReadonlyMap<string, string | boolean>;
}

/**
 * The configuration that a command line asks for: what it says itself, then what the preset says, then defaults.
 * Throws a UsageError on anything that is not known, out of bounds, or that the environment or objective does not take.
 */
export function makeRunConfig(engine: Engine, request: RunRequest): RunConfig {
  const problem = findEnvironment(engine, request.environment);
  const objective = asUsage(() => findObjective(engine, request.objective ?? 'ent-ppo'));
  const defaults = asUsage(() => engine.defaults(problem.name, objective.name));
  const preset = presetSettings(engine, request.preset, problem.name, objective.name);
  const given = splitOptions(request.options, problem, objective, engine.trainingSettings);
  const count = (flag: string, text: string | undefined, otherwise: number) =>
    text === undefined ? otherwise : parseWholeNumber(flag, text, 1, maxCount);

  const environmentOptions = { ...defaults.environmentOptions, ...preset.environmentOptions, ...given.environment };
  return {
    environment: problem.name,
    ...completeTaskOptions(problem, environmentOptions),
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
    ...(request.checkpointEvery === undefined
      ? {}
      : { checkpointEvery: parseWholeNumber('--checkpoint-every', request.checkpointEvery, 1, maxCount) }),
  };
}

/** Throws a UsageError with the nearest known environment. */
export function findEnvironment(engine: Pick<Engine, 'problems'>, name: string): ListedProblem {
  return asUsage(() => findProblem(engine, name));
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
  problem: ListedProblem,
  options: ReadonlyMap<string, string | boolean>,
): Pick<RunConfig, 'environment' | 'environmentOptions' | 'data'> {
  const given = splitOptions(options, problem, undefined, []).environment;
  return { environment: problem.name, ...completeTaskOptions(problem, given) };
}

/** Fills in defaults and sets the data folder apart, as a full path: it says where, not what. */
function completeTaskOptions(problem: ListedProblem, given: ProblemOptions) {
  const complete = asUsage(() => completeOptions(problem, given));
  const folder = problem.options.find((option) => option.kind === 'data-folder');
  if (folder === undefined || complete[folder.name] === undefined) return { environmentOptions: complete };
  const { [folder.name]: data, ...environmentOptions } = complete;
  return { environmentOptions, data: resolve(String(data)) };
}

/** Sorts options by whether the environment or the objective takes them, and reads their values. */
export function splitOptions(
  options: ReadonlyMap<string, string | boolean>,
  problem: ListedProblem,
  objective: ListedObjective | undefined,
  training: readonly ObjectiveOption[],
): {
  environment: Record<string, number | string | boolean>;
  objective: Record<string, ObjectiveOptionValue>;
  training: Record<string, ObjectiveOptionValue>;
} {
  const split: ReturnType<typeof splitOptions> = { environment: {}, objective: {}, training: {} };
  for (const [flag, text] of options) {
    const ofProblem = problem.options.find(({ name }) => flagOf(name) === flag);
    const ofObjective = objective?.options.find(({ name }) => flagOf(name) === flag);
    const ofTraining = training.find(({ name }) => flagOf(name) === flag);
    if (ofProblem !== undefined) {
      split.environment[ofProblem.name] = asUsage(() => parseProblemOption(ofProblem, String(text)));
    } else if (ofObjective !== undefined) {
      split.objective[ofObjective.name] = parseObjectiveOption(ofObjective, text);
    } else if (ofTraining !== undefined) {
      split.training[ofTraining.name] = parseObjectiveOption(ofTraining, text);
    } else {
      const takers = [problem, ...(objective === undefined ? [] : [objective])];
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
