import { completeOptions } from '../problems/listed-options.ts';
import { findObjective, findProblem, type RunConfig } from '../run/run-config.ts';
import { defaultSettings } from '../run/settings.ts';
import { pageCatalogue } from './catalogue.ts';

/**
 * What a run of this pair is where nothing more is said: complete, as the command line's `train` would make it, so that
 * the checkpoint is the same file.
 *
 * @throws Error on an environment or objective that a page does not have, with the nearest known one
 */
export function defaultConfig(environment = pageCatalogue.problems[0].name, objective = 'ent-ppo'): RunConfig {
  const problem = findProblem(pageCatalogue, environment);
  const method = findObjective(pageCatalogue, objective);
  const { steps, batch, evaluateEvery, ...settings } = defaultSettings(problem.name, method.name);
  const defaultsOf = (options: readonly { name: string; default: number | string | boolean }[]) =>
    Object.fromEntries(options.map((option) => [option.name, option.default]));
  return {
    environment: problem.name,
    environmentOptions: completeOptions(problem, settings.environmentOptions),
    objective: method.name,
    objectiveOptions: { ...defaultsOf(method.options), ...settings.objectiveOptions },
    trainingOptions: { ...defaultsOf(pageCatalogue.trainingSettings), ...settings.trainingOptions },
    device: 'auto',
    seed: 0,
    steps,
    batch,
    evaluateEvery,
  };
}
