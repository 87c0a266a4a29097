import type { OptionsOf, Schema, Values } from '../options/index.ts';
import type { GivenTraining } from '../train/options.ts';

/**
 * A problem's description: everything known about it without its code, which suffices for a form, a list and `--help`.
 * It is data, plus a few functions of complete options.
 */
export interface ProblemDescription {
  /** The name on the command line and in files, such as `bit-sequence`. */
  readonly name: string;
  /** The name for readers, such as `Bit sequences`. */
  readonly title: string;
  /** One line for a list of problems. */
  readonly summary: string;
  /** How objects are made, and what a well-trained sampler does: two sentences, to follow one on GFlowNets. */
  readonly sentence: string;
  /** The noun for one object and for many, such as `string`, `strings`. */
  readonly object: { readonly one: string; readonly many: string };
  readonly options: Schema;
  /**
   * Requirements besides options: files of a data folder, a user's own file, or a chemistry package. None if absent.
   */
  readonly needs?: readonly Need[] | undefined;
  /** Options that forms show first, by name. */
  readonly mainOptions?: readonly string[] | undefined;
  /** The maximum of an option on pages, if they have less room than the command line. */
  readonly pageMax?: Readonly<Record<string, number>> | undefined;
  /** Publications to cite, as lines of text. */
  readonly citations?: readonly string[] | undefined;
  /** How visitors paint a reward on the grid of objects; absent if they cannot. */
  readonly painting?: PaintingOptions | undefined;
  /** How visitors can type a reward as an expression; absent if they cannot. */
  readonly expression?: ExpressionOptions | undefined;
  /** How visitors type an environment as a program; absent if they cannot. */
  readonly typedProgram?: ProgramOptions | undefined;
  /**
   * Refuses contradictory options.
   * @param hasOwnFile whether the user's own file is given, which may take the place of options
   * @throws Error that says which
   */
  check?(options: Values, hasOwnFile?: boolean): void;
  /** Settings of small runs, for two cores and a minute or two; the rest have their defaults. */
  defaults(objective: string): RunPreset;
  /** The settings of the paper's experiments; undefined for objectives without any. */
  paper?(objective: string): RunPreset | undefined;
  /** The published settings of an objective for this problem, if there are any. */
  published?(objective: string): RunPreset | undefined;
  /** Whether in the paper's experiments E, the passes of the value network, equals K, the policy's updates. */
  readonly paperEpochsFollowUpdates?: true | undefined;
  /**
   * The size of its environment, from options alone, so that a page can refuse what is too large. Absent if pages don't
   * offer it.
   */
  size?(options: Values): ProblemSize;
  /**
   * The sides of the grid that objects form, numbered with the last coordinate fastest. A state's row starts with its
   * coordinates, and its other numbers are 0 until the trajectory ends. Absent if objects do not form a grid.
   */
  gridShape?(options: Values): readonly number[];
  /** How a program makes it with flowtape's exports. Absent, or undefined, if the library has no function for it. */
  program?(options: Values): ProblemProgram | undefined;
}

/** TypeScript that makes a problem. */
export interface ProblemProgram {
  /** Names to import from flowtape. */
  readonly imports: readonly string[];
  /** Statements before it, further imports first. */
  readonly setup?: string | undefined;
  /** Expressions. */
  readonly environment: string;
  readonly reward: string;
}

/** A description whose options have this schema. */
export type DescriptionOf<Options extends Schema> = ProblemDescription & { readonly options: Options };

/** A description as its author writes it: its functions take options typed by its schema. */
type WrittenDescription<Options extends Schema> = Omit<ProblemDescription, TypedMember> & {
  readonly options: Options;
  readonly mainOptions?: readonly (keyof Options & string)[] | undefined;
  readonly pageMax?: Partial<Readonly<Record<keyof Options & string, number>>> | undefined;
  readonly painting?: PaintingOptions<keyof Options & string> | undefined;
  readonly expression?:
    | (Omit<ExpressionOptions<keyof Options & string>, 'start'> & { start(options: OptionsOf<Options>): string })
    | undefined;
  readonly typedProgram?: ProgramOptions<keyof Options & string> | undefined;
  check?(options: OptionsOf<Options>, hasOwnFile?: boolean): void;
  size?(options: OptionsOf<Options>): ProblemSize;
  gridShape?(options: OptionsOf<Options>): readonly number[];
  program?(options: OptionsOf<Options>): ProblemProgram | undefined;
};

type TypedMember =
  | 'options'
  | 'mainOptions'
  | 'pageMax'
  | 'painting'
  | 'expression'
  | 'typedProgram'
  | 'check'
  | 'size'
  | 'gridShape'
  | 'program';

export type Need = 'data' | 'file' | 'chemistry';

/** Settings of problem, objective and training that replace defaults. */
export interface RunPreset {
  readonly problem?: Values | undefined;
  readonly objective?: Values | undefined;
  readonly training?: Omit<GivenTraining, 'seed' | 'steps' | 'batch' | 'evaluateEvery'> | undefined;
  /** Iterations. */
  readonly steps?: number | undefined;
  /** Trajectories per iteration. */
  readonly batch?: number | undefined;
  /** Iterations between evaluations. */
  readonly evaluateEvery?: number | undefined;
}

/** The size of an environment. Powers of options may be Infinity. */
export interface ProblemSize {
  readonly states: number;
  /** Actions in the longest trajectory. */
  readonly maxSteps: number;
  /** Inputs of a perceptron. */
  readonly inputs: number;
  readonly actions: number;
}

/** Options of painted rewards: `choice` has the value `painted`, and `levels` is the painting. */
export interface PaintingOptions<Name extends string = string> {
  readonly choice: Name;
  readonly painted: string;
  /** The value of `choice` if the grid can no longer be painted on. */
  readonly otherwise: string;
  readonly levels: Name;
}

/** Options of typed rewards: `choice` has the value `written`, and `text` is the expression. */
export interface ExpressionOptions<Name extends string = string> {
  readonly choice: Name;
  readonly written: string;
  /** The value of `choice` if the expression is invalid. */
  readonly otherwise: string;
  readonly text: Name;
  /** An initial expression. */
  start(options: Values): string;
}

/** Options for a typed environment: `program` is its text, and `made` what it returned when it ran. */
export interface ProgramOptions<Name extends string = string> {
  readonly program: Name;
  readonly made: Name;
  /** A program to begin with. */
  readonly start: string;
}

/** Infers the types of a description; its functions receive checked options. */
export function describeProblem<const Options extends Schema>(
  description: WrittenDescription<Options>,
): DescriptionOf<Options> {
  return description as unknown as DescriptionOf<Options>;
}
