import type { Device } from '../device/index.ts';
import { type AnyTask, type Environment, rewardedAtOnce } from '../environment/environment.ts';
import { taskDefinitions } from '../environment/tasks.ts';
import { uniformPolicy } from '../metrics/policies.ts';
import { exactTarget } from '../metrics/target.ts';
import { openNodeDevice } from '../node/index.ts';
import { findObjective, type Learner, objectiveDefinitions } from '../objective/index.ts';
import {
  createEvaluator,
  createTrainer,
  evaluateExactly,
  gradientVariances,
  type NamedArray,
  sampleObjects,
  type Trainer,
  trainingOptionsOf,
  trainingSettings,
} from '../train/index.ts';
import { writeVariables } from '../train/variables.ts';
import { diagnose } from './diagnosis.ts';
import type { Engine, EngineDevice, Progress, Sampler, Training } from './engine.ts';
import type { RunConfig } from './run-config.ts';
import { defaultSettings, presets } from './settings.ts';

/** The library, as the command line uses it. */
export const library: Engine = {
  tasks: taskDefinitions,
  objectives: objectiveDefinitions,
  presets,
  trainingSettings,
  defaults: (environment) => defaultSettings(environment),
  async openDevice(preference, threads) {
    const { device, why } = await openNodeDevice(preference, threads === undefined ? {} : { threads });
    return engineDevice(device, why);
  },
  async evaluateUniform(task) {
    const { environment, reward } = rewardedAtOnce(task, 'The exact evaluation of the uniform policy');
    const target = exactTarget(environment, reward);
    return (await evaluateExactly(environment, uniformPolicy(environment), target)).metrics;
  },
  diagnose,
};

/** For samplers of objectives that have no setting of their own, as the paper's policy gradient on Hypergrid. */
const generalizedAdvantageDecay = 0.9;

function engineDevice(device: Device, why: string): EngineDevice {
  if (device.kind === 'reference') throw new Error('the reference device is for checks, not for runs');
  return {
    kind: device.kind,
    description: device.description,
    why,
    async train(config, task) {
      const { steps, batch, seed, evaluateEvery } = config;
      const objective = objectiveOf(config);
      const shared = trainingOptionsOf(config.trainingOptions);
      const trainer = await createTrainer({ device, task, objective, steps, batch, seed, evaluateEvery, ...shared });
      return trainingOf(trainer, task.environment);
    },
    async evaluate(task, sampler) {
      const evaluator = await createEvaluator(device, task, restore(device, task, sampler));
      return (await evaluator.evaluate()).metrics;
    },
    async gradientVariances(anyTask, sampler, { batches }) {
      const task = rewardedAtOnce(anyTask, 'The variance of gradients');
      const { objectiveOptions, batch, seed } = sampler.config;
      const { backwardPolicy = 'uniform', lambda = generalizedAdvantageDecay } = objectiveOptions;
      if (backwardPolicy !== 'uniform') {
        throw new Error(
          'Variances of policy gradients are taken with the uniform backward policy, which this run lacks.',
        );
      }
      const learner = restore(device, task, sampler);
      const found = await gradientVariances({ device, task, learner, batch, batches, lambda: Number(lambda), seed });
      return Object.fromEntries(Object.entries(found).map(([name, trace]) => [`gradientVariance/${name}`, trace]));
    },
    async *sample(task, sampler, { count, seed }) {
      yield* sampleObjects({ device, task, learner: restore(device, task, sampler), count, seed });
    },
    close: () => device.destroy(),
  };
}

function trainingOf(trainer: Trainer, environment: Environment): Training {
  const shape = gridShape(environment);
  return {
    parameters: trainer.parameters,
    bytes: trainer.bytes,
    stop: trainer.stop,
    evaluate: async () => (await trainer.evaluate()).metrics,
    async distribution() {
      const { distributions } = await trainer.evaluate();
      return distributions && { ...distributions, ...(shape === undefined ? {} : { shape }) };
    },
    tensors: async (): Promise<readonly NamedArray[]> => (await trainer.snapshot()).arrays,
    async *[Symbol.asyncIterator](): AsyncGenerator<Progress> {
      for await (const { figures, ...progress } of trainer) {
        yield Object.hasOwn(figures, 'loss') ? { ...progress, loss: figures.loss } : progress;
      }
    },
  };
}

/** A learner whose networks have the numbers of a checkpoint. */
function restore(device: Device, { environment }: AnyTask, { config, tensors }: Sampler): Learner {
  const { architecture } = trainingOptionsOf(config.trainingOptions);
  const { batch, seed } = config;
  const learner = objectiveOf(config).learner({
    ...{ environment, batch, seed },
    ...(architecture ? { architecture } : {}),
  });
  const parameters = learner.trained.map((network) => network.parameters.values);
  writeVariables(device, parameters, tensors);
  return learner;
}

function objectiveOf({ objective, objectiveOptions }: RunConfig) {
  return findObjective(objective).create(objectiveOptions);
}

/** The sides of a grid, for its picture. Objects of a Hypergrid are numbered with the last coordinate fastest. */
function gridShape({ name, options }: Environment): number[] | undefined {
  return name === 'hypergrid' ? new Array<number>(Number(options.dimension)).fill(Number(options.side)) : undefined;
}
