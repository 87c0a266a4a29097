import {
  effectiveValues,
  type FilesOption,
  type Leaf,
  leavesOf,
  type OnlyIf,
  unmetConditions,
  type Values,
} from '../options/index.ts';
import type { ListedProblem } from '../problems/listed.ts';
import type { Catalogue } from './catalogue.ts';
import { concerns } from './network-settings.ts';
import { type OptionsPart, type RunConfig, schemaOf } from './run-config.ts';

/** A problem's option for the folder or file of its data, with its path; undefined if it reads none. */
export function dataOption({ options }: Pick<ListedProblem, 'options'>): DataOption | undefined {
  return leavesOf(options).find((leaf): leaf is DataOption => leaf.option.kind === 'files');
}

type DataOption = Leaf & { readonly option: FilesOption };

/**
 * A configuration's options without those that have no effect beside the others, such as steps of Adam for a backward
 * policy that is not trained, or the optimiser of a value network that the objective lacks. Two runs that differ in those
 * alone are the same run. Options of the program's own problem or objective are kept, since nothing is known about them.
 */
export function effectiveOptions(known: Catalogue, config: RunConfig): Readonly<Record<OptionsPart, Values>> {
  const { schema, values, data, objective } = described(known, config);
  const all = effectiveValues(schema, values) as Record<OptionsPart, Values>;
  const training = Object.entries(all.trainingOptions).filter(([name]) =>
    concerns(objective, `trainingOptions.${name}`),
  );
  const effective = { ...all, trainingOptions: Object.fromEntries(training) };
  if (data === undefined || config.problemOptions[data] !== undefined) return effective;
  const { [data]: _, ...problemOptions } = effective.problemOptions;
  return { ...effective, problemOptions };
}

/**
 * The conditions of a setting that a configuration does not meet; none if it has an effect.
 * @param path in the configuration, such as `trainingOptions.optimizer.momentum`
 */
export function unmetIn(known: Catalogue, config: RunConfig, path: string): OnlyIf {
  const { schema, values } = described(known, config);
  return unmetConditions(schema, values, path);
}

/** Whether a setting has an effect in a configuration. */
export function hasEffect(known: Catalogue, config: RunConfig, path: string): boolean {
  const objective = known.objectives.find(({ name }) => name === config.objective);
  return concerns(objective, path) && Object.keys(unmetIn(known, config, path)).length === 0;
}

/** The options of a configuration with their schema, and the data, which a configuration keeps apart, among them. */
function described(known: Catalogue, config: RunConfig) {
  const { objectiveOptions, trainingOptions } = config;
  const none = { options: {} };
  const problem = (config.own ? undefined : known.problems.find(({ name }) => name === config.problem)) ?? none;
  const objective = known.objectives.find(({ name }) => name === config.objective);
  const data = dataOption(problem)?.path;
  const problemOptions =
    data === undefined || config.data === undefined
      ? config.problemOptions
      : { ...config.problemOptions, [data]: config.data };
  const values = { problemOptions, objectiveOptions, trainingOptions: trainingOptions as Values };
  return { schema: schemaOf(problem, objective ?? none), values, data, objective };
}
