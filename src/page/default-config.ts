import { completeConfig, type RunConfig } from '../run/run-config.ts';
import { defaultSettings } from '../run/settings.ts';
import { pageCatalogue } from './catalogue.ts';

/**
 * The default run of this pair, complete, as the command line's `train` makes it, so that the checkpoint is the same
 * file.
 *
 * @throws Error on a problem or objective that a page does not have, with the nearest known one
 */
export function defaultConfig(problem = pageCatalogue.problems[0].name, objective = 'ent-ppo'): RunConfig {
  return completeConfig(pageCatalogue, { problem, objective }, defaultSettings(problem, objective));
}
