import type { Catalogue } from '../../run/catalogue.ts';
import { isObjectiveOptionValue } from '../../run/option-bounds.ts';
import { findObjective, findProblem, maxSeed, type RunConfig } from '../../run/run-config.ts';
import { messageOf } from '../../text/message-of.ts';
import { pageProblem } from '../catalogue.ts';
import { defaultConfig } from '../default-config.ts';
import { pageConfig } from '../page-config.ts';
import { environmentOf } from './objects.ts';
import { type FormOption, type FormValue, isFormOption } from './option-field.ts';
import { type Painting, withFittingPainting } from './painting.ts';

/** Where in a configuration an option's value stands. */
export type Place = 'run' | 'environmentOptions' | 'objectiveOptions' | 'trainingOptions';

/** An option to be shown, with its present value. */
export interface Field {
  readonly place: Place;
  readonly option: FormOption;
  readonly value: FormValue;
  /** Shown at first sight; the others wait behind "More settings". */
  readonly isMain: boolean;
}

/** Options of objectives and runs that visitors first reach for; problems name their own. */
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
  ...['seed', 'batch', 'explorationStart'],
]);

/** Shared settings that make a difference in minutes, for every objective. */
const sharedSettings = ['learningRateEnd', 'weightDecay', 'clipNorm', 'averageDecay'];
/** And those of objectives that learn from trajectories of other policies. */
const offPolicySettings = [
  ...['explorationStart', 'explorationEnd', 'explorationSteps', 'temperature'],
  ...['replay', 'replayCapacity'],
];

/** What of a run is no option of anything else. */
const runOptions: readonly FormOption[] = [
  {
    name: 'seed',
    kind: 'integer',
    default: 0,
    min: 0,
    max: maxSeed,
    help: 'the same seed draws the same random numbers, and so gives the same run',
  },
  {
    name: 'batch',
    kind: 'integer',
    default: 32,
    min: 1,
    max: 1024,
    help: 'trajectories sampled in each iteration',
  },
  {
    name: 'steps',
    kind: 'integer',
    default: 500,
    min: 1,
    max: 1_000_000,
    help: 'iterations of the run; learning rates fall over all of them',
  },
  {
    name: 'device',
    kind: 'choice',
    default: 'auto',
    choices: ['auto', 'webgpu', 'cpu'],
    help: 'what computes: the GPU through WebGPU, the processor, or whichever is better here',
  },
];

/** The fields of a configuration, in the order in which they are shown: only what its environment and objective take. */
export function fieldsOf(known: Catalogue, config: RunConfig): readonly Field[] {
  const problem = findProblem(known, config.environment);
  const objective = findObjective(known, config.objective);
  const shared = [...(objective.offPolicy ? offPolicySettings : []), ...sharedSettings];
  const { mainOptions: ofProblem = [], pageMax = {} } = pageProblem(config.environment);
  const problemOptions = problem.options.filter(isFormOption).map((option) => bounded(option, pageMax[option.name]));
  return [
    ...problemOptions.map((option) => ({
      ...fieldOf('environmentOptions', option, config.environmentOptions),
      isMain: ofProblem.includes(option.name),
    })),
    ...objective.options.map((option) => fieldOf('objectiveOptions', option, config.objectiveOptions)),
    ...shared.flatMap((name) => {
      const option = known.trainingSettings.find((setting) => setting.name === name);
      return option ? [fieldOf('trainingOptions', option, config.trainingOptions)] : [];
    }),
    ...runOptions.map((option) => fieldOf('run', option, config as unknown as Readonly<Record<string, FormValue>>)),
  ];
}

function bounded<Option extends FormOption>(option: Option, max: number | undefined): Option {
  if (max === undefined || (option.kind !== 'integer' && option.kind !== 'number')) return option;
  return { ...option, max: Math.min(option.max, max) };
}

function fieldOf(place: Place, option: FormOption, values: Readonly<Record<string, FormValue>>): Field {
  const value = Object.hasOwn(values, option.name) ? values[option.name] : option.default;
  return { place, option, value, isMain: mainOptions.has(option.name) };
}

/** A configuration with one option changed; everything else stays. */
export function withValue(config: RunConfig, place: Place, name: string, value: FormValue): RunConfig {
  if (place === 'run') return { ...config, [name]: value };
  return { ...config, [place]: { ...config[place], [name]: value } };
}

/**
 * A configuration with another objective. Options that both have keep their values if they were changed from the
 * default; settings that the new objective cannot take fall back to theirs.
 */
export function withObjective(known: Catalogue, config: RunConfig, name: string): RunConfig {
  const before = findObjective(known, config.objective);
  const after = findObjective(known, name);
  const presets = defaultConfig(config.environment, name);
  const objectiveOptions: Record<string, FormValue> = { ...presets.objectiveOptions };
  for (const option of after.options) {
    const value = config.objectiveOptions[option.name];
    const earlier = before.options.find((candidate) => candidate.name === option.name);
    const isChanged = earlier !== undefined && value !== undefined && value !== earlier.default;
    if (isChanged && isObjectiveOptionValue(option, value)) objectiveOptions[option.name] = value;
  }
  const refused = after.offPolicy ? [] : offPolicySettings;
  const defaults = Object.fromEntries(refused.map((setting) => [setting, presets.trainingOptions[setting]]));
  return { ...config, objective: name, objectiveOptions, trainingOptions: { ...config.trainingOptions, ...defaults } };
}

/** A configuration for another environment: that one's own sizes, and everything else as it was. */
export function withEnvironment(config: RunConfig, name: string): RunConfig {
  const { environment, environmentOptions, steps, evaluateEvery } = defaultConfig(name, config.objective);
  return { ...config, environment, environmentOptions, steps, evaluateEvery };
}

/** A second run to compare with: everything as in the first but the objective, with that one's own defaults. */
export function counterpart(known: Catalogue, config: RunConfig, objective: string): RunConfig {
  const plain = { ...config, objectiveOptions: defaultConfig(config.environment, config.objective).objectiveOptions };
  return withObjective(known, plain, objective);
}

/**
 * Runs side by side after one of them was given a value. What belongs to an objective is its own; everything else is the
 * same in both, so that they can be compared, but for what the other's objective cannot take.
 * @param run which one it was given to; `painting` is what a painted reward begins with
 */
export function withValueIn(
  known: Catalogue,
  configs: readonly RunConfig[],
  run: number,
  { place, name, value, painting }: { place: Place; name: string; value: FormValue; painting: Painting },
): readonly RunConfig[] {
  return configs.map((config, i) => {
    const isOwn = place === 'objectiveOptions';
    const isRefused = offPolicySettings.includes(name) && !findObjective(known, config.objective).offPolicy;
    if ((isOwn && i !== run) || (place === 'trainingOptions' && isRefused)) return config;
    const changed = withValue(config, place, name, value);
    return place === 'environmentOptions' ? withFittingPainting(changed, painting) : changed;
  });
}

/** What of a configuration cannot be, as a sentence for its reader; undefined where all is well. */
export function conflictOf(config: RunConfig): string | undefined {
  try {
    pageConfig(config);
    environmentOf(config);
  } catch (error) {
    return messageOf(error);
  }
  return undefined;
}
