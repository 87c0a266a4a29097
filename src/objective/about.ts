import type { Schema } from '../options/index.ts';

/** An objective's description as data, for lists, help, forms and configurations. */
export interface ObjectiveAbout<Options extends Schema = Schema> {
  /** The name on the command line and in files, such as `ent-ppo`. */
  readonly name: string;
  /** Its exported name, such as `entPpo`. */
  readonly functionName: string;
  /** One line for a list. */
  readonly summary: string;
  /** Whether it can learn from any trajectories, so that exploration and replay are possible. */
  readonly offPolicy: boolean;
  /** Whether a run needs a prior, a sampler trained before. Forms, whose runs are pure data, cannot offer it then. */
  readonly needsPrior?: true;
  readonly options: Options;
}
