import type { ObjectiveAbout } from '../objective/about.ts';
import { objectives } from '../objective/catalogue.ts';
import { type ListedProblem, problemDefinitions } from '../problems/listed.ts';

/** The names that a configuration can use. */
export interface Catalogue {
  readonly problems: readonly ListedProblem[];
  readonly objectives: readonly ObjectiveAbout[];
}

/** Everything that flowtape knows by name. */
export const catalogue: Catalogue = { problems: problemDefinitions, objectives };
