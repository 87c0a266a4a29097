import type { Values } from '../../src/options/index.ts';
import { problems } from '../../src/problems/index.ts';
import type { RunSettings } from '../../src/run/run-settings.ts';
import { defaultSettings, paperSettings } from '../../src/run/settings.ts';

/** A training run to time, given by names and options only, so that another process can make it. */
export interface TrainingTask {
  readonly title: string;
  readonly problem: string;
  readonly problemOptions: Values;
  readonly objective: string;
  readonly objectiveOptions: Values;
  readonly trainingOptions: Values;
  readonly batch: number;
}

/** The paper's settings if it has some for the pair, otherwise those of small runs. */
export function trainingTask(problem: string, objective: string, batch: number): TrainingTask {
  return taskOf(problem, objective, batch, paperSettings(problem, objective) ?? defaultSettings(problem, objective));
}

/** With the settings of small runs. */
export function smallTask(problem: string, objective: string, batch: number): TrainingTask {
  return taskOf(problem, objective, batch, defaultSettings(problem, objective));
}

function taskOf(problem: string, objective: string, batch: number, settings: RunSettings): TrainingTask {
  const { problemOptions = {}, objectiveOptions = {}, trainingOptions = {} } = settings;
  // Samples kept for evaluations are read from the device, which is not part of training.
  const { recentSamples: _, keepBest: __, evaluationTrajectories: ___, ...training } = trainingOptions;
  const title = problems.find(({ name }) => name === problem)?.title ?? problem;
  return {
    ...{ title: `${title} ${objective}`, problem, objective, batch },
    ...{ problemOptions, objectiveOptions, trainingOptions: training as Values },
  };
}

/** The paper's pairs on grids and strings. */
const paperPairs: readonly (readonly [string, string])[] = [
  ...['tb', 'db', 'subtb', 'gae', 'ent-ppo'].map((objective) => ['hypergrid', objective] as const),
  ...['tfbind8', 'qm9-string'].flatMap((problem) => ['tb', 'ent-ppo'].map((each) => [problem, each] as const)),
];

/** Problems whose rewards this library does not compute, with the reason for leaving each out. */
export const leftOut: Readonly<Record<string, string>> = {
  molecules: 'left out: its rewards are those of a chemistry package',
  'qm9-atoms': 'left out: its rewards are those of a chemistry package',
  table: 'left out: its rewards are a file of the user’s own',
};

/** All pairs timed at a batch size: the paper's, then Ent-PPO on every other problem. */
export function pairs(): readonly (readonly [problem: string, objective: string])[] {
  const others = problems
    .map(({ name }) => name)
    // sEH has its own part.
    .filter((name) => name !== 'seh' && !(name in leftOut) && !paperPairs.some(([problem]) => problem === name));
  return [...paperPairs, ...others.map((name) => [name, 'ent-ppo'] as const)];
}
