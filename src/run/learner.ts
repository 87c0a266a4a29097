import type { RunState } from '../checkpoint/run-state.ts';
import type { Device } from '../device/index.ts';
import type { AnyProblem } from '../environment/environment.ts';
import { createObjective, type Learner, networkFamily, type Objective } from '../objective/index.ts';
import { layersOf, shapesOf } from '../train/index.ts';
import type { SavedRun } from './run-checkpoint.ts';
import type { RunConfig } from './run-config.ts';

/** The objective of a configuration, or the program's own if the library does not know it. */
export async function objectiveOf({ objective, objectiveOptions }: RunConfig, own?: Objective): Promise<Objective> {
  return own ?? createObjective(objective, objectiveOptions);
}

/** The initial networks of a configured run. They are the same each time, with new variables. */
export async function runLearner(
  config: RunConfig,
  { environment, reward }: AnyProblem,
  own?: Objective,
): Promise<Learner> {
  const { network } = config.trainingOptions;
  const { batch, seed } = config;
  const [objective, family] = await Promise.all([objectiveOf(config, own), networkFamily(environment, network)]);
  return objective.learner({ environment, reward, batch, seed, network, family });
}

/** The networks of a saved run, with their learnt parameters. @throws as `restoreParameters` does */
export async function savedLearner(
  device: Device,
  { config, snapshot }: Pick<SavedRun, 'config' | 'snapshot'>,
  problem: AnyProblem,
  own?: Objective,
): Promise<Learner> {
  const learner = await runLearner(config, problem, own);
  restoreParameters(device, learner, snapshot);
  const { learntReward } = problem;
  if (learntReward) (await import('../train/reward-learning.ts')).restoreLearntReward(learntReward, snapshot.reward);
  return learner;
}

/**
 * Gives a learner's networks the parameters of a state: those for evaluation, which are averages if there are any. The
 * objective's other numbers, such as a prior's parameters, are restored too.
 * @throws Error that names the network whose layers differ
 */
function restoreParameters(device: Device, { networks, variables }: Learner, state: RunState): void {
  const writes = networks.map((network) => {
    const { name } = network.network;
    const found = state.networks[name];
    const layers = layersOf(network);
    if (JSON.stringify(found?.layers) !== JSON.stringify(layers)) {
      throw new Error(
        `The network ${name} of the saved run has the layers ${shapesOf(found?.layers ?? [])}; ` +
          `the environment and the configuration make ${shapesOf(layers)}. Load the run with an environment of the size that it was trained on.`,
      );
    }
    return { values: network.parameters.values, numbers: found.average ?? found.parameters };
  });
  for (const { values, numbers } of writes) device.write(values, numbers);
  for (const variable of variables) {
    const found = state.objective.find(({ name }) => name === variable.name);
    if (found) device.write(variable, found.data);
  }
}
