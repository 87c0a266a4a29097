import { objectiveDefinitions } from '../objective/index.ts';
import { type Catalogue, catalogue } from '../run/catalogue.ts';
import { trainingSettings } from '../train/index.ts';

/** Tasks that need neither data files nor packages: what a page can train on. */
const pageTasks = ['hypergrid', 'bit-sequence'];

/** What a page's configurations can name. */
export const pageCatalogue: Catalogue = {
  tasks: catalogue.tasks.filter(({ name }) => pageTasks.includes(name)),
  objectives: objectiveDefinitions,
  trainingSettings,
};
