import { findNamed, leavesOf, valueAt } from '../options/index.ts';
import type { RunConfig } from '../run/run-config.ts';
import { pageCatalogue, pageProblem } from './catalogue.ts';

/**
 * The limits of a page, for every source of settings: a shared address or a file must not be able to use up the
 * machine's memory or time. The command line has no such limits.
 */
export const pageLimits = {
  /** Iterations. */
  steps: 1_000_000,
  /** Trajectories per iteration. */
  batch: 4096,
  /**
   * States in an iteration: trajectories times the actions of the longest. Each takes 4 KiB with two layers of 256, for
   * flow matching up to 8: plans of a quarter of a GiB.
   */
  visited: 32_768,
  /** States of the problem: every drawing evaluates all of them. */
  states: 262_144,
  /** Inputs of a network, and its outputs. */
  inputs: 1024,
  actions: 256,
  /** Options of an objective that are numbers of repetitions: the plan contains each one. */
  repeats: 16,
  /** Updates of a value network in an iteration: its epochs times its chunks. */
  valueUpdates: 64,
  /** Objects kept for replay, metrics or a list of the best. */
  kept: 100_000,
  /** Units of a layer, and layers of a network. */
  units: 1024,
  layers: 8,
  /** Trajectories of an evaluation by sampling. */
  evaluationTrajectories: 4096,
  gradientVarianceBatches: 100,
} as const;

/**
 * Refuses a run that is too large for a page, by its numbers, before anything is allocated.
 * @param config the result of `parseRunConfig`
 * @throws Error that says what is too large, and the limit
 */
export function checkPageLimits(config: RunConfig): void {
  const { batch, steps, objectiveOptions, trainingOptions } = config;
  const refuse = (what: string, found: number, max: number) => {
    if (found <= max) return;
    throw new Error(
      `This page takes at most ${max} ${what}, and this run asks for ${found}. The command line has no such limit.`,
    );
  };
  const size = pageProblem(config.problem).size(config.problemOptions);
  refuse('iterations', steps, pageLimits.steps);
  refuse('trajectories an iteration', batch, pageLimits.batch);
  refuse('states', size.states, pageLimits.states);
  refuse('inputs of a network', size.inputs, pageLimits.inputs);
  refuse('actions', size.actions, pageLimits.actions);
  refuse('states passed in an iteration (trajectories times their longest)', batch * size.maxSteps, pageLimits.visited);
  for (const { path, option } of leavesOf(findNamed('objective', pageCatalogue.objectives, config.objective).options)) {
    const value = option.kind === 'integer' ? valueAt(objectiveOptions, path) : undefined;
    if (value !== undefined) refuse(`as ${path}`, Number(value), pageLimits.repeats);
  }
  const { hidden = [], projection = 1, width = 1, layers = 1 } = trainingOptions.network;
  for (const units of [...hidden, projection, width]) refuse('units of a layer', units, pageLimits.units);
  refuse('layers of a network', Math.max(layers, hidden.length), pageLimits.layers);
  const { valueEpochs = 1, valueChunks = 1 } = objectiveOptions;
  refuse(
    'updates of the value network an iteration',
    Number(valueEpochs) * Number(valueChunks),
    pageLimits.valueUpdates,
  );
  const {
    keepBest = 0,
    recentSamples = 0,
    replay,
    evaluationTrajectories,
    gradientVarianceBatches = 0,
  } = trainingOptions;
  for (const [path, kept] of Object.entries({ keepBest, recentSamples, 'replay.capacity': replay?.capacity ?? 0 })) {
    refuse(`objects as ${path}`, kept, pageLimits.kept);
  }
  refuse('trajectories of an evaluation', evaluationTrajectories, pageLimits.evaluationTrajectories);
  refuse('batches of an evaluation', gradientVarianceBatches, pageLimits.gradientVarianceBatches);
}
