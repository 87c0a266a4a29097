import type { Device } from '../device/index.ts';
import type { AnyProblem } from '../environment/environment.ts';
import { createObjective, type Learner } from '../objective/index.ts';
import { createTrainer, type NamedArray, type Snapshot, type Trainer, trainingOptionsOf } from '../train/index.ts';
import { writeVariables } from '../train/variables.ts';
import type { RunConfig } from './run-config.ts';

/** A trained policy, out of the checkpoint of a run. */
export interface Sampler {
  readonly config: RunConfig;
  readonly tensors: readonly NamedArray[];
}

/**
 * Makes a configured run ready.
 * @param from where to go on from, instead of from new networks
 * @throws as `createTrainer` does
 */
export async function createRunTrainer(
  device: Device,
  config: RunConfig,
  problem: AnyProblem,
  from?: Snapshot,
): Promise<Trainer> {
  const { steps, batch, seed, evaluateEvery, checkpointEvery } = config;
  const objective = await createObjective(config.objective, config.objectiveOptions);
  const shared = trainingOptionsOf(config.trainingOptions);
  return createTrainer({
    ...shared,
    ...{ device, problem, objective, steps, batch, seed, evaluateEvery, checkpointEvery, from },
  });
}

/** The networks of a configured run, as they are before it begins. They are the same each time, with variables of their own. */
export async function runLearner(config: RunConfig, { environment }: AnyProblem): Promise<Learner> {
  const { network } = trainingOptionsOf(config.trainingOptions);
  const { batch, seed } = config;
  const objective = await createObjective(config.objective, config.objectiveOptions);
  return objective.learner({ environment, batch, seed, network });
}

/** A learner whose networks have the numbers of a checkpoint: those that evaluations take, averages where there are any. */
export async function restoreLearner(
  device: Device,
  problem: AnyProblem,
  { config, tensors }: Sampler,
): Promise<Learner> {
  const learner = await runLearner(config, problem);
  const parameters = learner.networks.map((network) => network.parameters.values);
  writeVariables(device, parameters, averagedArrays(tensors));
  return learner;
}

/** Averages of parameters stand in for those that they are of. */
function averagedArrays(arrays: readonly NamedArray[]): NamedArray[] {
  const averages = new Map(arrays.map((array) => [array.name, array]));
  return arrays.map(({ name, ...array }) => ({
    ...(averages.get(name.replace(/parameters$/, 'average')) ?? array),
    name,
  }));
}
