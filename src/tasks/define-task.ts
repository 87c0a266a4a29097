import type { Chemistry } from '../chemistry/chemistry.ts';
import type { AnyTask } from '../environment/environment.ts';
import {
  checkTaskOptions,
  type DataReader,
  type TaskOption,
  type TaskOptions,
  type TaskOptionValue,
} from './task-options.ts';

/** A task that can be asked for by name, on the command line or in a configuration. */
export interface TaskDefinition {
  readonly name: string;
  /** One line for a list of tasks. */
  readonly summary: string;
  readonly options: readonly TaskOption[];
  /**
   * Refuses options that don't go together, before anything is made of them; absent where all do.
   * @param options with defaults filled in, as `checkTaskOptions` gives them
   * @throws Error that says which
   */
  check?(options: TaskOptions): void;
  /**
   * Checks the options, fills in defaults and makes the task.
   * @param data reads a file of the data folder, for tasks that need one.
   * @param packages opens packages that the library does not come with, for tasks that need one.
   * @throws Error on unknown or unfit options, on a missing data folder, on data that is not what it should be, and on a
   * missing package.
   */
  create(options?: TaskOptions, data?: DataReader, packages?: TaskPackages): Promise<AnyTask>;
}

/** What tasks may need from outside the library, opened when it is needed. */
export interface TaskPackages {
  /** Chemistry, such as `openNodeChemistry` opens. */
  readonly chemistry?: () => Promise<Chemistry>;
}

/** A task, as it is made of checked options. */
interface TaskRecipe {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly TaskOption[];
  /** As of `TaskDefinition`. */
  check?(options: TaskOptions): void;
  make(
    options: Readonly<Record<string, TaskOptionValue>>,
    read: DataReader,
    openChemistry: () => Promise<Chemistry>,
  ): Promise<AnyTask>;
}

export function defineTask({ name, summary, options, check, make }: TaskRecipe): TaskDefinition {
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
