import type { AnyProblem } from '../environment/environment.ts';
import { completeUnknown } from '../options/index.ts';
import type { TrainingOptions } from '../train/index.ts';
import { trainingOptions } from '../train/options.ts';
import type { OptionValues, RunConfig } from './run-config.ts';

/**
 * The configuration of a run that a program made. Its problem is the program's own, which has to pass it again to load
 * the run.
 * @throws Error that names options that are unknown or out of range
 */
export function configOf(options: TrainingOptions, { environment }: AnyProblem): RunConfig {
  const {
    device,
    problem: _,
    objective,
    reportEvery,
    checkpointEvery,
    from,
    adopt,
    prior,
    offline,
    debug,
    ...rest
  } = options;
  const { optimizer, valueOptimizer, logPartitionOptimizer } = rest;
  const chains = Object.entries({ optimizer, valueOptimizer, logPartitionOptimizer });
  const told = Object.fromEntries(chains.filter(([, value]) => typeof value !== 'function'));
  const given = { ...rest, ...withoutChains, ...told };
  const { seed, steps, batch, evaluateEvery, ...complete } = completeUnknown('train', trainingOptions, given);
  return {
    problem: environment.name,
    problemOptions: environment.options as OptionValues,
    objective: objective.name,
    objectiveOptions: objective.options as OptionValues,
    trainingOptions: complete,
    device: device.kind === 'reference' ? 'auto' : device.kind,
    fusedMultiplyAdd: device.fusedMultiplyAdd || undefined,
    own: true,
    ...{ seed, steps, batch, evaluateEvery },
  };
}

const withoutChains = { optimizer: undefined, valueOptimizer: undefined, logPartitionOptimizer: undefined };
