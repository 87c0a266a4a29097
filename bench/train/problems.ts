import type { Values } from '../../src/options/index.ts';
import { paperSettings } from '../../src/run/settings.ts';
import type { GivenTraining } from '../../src/train/options.ts';

/** A training run to time. */
export interface TimedRun {
  readonly name: string;
  readonly problem: string;
  readonly problemOptions: Values;
  readonly objective: string;
  readonly objectiveOptions: Values;
  readonly trainingOptions?: GivenTraining | undefined;
  /** Trajectories of an iteration. */
  readonly batch: number;
  /** When to time, in iterations from the start: trajectories, and with them the work, grow while a policy learns. */
  readonly marks: readonly Mark[];
}

/** One of the paper's environments and objectives, with the paper's settings. */
export interface TrainProblem extends TimedRun {
  readonly problem: 'hypergrid' | 'tfbind8' | 'qm9-string';
  readonly problemOptions: Readonly<Record<string, number | string>>;
  readonly objective: 'tb' | 'db' | 'subtb' | 'gae' | 'ent-ppo';
}

/** From the iteration `at` on, up to `windows` windows of `iterations` each. */
export interface Mark {
  readonly at: number;
  readonly windows: number;
  readonly iterations: number;
}

const titles = { hypergrid: 'Hypergrid 20^4', tfbind8: 'TFBind8', 'qm9-string': 'String QM9' } as const;
const objectiveTitles = { tb: 'TB', db: 'DB', subtb: 'SubTB', gae: 'GAE', 'ent-ppo': 'Ent-PPO' } as const;

export const trainProblems: readonly TrainProblem[] = [16, 256].flatMap((batch) => [
  ...(['tb', 'db', 'subtb', 'gae', 'ent-ppo'] as const).map((objective) => problem('hypergrid', objective, batch)),
  ...(['tb', 'ent-ppo'] as const).map((objective) => problem('tfbind8', objective, batch)),
  ...(['tb', 'ent-ppo'] as const).map((objective) => problem('qm9-string', objective, batch)),
]);

function problem(problem: TrainProblem['problem'], objective: TrainProblem['objective'], batch: number): TrainProblem {
  const settings = paperSettings(problem, objective);
  if (!settings) throw new Error(`The paper has no settings for ${objective} on ${problem}.`);
  const early: Mark = { at: 100, windows: 20, iterations: batch <= 16 ? 25 : 5 };
  const grows = problem === 'hypergrid' && batch <= 16;
  return {
    name: `${titles[problem]} ${objectiveTitles[objective]}, batch ${batch}`,
    problem,
    problemOptions: (settings.problemOptions ?? {}) as TrainProblem['problemOptions'],
    objective,
    objectiveOptions: settings.objectiveOptions ?? {},
    batch,
    marks: grows ? [early, { ...early, at: 1000 }] : [early],
  };
}
