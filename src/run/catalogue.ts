import { objectives } from '../objective/catalogue.ts';
import { type ListedProblem, problemDefinitions } from '../problems/listed.ts';
import { trainingSettings } from '../train/index.ts';
import { type ObjectiveOption, optionList } from './option-list.ts';

/** An objective as a configuration knows it: by its name and options. */
export interface ListedObjective {
  readonly name: string;
  readonly summary: string;
  readonly offPolicy: boolean;
  readonly options: readonly ObjectiveOption[];
}

/** What a configuration can name. */
export interface Catalogue {
  readonly problems: readonly ListedProblem[];
  readonly objectives: readonly ListedObjective[];
  /** Settings that a run of any objective can be given. */
  readonly trainingSettings: readonly ObjectiveOption[];
}

/** Every objective, without its code. */
export const listedObjectives: readonly ListedObjective[] = objectives.map(({ load: _, options, ...about }) => ({
  ...about,
  options: optionList(options),
}));

/** Everything that flowtape knows by name. */
export const catalogue: Catalogue = { problems: problemDefinitions, objectives: listedObjectives, trainingSettings };
