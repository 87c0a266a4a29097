import { type Catalogue, listedObjectives } from '../run/catalogue.ts';
import { hypergridTask } from '../tasks/hypergrid-task.ts';
import { bitSequenceTask, tfbind8SyntheticTask } from '../tasks/string-tasks.ts';
import { trainingSettings } from '../train/index.ts';

/** What a page's configurations can name: tasks that need neither data files nor packages, and every objective. */
export const pageCatalogue: Catalogue = {
  tasks: [hypergridTask, tfbind8SyntheticTask, bitSequenceTask],
  objectives: listedObjectives,
  trainingSettings,
};
