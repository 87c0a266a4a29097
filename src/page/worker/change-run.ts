import type { Device } from '../../device/index.ts';
import type { Environment } from '../../environment/environment.ts';
import type { RunConfig } from '../../run/run-config.ts';
import { type Snapshot, StateError } from '../../train/index.ts';
import { type ActiveRun, pageProblem, startRun } from './active-run.ts';

/** A run with new settings, and its completed iterations. */
export interface ChangedRun {
  readonly run: ActiveRun;
  readonly step: number;
}

/**
 * Prepares a run that continues from another one's networks with other settings, or restarts if its networks differ.
 * The old run is unchanged.
 *
 * @throws as `startRun` does, and where fewer iterations are asked for than there are already
 */
export async function changeRun(
  device: Device,
  old: ActiveRun,
  snapshot: Snapshot,
  config: RunConfig,
): Promise<ChangedRun> {
  const problem = await pageProblem(config);
  if (!canContinue(old, config, problem.environment)) return { run: await startRun(device, config, problem), step: 0 };
  const { step } = snapshot;
  if (config.steps < step) {
    throw new Error(
      `The run has ${step} iterations behind it, more than the requested ${config.steps}: request more, or restart it.`,
    );
  }
  try {
    const options = isSameRun(old.config, config) ? { from: snapshot } : { adopt: snapshot };
    return { run: await startRun(device, config, problem, options), step };
  } catch (error) {
    // Other settings may need arrays that do not exist yet: a learnt backward policy, averages, a replay buffer.
    if (error instanceof StateError) return { run: await startRun(device, config, problem), step: 0 };
    throw error;
  }
}

/** Whether a run can continue with another's networks. */
function canContinue(old: ActiveRun, config: RunConfig, environment: Environment): boolean {
  const { problemOptions, objective, seed } = old.config;
  const hasSameStates =
    old.problem.environment.name === environment.name && sameJson(old.problem.environment.options, environment.options);
  // The contents of a buffer, the recent samples and the best objects were rated by the old reward.
  const { replay = 'none', recentSamples = 0, keepBest = 0 } = config.trainingOptions;
  const remembers = replay !== 'none' || recentSamples !== 0 || keepBest !== 0;
  const isRewardFree = !remembers || sameJson(problemOptions, config.problemOptions);
  return hasSameStates && isRewardFree && objective === config.objective && seed === config.seed;
}

/** Whether nothing differs on which learning rates or exploration depend. */
function isSameRun(a: RunConfig, b: RunConfig): boolean {
  const settings = ({ objectiveOptions, trainingOptions, steps }: RunConfig) => [
    objectiveOptions,
    trainingOptions,
    steps,
  ];
  return sameJson(settings(a), settings(b));
}

/** By their entries, in whatever order they stand. */
function sameJson(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  const [mine, others] = [Object.entries(a), Object.entries(b)];
  return (
    mine.length === others.length && mine.every(([key, value]) => sameJson(value, (b as Record<string, unknown>)[key]))
  );
}
