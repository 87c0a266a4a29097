import type { OptionsOf, Schema, Values } from '../options/index.ts';
import type { GivenTraining } from '../train/options.ts';

/**
 * A problem's description: everything that is known of it without its code, so that a form, a list and `--help` need no
 * more. It is data, and a few functions of complete options.
 */
export interface ProblemDescription {
  /** The name on the command line and in files, such as `bit-sequence`. */
  readonly name: string;
  /** The name for readers, such as `Bit sequences`. */
  readonly title: string;
  /** One line for a list of problems. */
  readonly summary: string;
  /** How objects are made, and what a sampler that is trained well does: two sentences, to follow one on GFlowNets. */
  readonly sentence: string;
  /** The noun for one object and for many, such as `string`, `strings`. */
  readonly object: { readonly one: string; readonly many: string };
  readonly options: Schema;
  /** Requirements beside options: files of a data folder, a user's own file, or a chemistry package. None if absent. */
  readonly needs?: readonly Need[] | undefined;
  /** Options that forms show at first sight, by name. */
  readonly mainOptions?: readonly string[] | undefined;
  /** The most that a page offers of an option, where a page has less room than the command line. */
  readonly pageMax?: Readonly<Record<string, number>> | undefined;
  /** Publications to cite, as lines of text. */
  readonly citations?: readonly string[] | undefined;
  /** How visitors paint a reward on the grid of objects; absent if they cannot. */
  readonly painting?: PaintingOptions | undefined;
  /** How a reward of one's own is typed as an expression; absent where none can be. */
  readonly expression?: ExpressionOptions | undefined;
  /** Refuses options that don't go together. @throws Error that says which */
  check?(options: Values): void;
  /** Settings of small runs, for two cores and a minute or two; what is left out has its default. */
  defaults(objective: string): RunPreset;
  /** The settings of the paper's experiments; undefined for objectives that it has none for. */
  paper?(objective: string): RunPreset | undefined;
  /** The settings of the publication, or of the program, that an objective is known by on this problem, where there is one. */
  published?(objective: string): RunPreset | undefined;
  /** Whether in the paper's experiments E, the passes of the value network, is as many as K, the policy's updates. */
  readonly paperEpochsFollowUpdates?: true | undefined;
  /** How large its environment is, from options alone, for a page to refuse what is too large. Absent where pages don't offer it. */
  size?(options: Values): ProblemSize;
  /**
   * The sides of the grid that objects form, numbered with the last coordinate fastest. A state's row begins with its
   * coordinates, and its other numbers are 0 as long as the walk goes on. Absent where objects form no grid.
   */
  gridShape?(options: Values): readonly number[];
  /** How a program makes it with what flowtape exports. Absent, or undefined, where the library has no function for it. */
  program?(options: Values): ProblemProgram | undefined;
}

/** TypeScript that makes a problem. */
export interface ProblemProgram {
  /** Names that it imports from flowtape. */
  readonly imports: readonly string[];
  /** Expressions. */
  readonly environment: string;
  readonly reward: string;
}

/** A description whose options have this schema. */
export type DescriptionOf<Options extends Schema> = ProblemDescription & { readonly options: Options };

/** A description as one writes it: its functions take the options that its schema says. */
type WrittenDescription<Options extends Schema> = Omit<ProblemDescription, TypedMember> & {
  readonly options: Options;
  readonly mainOptions?: readonly (keyof Options & string)[] | undefined;
  readonly pageMax?: Partial<Readonly<Record<keyof Options & string, number>>> | undefined;
  readonly painting?: PaintingOptions<keyof Options & string> | undefined;
  readonly expression?:
    | (Omit<ExpressionOptions<keyof Options & string>, 'start'> & { start(options: OptionsOf<Options>): string })
    | undefined;
  check?(options: OptionsOf<Options>): void;
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
  | 'check'
  | 'size'
  | 'gridShape'
  | 'program';

export type Need = 'data' | 'file' | 'chemistry';

/** Settings that stand in for those not given: of the problem, of the objective and of training. */
export interface RunPreset {
  readonly problem?: Values | undefined;
  readonly objective?: Values | undefined;
  readonly training?: Omit<GivenTraining, 'seed' | 'steps' | 'batch' | 'evaluateEvery'> | undefined;
  /** Iterations. */
  readonly steps?: number | undefined;
  /** Trajectories of an iteration. */
  readonly batch?: number | undefined;
  /** Iterations between evaluations. */
  readonly evaluateEvery?: number | undefined;
}

/** How large an environment is. Powers of options may come out as Infinity. */
export interface ProblemSize {
  readonly states: number;
  /** Actions of the longest trajectory. */
  readonly maxSteps: number;
  /** Inputs of a perceptron. */
  readonly inputs: number;
  readonly actions: number;
}

/** Options by which a reward is painted: `choice` has the value `painted`, and `levels` is the painting. */
export interface PaintingOptions<Name extends string = string> {
  readonly choice: Name;
  readonly painted: string;
  /** What `choice` becomes where the grid can no longer be painted on. */
  readonly otherwise: string;
  readonly levels: Name;
}

/** Options by which a reward is typed: `choice` has the value `written`, and `text` is the expression. */
export interface ExpressionOptions<Name extends string = string> {
  readonly choice: Name;
  readonly written: string;
  /** What `choice` becomes where the expression is not taken. */
  readonly otherwise: string;
  readonly text: Name;
  /** An expression to begin with. */
  start(options: Values): string;
}

/** A description with its types inferred: those who call its functions have checked the options by its schema. */
export function describeProblem<const Options extends Schema>(
  description: WrittenDescription<Options>,
): DescriptionOf<Options> {
  return description as unknown as DescriptionOf<Options>;
}
