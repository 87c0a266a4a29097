import { problems } from '../problems/catalogue.ts';
import { listed } from '../problems/listed.ts';
import { type Catalogue, listedObjectives } from '../run/catalogue.ts';
import { trainingSettings } from '../train/index.ts';

/** The problems that a page offers: those that need neither data files nor packages, of sizes that can be told. */
export const pageProblems = problems.filter(({ needs, size }) => needs === undefined && size !== undefined);

/** What a page's configurations can name, and every objective. */
export const pageCatalogue: Catalogue = {
  problems: pageProblems.map(listed),
  objectives: listedObjectives,
  trainingSettings,
};
