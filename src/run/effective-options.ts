import { effectiveValues, type Values } from '../options/index.ts';
import type { Catalogue } from './catalogue.ts';
import { type OptionsPart, type RunConfig, schemaOf } from './run-config.ts';

/**
 * A configuration's options without those that have no effect beside the others, such as steps of Adam for a backward
 * policy that is not trained. Two runs that differ in those alone are the same run. Options of the program's own problem
 * or objective are kept, since nothing is known about them.
 */
export function effectiveOptions(known: Catalogue, config: RunConfig): Readonly<Record<OptionsPart, Values>> {
  const { problemOptions, objectiveOptions, trainingOptions } = config;
  const problem = config.own ? undefined : known.problems.find(({ name }) => name === config.problem);
  const objective = known.objectives.find(({ name }) => name === config.objective);
  const schema = schemaOf(problem ?? { options: {} }, objective ?? { options: {} });
  const values = { problemOptions, objectiveOptions, trainingOptions: trainingOptions as Values };
  return effectiveValues(schema, values) as typeof values;
}
