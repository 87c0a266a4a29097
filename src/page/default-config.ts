import { completeConfig, type RunConfig } from '../run/run-config.ts';
import { defaultSettings } from '../run/settings.ts';
import { pageCatalogue } from './catalogue.ts';

/**
 * What a run of this pair is where nothing more is said: complete, as the command line's `train` would make it, so that
 * the checkpoint is the same file.
 *
 * @throws Error on a problem or objective that a page does not have, with the nearest known one
 */
export function defaultConfig(problem = pageCatalogue.problems[0].name, objective = 'ent-ppo'): RunConfig {
  return completeConfig(pageCatalogue, { problem, objective }, defaultSettings(problem, objective));
}
