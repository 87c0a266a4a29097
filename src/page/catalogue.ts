import { objectives } from '../objective/catalogue.ts';
import { findNamed } from '../options/index.ts';
import type { ProblemDescription } from '../problems/index.ts';
import { listed } from '../problems/listed.ts';
import type { Catalogue } from '../run/catalogue.ts';
import type { RunConfig } from '../run/run-config.ts';

import { pageProblems } from './page-problems.ts';

/** The names that a page's configurations can use: all objectives except those that need a trained sampler. */
export const pageCatalogue: Catalogue = {
  problems: pageProblems.map(listed),
  objectives: objectives.filter(({ needsPrior }) => !needsPrior),
};

/** The description of a configuration's problem. @throws Error on a problem that pages don't offer */
export function pageProblem(name: string): (typeof pageProblems)[number] {
  return findNamed('problem', pageProblems, name);
}

/** The sides of the grid of a configuration's objects; undefined if they do not form one. */
export function gridShapeOf({ problem, problemOptions }: PageProblemConfig): readonly number[] | undefined {
  return pageProblem(problem).gridShape?.(problemOptions);
}

/** How a configuration's reward is painted; undefined if its objects are not a two-dimensional grid. */
export function paintingOptionsOf(config: PageProblemConfig): ProblemDescription['painting'] {
  return gridShapeOf(config)?.length === 2 ? pageProblem(config.problem).painting : undefined;
}

interface PageProblemConfig {
  readonly problem: string;
  readonly problemOptions: RunConfig['problemOptions'];
}
