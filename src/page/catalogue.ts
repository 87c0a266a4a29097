import { type Catalogue, listedObjectives } from '../run/catalogue.ts';
import { hypergridProblem } from '../tasks/hypergrid-task.ts';
import { bitSequenceProblem, tfbind8SyntheticProblem } from '../tasks/string-tasks.ts';
import { trainingSettings } from '../train/index.ts';

/** What a page's configurations can name: problems that need neither data files nor packages, and every objective. */
export const pageCatalogue: Catalogue = {
  problems: [hypergridProblem, tfbind8SyntheticProblem, bitSequenceProblem],
  objectives: listedObjectives,
  trainingSettings,
};
