import type { Chemistry } from '../chemistry/chemistry.ts';
import type { AnyProblem } from '../environment/environment.ts';
import {
  checkTaskOptions,
  type DataReader,
  type ProblemOption,
  type ProblemOptions,
  type ProblemOptionValue,
} from './task-options.ts';

/** A problem that can be asked for by name, on the command line or in a configuration. */
export interface ProblemDefinition {
  readonly name: string;
  /** One line for a list of problems. */
  readonly summary: string;
  readonly options: readonly ProblemOption[];
  /**
   * Refuses options that don't go together, before anything is made of them; absent where all do.
   * @param options with defaults filled in, as `checkTaskOptions` gives them
   * @throws Error that says which
   */
  check?(options: ProblemOptions): void;
  /**
   * Checks the options, fills in defaults and makes the problem.
   * @param data reads a file of the data folder, for problems that need one.
   * @param packages opens packages that the library does not come with, for problems that need one.
   * @throws Error on unknown or unfit options, on a missing data folder, on data that is not what it should be, and on a
   * missing package.
   */
  create(options?: ProblemOptions, data?: DataReader, packages?: ProblemPackages): Promise<AnyProblem>;
}

/** What problems may need from outside the library, opened when it is needed. */
export interface ProblemPackages {
  /** Chemistry, such as `openNodeChemistry` opens. */
  readonly chemistry?: () => Promise<Chemistry>;
}

/** A problem, as it is made of checked options. */
interface ProblemRecipe {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly ProblemOption[];
  /** As of `ProblemDefinition`. */
  check?(options: ProblemOptions): void;
  make(
    options: Readonly<Record<string, ProblemOptionValue>>,
    read: DataReader,
    openChemistry: () => Promise<Chemistry>,
  ): Promise<AnyProblem>;
}

export function defineProblem({ name, summary, options, check, make }: ProblemRecipe): ProblemDefinition {
  const folder = options.find((option) => option.kind === 'data-folder');
  return {
    name,
    summary,
    options,
    ...(check ? { check } : {}),
    async create(given = {}, data, { chemistry } = {}) {
      const complete = checkTaskOptions(name, options, given);
      check?.(complete);
      const read: DataReader = (fileName) => {
        if (data !== undefined) return data(fileName);
        throw new Error(`${name} reads ${fileName}: give the folder that holds it (${folder?.name ?? 'data'}).`);
      };
      const openChemistry = async (): Promise<Chemistry> => {
        if (chemistry !== undefined) return chemistry();
        throw new Error(`${name} needs a chemistry package: give what opens one, in Node openNodeChemistry.`);
      };
      return make(complete, read, openChemistry);
    },
  };
}
