import type { DevicePreference } from '../device/index.ts';
import type { ObjectiveAbout } from '../objective/about.ts';
import {
  choice,
  completeUnknown,
  findNamed,
  flag,
  group,
  integer,
  isGroup,
  merge,
  type OptionsOf,
  optional,
  type Schema,
  text,
  type Values,
} from '../options/index.ts';
import type { ListedProblem } from '../problems/listed.ts';
import { shown } from '../text/shown.ts';
import { runLengthOptions, sharedTrainingOptions } from '../train/options.ts';
import type { Catalogue } from './catalogue.ts';

/** Options of the run itself, independent of problem and objective. */
export const runOptions = {
  device: choice('auto', ['auto', 'webgpu', 'cpu'], 'where to compute; auto takes a GPU where there is one'),
  fusedMultiplyAdd: optional(
    flag(
      true,
      'products of matrices on the cpu device round once for a multiplication and an addition, not twice: faster on ' +
        'some processors, with other bits',
    ),
  ),
  ...runLengthOptions,
  checkpointEvery: optional(
    integer(1000, { min: 1, help: 'iterations between checkpoints', absent: 'about every 5 seconds' }),
  ),
  data: optional(text({ maxLength: 4096, help: "folder that holds the problem's data" })),
} satisfies Schema;

/** The configuration of all runs. Problem and objective check their options by their own schemas. */
const schema = {
  ...runOptions,
  trainingOptions: group(sharedTrainingOptions, 'what training has in all objectives alike'),
} satisfies Schema;

/** Values of options in a configuration. */
export interface OptionValues extends Values {
  readonly [name: string]: Exclude<Values[string], null>;
}

/**
 * Everything that determines a run: the same configuration makes the same run again. The data folder and how often the
 * run is saved have no influence, and are left out of checkpoints.
 */
export interface RunConfig extends OptionsOf<typeof schema> {
  /** The problem's name; for your own problem, its environment's name. */
  readonly problem: string;
  readonly problemOptions: OptionValues;
  readonly objective: string;
  readonly objectiveOptions: OptionValues;
  readonly device: DevicePreference;
  /**
   * True if the run has the program's own problem or objective, which the library does not know by name: pass them
   * again to load the run.
   */
  readonly own?: true | undefined;
}

/** The parts of a configuration with option schemas of their own. */
export type OptionsPart = 'problemOptions' | 'objectiveOptions' | 'trainingOptions';

/**
 * Fills in every default of a partial configuration, in a fixed order, whether it comes from `config.json`, a checkpoint,
 * an address or flags. Only `problem` is required.
 *
 * @param layers later ones override earlier ones; `null` turns an optional option off
 * @throws Error naming the part that is unknown, missing or out of bounds
 */
export function completeConfig(known: Catalogue, ...layers: readonly unknown[]): RunConfig {
  for (const layer of layers) {
    if (!isGroup(layer as Values)) throw new Error(`a configuration must be a JSON object, not ${shown(layer)}`);
  }
  const {
    problem: name,
    problemOptions,
    objective,
    objectiveOptions,
    own,
    version: _,
    ...rest
  } = merge(...(layers as Values[]));
  if (own !== undefined && own !== true) throw new Error(`own must be true, not ${shown(own)}`);
  if (own) {
    const isListed = known.objectives.some(({ name }) => name === objective);
    return {
      ...ownPart('problem', name, problemOptions),
      ...(isListed
        ? listedObjective(known, objective, objectiveOptions)
        : ownPart('objective', objective, objectiveOptions)),
      ...completeUnknown('run', schema, rest),
      own,
    };
  }
  const problem = findNamed('problem', known.problems, nameIn('problem', name));
  return {
    problem: problem.name,
    problemOptions: completeUnknown<Schema>(problem.name, problem.options, problemOptions ?? {}) as OptionValues,
    ...listedObjective(known, objective ?? 'ent-ppo', objectiveOptions),
    ...completeUnknown('run', schema, rest),
  };
}

function listedObjective(known: Catalogue, name: unknown, options: unknown) {
  const about = findNamed('objective', known.objectives, nameIn('objective', name));
  const objectiveOptions = completeUnknown<Schema>(about.name, about.options, options ?? {}) as OptionValues;
  return { objective: about.name, objectiveOptions };
}

/** Name and options of the program's own problem or objective; only the program knows what they mean. */
function ownPart<Part extends 'problem' | 'objective'>(part: Part, name: unknown, options: unknown) {
  if (!isGroup(options as Values)) throw new Error(`${part}Options must be an object, not ${shown(options)}`);
  const own = { [part]: nameIn(part, name), [`${part}Options`]: options };
  return own as { [Key in Part]: string } & { [Key in `${Part}Options`]: OptionValues };
}

/**
 * Reads a complete configuration, as in `config.json` or a checkpoint.
 * @throws Error that names the part that is missing, unknown or out of bounds
 */
export function parseRunConfig(known: Catalogue, json: unknown): RunConfig {
  const given = isGroup(json as Values) ? (json as Values) : {};
  const needed = ['problem', 'objective', 'seed', 'steps', 'batch', 'device'];
  const missing = isGroup(json as Values) ? needed.filter((name) => given[name] === undefined) : [];
  if (missing.length > 0) throw new Error(`the configuration lacks ${missing.join(', ')}`);
  return completeConfig(known, json);
}

function nameIn(key: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Error(`${key} must be a name, not ${shown(value)}`);
}

/** The schemas that apply to a configuration: the problem's, the objective's and that of all runs. */
export function schemaOf(
  problem: Pick<ListedProblem, 'options'>,
  objective: Pick<ObjectiveAbout, 'options'> | undefined,
): Schema {
  return {
    problemOptions: group(problem.options, 'the problem'),
    ...(objective && { objectiveOptions: group(objective.options, 'the objective') }),
    ...schema,
  };
}
