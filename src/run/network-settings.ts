import type { ObjectiveAbout } from '../objective/about.ts';

/** Groups of settings for networks that only some objectives have, each with an option of those that have it. */
const networkGroups = [
  { group: 'trainingOptions.valueOptimizer', option: 'valueLearningRate' },
  { group: 'trainingOptions.logPartitionOptimizer', option: 'logPartitionLearningRate' },
];

/**
 * Whether a setting or group can have an effect with an objective: those of a value network or of log Z need one. Nothing is
 * known about an objective that is not listed, `undefined`, so everything can.
 */
export function concerns(objective: Pick<ObjectiveAbout, 'options'> | undefined, path: string): boolean {
  const found = networkGroups.find(({ group }) => path === group || path.startsWith(`${group}.`));
  return found === undefined || objective === undefined || Object.hasOwn(objective.options, found.option);
}
