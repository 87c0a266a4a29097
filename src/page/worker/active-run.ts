import { type Device, deviceScope } from '../../device/index.ts';
import type { AnyProblem } from '../../environment/environment.ts';
import { createRunTrainer, runLearner } from '../../run/run.ts';
import { findProblem, type RunConfig } from '../../run/run-config.ts';
import type { Progress, Snapshot, Trainer } from '../../train/index.ts';
import { trainingOptionsOf } from '../../train/index.ts';
import { pageCatalogue } from '../catalogue.ts';
import type { OpenedRun } from '../protocol.ts';
import { createViewer, type Viewer } from './viewer.ts';

/** A run that is ready, and whatever of it is on the device. */
export interface ActiveRun {
  readonly config: RunConfig;
  readonly problem: AnyProblem;
  readonly trainer: Trainer;
  readonly reports: AsyncIterator<Progress>;
  readonly viewer: Viewer;
  /** Gives back the run's memory on the device. */
  release(): void;
}

/** @throws on options that don't fit */
export function pageProblem({ environment, environmentOptions }: RunConfig): Promise<AnyProblem> {
  return findProblem(pageCatalogue, environment).create(environmentOptions);
}

/**
 * Makes a run ready.
 * @param from where to go on from, instead of from new networks
 * @throws on settings that can't be used, a snapshot that does not fit them, and what the device refuses; the device is
 * then as it was
 */
export async function startRun(
  device: Device,
  config: RunConfig,
  problem: AnyProblem,
  from?: Snapshot,
): Promise<ActiveRun> {
  const scope = deviceScope(device);
  try {
    const trainer = await createRunTrainer(scope, config, problem, from);
    const { evaluationTrajectories = 256 } = trainingOptionsOf(config.trainingOptions);
    const viewer = await createViewer({
      ...{ device: scope, problem, seed: config.seed, trajectories: evaluationTrajectories },
      ...{ learner: trainer.learner, copy: await runLearner(config, problem) },
    });
    const reports = trainer[Symbol.asyncIterator]();
    return { config, problem, trainer, reports, viewer, release: () => scope.destroy() };
  } catch (error) {
    scope.destroy();
    throw error;
  }
}

/** What the page is told of a run that is ready. */
export function describeRun(
  { config, problem, trainer, viewer }: ActiveRun,
  device: OpenedRun['device'],
  step: number,
): OpenedRun {
  const { target } = viewer;
  const { gridShape: shape } = problem;
  return {
    ...{ config, device, step },
    parameters: trainer.parameters,
    bytes: trainer.bytes.arena + trainer.bytes.variables,
    reward: problem.reward.name,
    ...(target && {
      objects: {
        count: target.probability.length,
        ...(shape && { shape }),
        target: Float32Array.from(target.probability),
        logPartition: target.logPartition,
      },
    }),
  };
}
