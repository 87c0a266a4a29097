import type { Program } from '../measure/child.ts';
import { repositoryPath } from '../measure/root.ts';
import type { TimedRun, TrainProblem } from '../train/problems.ts';

/** The code that the authors of Ent-PPO published: where a clone of it is, and an interpreter with JAX. */
export interface Authors {
  readonly folder: string;
  readonly python: string;
}

/** The paper's grid and batch, for the objectives that gfnx's own scripts do not have. */
export const isAuthors = ({ problem, objective, batch }: TrainProblem): boolean =>
  problem === 'hypergrid' && batch === 16 && (objective === 'gae' || objective === 'ent-ppo');

/** One of bench/python's scripts that drive the authors' code: its settings are those of the authors' own files. */
export function authorsProgram(
  { folder, python }: Authors,
  script: 'authors_equal_seconds.py' | 'authors_curves.py',
  { objective, batch }: Pick<TimedRun, 'objective' | 'batch'>,
  request: Readonly<Record<string, number>>,
): Program {
  const text = JSON.stringify({ folder, objective, batch, ...request });
  return { command: python, args: [repositoryPath('bench', 'python', script), text] };
}
