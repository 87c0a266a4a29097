import { type ObjectiveDefinition, type ObjectiveOption, objectiveDefinitions } from '../objective/index.ts';
import { type TaskDefinition, taskDefinitions } from '../tasks/tasks.ts';
import { trainingSettings } from '../train/index.ts';

/** An objective as a configuration knows it: by its name and options. */
export type ObjectiveEntry = Omit<ObjectiveDefinition, 'create'>;

/** What a configuration can name. */
export interface Catalogue {
  readonly tasks: readonly TaskDefinition[];
  readonly objectives: readonly ObjectiveEntry[];
  /** Settings that a run of any objective can be given. */
  readonly trainingSettings: readonly ObjectiveOption[];
}

/** Everything that flowtape knows by name. */
export const catalogue: Catalogue = { tasks: taskDefinitions, objectives: objectiveDefinitions, trainingSettings };
