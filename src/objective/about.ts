import type { Schema } from '../options/index.ts';

/** Everything about an objective that is data: what lists, help, forms and configurations need. */
export interface ObjectiveAbout<Options extends Schema = Schema> {
  /** The name on the command line and in files, such as `ent-ppo`. */
  readonly name: string;
  /** What flowtape exports it as, such as `entPpo`. */
  readonly functionName: string;
  /** One line for a list. */
  readonly summary: string;
  /** Whether it learns from any trajectories, so that exploration and replay are open to it. */
  readonly offPolicy: boolean;
  /** Whether a run needs a prior: a sampler trained before, which forms that make a run of data alone cannot offer. */
  readonly needsPrior?: true;
  readonly options: Options;
}
