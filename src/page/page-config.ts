import { parseRunConfig, type RunConfig } from '../run/run-config.ts';
import { checkTogether } from '../run/together.ts';
import { pageCatalogue, pageProblem } from './catalogue.ts';
import { checkPageLimits } from './limits.ts';

/**
 * A configuration that came from elsewhere, such as a checkpoint file, an address or another thread, checked
 * completely.
 * @throws Error that names what is missing, unknown, out of bounds, too large for a page or contradictory
 */
export function pageConfig(json: unknown): RunConfig {
  const config = parseRunConfig(pageCatalogue, json);
  checkPageLimits(config);
  pageProblem(config.problem).check?.(config.problemOptions);
  checkTogether(pageCatalogue, config);
  return config;
}
