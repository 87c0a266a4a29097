import { problems, type RunPreset } from '../problems/index.ts';
import { paperDepartures } from '../problems/paper-departures.ts';
import { smallRun } from '../problems/small-runs.ts';
import type { PresetDefinition, RunSettings } from './run-settings.ts';

/**
 * The settings of a run by default: its problem's defaults, chosen for two cores and a minute or two. Options not set
 * there have the problem's and the objective's defaults. A program's own problem gets those of strings.
 */
export function defaultSettings(problem: string, objective: string): RunSettings {
  const {
    steps = 5000,
    batch = 32,
    evaluateEvery = steps / 20,
    ...rest
  } = described(problem)?.defaults(objective) ?? smallRun(5000);
  return { ...settingsOf(rest), steps, batch, evaluateEvery };
}

/** The paper's settings for a pair, or undefined if it has none. */
export function paperSettings(problem: string, objective: string): RunSettings | undefined {
  const preset = described(problem)?.paper?.(objective);
  return preset && settingsOf(preset);
}

/** The published settings of an objective on a problem, or undefined if there are none. */
export function publishedSettings(problem: string, objective: string): RunSettings | undefined {
  const preset = described(problem)?.published?.(objective);
  return preset && settingsOf(preset);
}

/** Settings that can be requested by name. */
export const presets: readonly PresetDefinition[] = [
  {
    name: 'paper',
    summary: 'The sizes and constants of the experiments in arXiv 2606.15793.',
    settings: paperSettings,
    departures: paperDepartures,
  },
  {
    name: 'published',
    summary: 'The published settings of an objective on a problem, if there are any: an hour to days on a CPU.',
    settings: publishedSettings,
  },
  {
    name: 'small',
    summary: 'The defaults: sizes for two cores without a GPU.',
    settings: defaultSettings,
  },
];

const described = (problem: string) => problems.find(({ name }) => name === problem);

function settingsOf({ problem, objective, training, ...length }: RunPreset): RunSettings {
  return { problemOptions: problem, objectiveOptions: objective, trainingOptions: training, ...length };
}
