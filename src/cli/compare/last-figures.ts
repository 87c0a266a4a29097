import type { MetricName } from '../../metrics/catalogue.ts';

/** What a page shows of the last evaluation beside the main measure, of those that runs have. */
export const lastFigures = [
  'elboGap',
  'euboGap',
  'meanScore',
  'topMeanScore',
  'heldOutEubo',
  'topDistinctScore',
  'topDistinctCount',
  'topDiversity',
  'distinctMoleculeShare',
  'invalidShare',
] as const satisfies readonly MetricName[];
