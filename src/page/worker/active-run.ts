import { type Device, deviceScope } from '../../device/index.ts';
import type { AnyProblem } from '../../environment/environment.ts';
import { findNamed } from '../../options/index.ts';
import { runLearner } from '../../run/learner.ts';
import { type ConfiguredRunOptions, createConfiguredRun, type Run } from '../../run/run.ts';
import type { RunConfig } from '../../run/run-config.ts';
import type { Progress } from '../../train/index.ts';
import { pageCatalogue } from '../catalogue.ts';
import type { OpenedRun } from '../protocol.ts';
import { createViewer, type Viewer } from './viewer.ts';

/** A run that is ready, and everything it has on the device. */
export interface ActiveRun {
  readonly config: RunConfig;
  readonly problem: AnyProblem;
  readonly run: Run;
  readonly reports: AsyncIterator<Progress>;
  readonly viewer: Viewer;
  /** Ends the run, and frees everything that it and its viewer have on the device. */
  close(): Promise<void>;
}

/** @throws on options that don't fit */
export function pageProblem({ problem, problemOptions }: RunConfig): Promise<AnyProblem> {
  return findNamed('problem', pageCatalogue.problems, problem).create(problemOptions);
}

/**
 * Prepares a run.
 * @param options the state to continue from, instead of new networks
 * @throws on invalid settings, a snapshot that does not fit them, and refusals of the device; the device is then
 * unchanged
 */
export async function startRun(
  device: Device,
  config: RunConfig,
  problem: AnyProblem,
  options: ConfiguredRunOptions = {},
): Promise<ActiveRun> {
  const scope = deviceScope(device);
  try {
    const run = await createConfiguredRun(scope, config, problem, { ...options, gradientNorm: true });
    const { evaluationTrajectories } = config.trainingOptions;
    const viewer = await createViewer({
      ...{ device: scope, problem, seed: config.seed, trajectories: evaluationTrajectories },
      ...{ learner: run.learner, copy: await runLearner(config, problem) },
    });
    const reports = run[Symbol.asyncIterator]();
    const close = async () => {
      await run.close();
      scope.destroy();
    };
    return { config, problem, run, reports, viewer, close };
  } catch (error) {
    scope.destroy();
    throw error;
  }
}

/** The message about a run that is ready. */
export function describeRun(
  { config, problem, run, viewer }: ActiveRun,
  device: OpenedRun['device'],
  step: number,
): OpenedRun {
  const { target } = viewer;
  const { gridShape: shape } = problem;
  return {
    ...{ config, device, step },
    parameters: run.parameters,
    bytes: run.bytes.arena + run.bytes.variables,
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
