import { parseRunConfig, type RunConfig } from '../run/run-config.ts';
import { pageCatalogue } from './catalogue.ts';
import { checkPageLimits } from './limits.ts';

/**
 * A configuration that came from elsewhere, such as a checkpoint file, an address or another thread, checked whole.
 * @throws Error that names what is missing, unknown, out of bounds or too large for a page
 */
export function pageConfig(json: unknown): RunConfig {
  const config = parseRunConfig(pageCatalogue, json);
  checkPageLimits(config);
  return config;
}
