import type { AnyProblem } from '../environment/environment.ts';
import { complete, completeUnknown } from '../options/index.ts';
import { type TrainingOptions, type TrainingSettings, trainingOptions, trainingOptionsOf } from '../train/index.ts';
import type { RunConfig } from './run-config.ts';

/**
 * The configuration of a run that a program made. Its problem is the program's own: whoever loads the run gives it again.
 * @throws Error on options that are unknown or out of range, naming them
 */
export function configOf(options: TrainingOptions, { environment }: AnyProblem): RunConfig {
  const { device, problem: _, objective, reportEvery, checkpointEvery, from, adopt, debug, ...rest } = options;
  const { optimizer, valueOptimizer, logPartitionOptimizer } = rest;
  const chains = Object.entries({ optimizer, valueOptimizer, logPartitionOptimizer });
  const told = Object.fromEntries(chains.filter(([, value]) => typeof value !== 'function'));
  const training = completeUnknown('train', trainingOptions, { ...rest, ...withoutChains, ...told });
  const { seed, steps, batch, evaluateEvery = 0 } = training;
  return {
    environment: environment.name,
    environmentOptions: environment.options,
    objective: objective.name,
    objectiveOptions: objective.options as RunConfig['objectiveOptions'],
    trainingOptions: {},
    training,
    device: device.kind === 'reference' ? 'auto' : device.kind,
    own: true,
    ...{ seed, steps, batch, evaluateEvery },
  };
}

const withoutChains = { optimizer: undefined, valueOptimizer: undefined, logPartitionOptimizer: undefined };

/** How a configured run is trained. */
export function trainingOf({ training, trainingOptions: flat }: RunConfig): TrainingSettings {
  return training ?? trainingOptionsOf(flat);
}

/** Reads the training settings of a program's own run from JSON. @throws Error that names what is wrong */
export function readTraining(value: unknown): TrainingSettings {
  return complete('run', trainingOptions, Object(value));
}
