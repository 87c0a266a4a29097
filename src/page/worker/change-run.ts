import type { Device } from '../../device/index.ts';
import type { Environment } from '../../environment/environment.ts';
import { linear, optimizerVariables } from '../../nn/index.ts';
import type { RunConfig } from '../../run/run-config.ts';
import { type Snapshot, type Trainer, trainingOptionsOf } from '../../train/index.ts';
import { type ActiveRun, pageProblem, startRun } from './active-run.ts';

/** A run with other settings, and the iterations that it has behind it. */
export interface ChangedRun {
  readonly run: ActiveRun;
  readonly step: number;
}

/**
 * Makes a run ready that goes on from another one's networks with other settings, or begins anew where it has other
 * networks. The old run stays as it is.
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
  if (!goesOn(old, config, problem.environment)) return { run: await startRun(device, config, problem), step: 0 };
  const { step } = snapshot;
  if (config.steps < step) {
    throw new Error(
      `The run has ${step} iterations behind it, more than the ${config.steps} asked for: ask for more, or restart it.`,
    );
  }
  let run: ActiveRun;
  try {
    run = await startRun(device, config, problem, snapshot);
  } catch {
    // Other settings may need arrays that there are none of: a learnt backward policy, averages, a replay buffer.
    return { run: await startRun(device, config, problem), step: 0 };
  }
  if (!sameRates(old.config, config)) writeRates(device, run.trainer, config, step);
  return { run, step };
}

/** Whether networks that were trained in one run may go on in another. */
function goesOn(old: ActiveRun, config: RunConfig, environment: Environment): boolean {
  const { environmentOptions, objective, seed } = old.config;
  const hasSameStates =
    old.problem.environment.name === environment.name && sameJson(old.problem.environment.options, environment.options);
  // What a buffer, the recent samples or the best objects hold has been rated by the old reward.
  const { replay = 'none', recentSamples = 0, keepBest = 0 } = config.trainingOptions;
  const remembers = replay !== 'none' || recentSamples !== 0 || keepBest !== 0;
  const isRewardFree = !remembers || sameJson(environmentOptions, config.environmentOptions);
  return hasSameStates && isRewardFree && objective === config.objective && seed === config.seed;
}

function sameRates(a: RunConfig, b: RunConfig): boolean {
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

/** A snapshot has the old run's learning rates and exploration: these are what the new one has at this iteration. */
function writeRates(device: Device, { learner, iteration }: Trainer, config: RunConfig, step: number): void {
  const { learningRate, exploration } = trainingOptionsOf(config.trainingOptions);
  const annealed = linear(1, learningRate.end, learningRate.steps ?? config.steps).at(step);
  const scheduled = new Set(learner.networks.map(({ optimizer }) => optimizer.learningRate?.variable));
  for (const variable of [
    ...learner.networks.flatMap(({ optimizer }) => optimizerVariables(optimizer)),
    ...learner.variables,
  ]) {
    const rate = variable.name.endsWith('/learning-rate') ? variable.initial?.[0] : undefined;
    if (rate !== undefined) device.write(variable, [rate * (scheduled.has(variable) ? annealed : 1)]);
  }
  const settings = iteration.variables.find(({ name }) => name === 'rollout/settings');
  if (!settings || !exploration) return;
  const { start, end, iterations, temperature } = exploration;
  device.write(settings, [linear(start, end, iterations).at(step), temperature]);
}
