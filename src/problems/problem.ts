import type { Chemistry } from '../chemistry/chemistry.ts';
import type { DataPack } from '../data/pack.ts';
import type { AnyProblem, Environment } from '../environment/environment.ts';
import { completeUnknown, type OptionsOf, type Schema, type Values } from '../options/index.ts';
import type { DescriptionOf, ProblemDescription } from './description.ts';

/** External resources for making a problem, opened on demand. */
export interface ProblemResources {
  /** Reads a file of the problem's data folder, by its name within the folder. */
  readonly read?: ((fileName: string) => Promise<Uint8Array>) | undefined;
  /** Chemistry, for example from `openNodeChemistry`. */
  readonly chemistry?: (() => Promise<Chemistry>) | undefined;
}

/** Resources that throw an error saying what is missing if they were not given. */
type OpenResources = { readonly [Name in keyof ProblemResources]-?: NonNullable<ProblemResources[Name]> } & {
  /** The user's file that an option of kind `file` names; undefined if none is given. */
  file(): Promise<Uint8Array | undefined>;
};

/** A problem with its code: how to make it from complete options, and how to describe it. */
export interface ProblemDefinition {
  readonly description: ProblemDescription;
  /** The dynamics without reward; absent if they need data. */
  environment?(options: Values): Environment;
  /** Makes the problem from complete options. */
  make(options: Values, resources: OpenResources): AnyProblem | Promise<AnyProblem>;
  /** Describes an action. @param child the state it leads to */
  actionText?(environment: Environment, action: number, child: Int32Array): string;
  /** Whether an action ends the trajectory at its current state, so that state and object look the same. */
  endsInPlace?(environment: Environment, action: number): boolean;
  /** The source of its data; absent if it needs none. */
  dataPack?(): Promise<DataPack>;
}

/** A definition whose functions take the options of the description's schema. */
type WrittenDefinition<Options extends Schema> = Omit<ProblemDefinition, 'description' | 'environment' | 'make'> & {
  environment?(options: OptionsOf<Options>): Environment;
  make(options: OptionsOf<Options>, resources: OpenResources): AnyProblem | Promise<AnyProblem>;
};

/** A definition with its types inferred from the description. */
export function defineProblem<Options extends Schema>(
  description: DescriptionOf<Options>,
  definition: WrittenDefinition<Options>,
): ProblemDefinition {
  return { description, ...(definition as unknown as Omit<ProblemDefinition, 'description'>) };
}

/**
 * Makes a problem: checks the options, fills in defaults and reads what it needs.
 *
 * @throws Error on unknown or invalid options, and on missing or wrong data or packages
 */
export async function makeProblem(
  definition: ProblemDefinition,
  given: unknown = {},
  { read, chemistry }: ProblemResources = {},
): Promise<AnyProblem> {
  const { description } = definition;
  const { name, options: schema } = description;
  const options: Values = completeUnknown(name, schema, given);
  description.check?.(options, read !== undefined);
  const made = await definition.make(options, {
    async read(fileName) {
      if (read) return read(fileName);
      throw new Error(`${name} reads ${fileName}: give the folder that holds it (data).`);
    },
    file: async () => read?.(''),
    async chemistry() {
      if (chemistry) return chemistry();
      throw new Error(`${name} needs a chemistry package: give a function that opens one, in Node openNodeChemistry.`);
    },
  });
  const { environment } = made;
  const { actionText, endsInPlace } = definition;
  return {
    ...made,
    gridShape: description.gridShape?.(options),
    actionText: actionText ? (action, child) => actionText(environment, action, child) : made.actionText,
    endsInPlace: endsInPlace && ((action) => endsInPlace(environment, action)),
  };
}
