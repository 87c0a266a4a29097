import { findNamed } from '../options/index.ts';
import type { Catalogue } from './catalogue.ts';
import type { RunConfig } from './run-config.ts';

/**
 * Refuses settings that contradict one another, before anything is made from them.
 * @param spelled the notation of an option for the user, such as `--batch` for `batch`
 * @throws Error that names them
 */
export function checkTogether(
  known: Catalogue,
  config: RunConfig,
  spelled: (name: string) => string = (name) => name,
): void {
  const { batch, trainingOptions, objectiveOptions } = config;
  const { name, offPolicy } = findNamed('objective', known.objectives, config.objective);
  const { exploration, replay, localSearch, recentSamples } = trainingOptions;
  const departs =
    exploration !== undefined && (exploration.start > 0 || exploration.end > 0 || exploration.temperature !== 1);
  if (!offPolicy && (departs || replay !== undefined || localSearch !== undefined)) {
    const what = departs ? 'exploration' : replay !== undefined ? 'replay' : 'localSearch';
    const others = known.objectives.filter((each) => each.offPolicy).map((each) => each.name);
    throw new Error(
      `${name} learns only from its own policy's trajectories: ${spelled(what)} would bias its gradient. ` +
        `Leave it out, or train another objective (${others.join(', ')}).`,
    );
  }
  const { valueChunks = 1 } = objectiveOptions;
  if (Number(valueChunks) > batch) {
    throw new Error(
      `${spelled('valueChunks')} is ${valueChunks}: a batch of ${batch} (${spelled('batch')}) has too few trajectories ` +
        'to be divided into so many groups.',
    );
  }
  if (recentSamples !== undefined && recentSamples < batch) {
    throw new Error(
      `${spelled('recentSamples')} must be at least the ${batch} trajectories of a batch, not ${recentSamples}.`,
    );
  }
}
