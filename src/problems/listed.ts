import type { AnyProblem } from '../environment/environment.ts';
import { findNamed, type Schema, type Values } from '../options/index.ts';
import { type ProblemEntry, problems } from './catalogue.ts';
import { makeProblem, type ProblemResources } from './problem.ts';

/** Reads a file of a problem's data folder, by its name within the folder. */
export type DataReader = (fileName: string) => Promise<Uint8Array>;

/** A problem in the lists of the command line and the page. */
export interface ListedProblem {
  readonly name: string;
  /** One line for a list of problems. */
  readonly summary: string;
  readonly options: Schema;
  /**
   * Refuses contradictory options, before anything is made; absent if none can be.
   * @param options with defaults filled in
   * @throws Error naming them
   */
  check?(options: Values): void;
  /**
   * Makes the problem; see `makeProblem`.
   * @param data reads a file of the data folder, for problems that need one.
   * @param packages opens packages that the library does not include, for problems that need one.
   */
  create(options?: Values, data?: DataReader, packages?: Pick<ProblemResources, 'chemistry'>): Promise<AnyProblem>;
}

/** A catalogue entry with its options as a list. */
export function listed({ name, summary, options, check, load }: ProblemEntry): ListedProblem {
  return {
    name,
    summary,
    options,
    ...(check && { check: (given: Values) => check(given) }),
    async create(given = {}, read, { chemistry } = {}) {
      const { problem } = await load();
      return makeProblem(problem, given, { read, chemistry });
    },
  };
}

/** Every problem known by name. */
export const problemDefinitions: readonly ListedProblem[] = problems.map(listed);

/** @throws Error on an unknown name, with the nearest known one */
export function findProblem(name: string): ListedProblem {
  return findNamed('problem', problemDefinitions, name);
}
