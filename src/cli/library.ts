import type { Device } from '../device/index.ts';
import { type AnyTask, type Environment, isDeferred } from '../environment/environment.ts';
import { openNodeChemistry, openNodeDevice } from '../node/index.ts';
import { findObjective, type Learner, objectiveDefinitions } from '../objective/index.ts';
import { taskDefinitions } from '../tasks/tasks.ts';
import {
  createEvaluator,
  createTrainer,
  evaluateUniform,
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
  defaults: defaultSettings,
  async openDevice(preference, threads) {
    const { device, why } = await openNodeDevice(preference, threads === undefined ? {} : { threads });
    return engineDevice(device, why);
  },
  openChemistry: openNodeChemistry,
  async evaluateUniform(task, { device, threads, trajectories }) {
    const openDevice = async () => (await openNodeDevice(device, threads === undefined ? {} : { threads })).device;
    return evaluateUniform(task, { openDevice, trajectories });
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
      return trainingOf(trainer, task);
    },
    async evaluate(
      task,
      sampler,
      { trajectories = trainingOptionsOf(sampler.config.trainingOptions).evaluationTrajectories },
    ) {
      const evaluator = await createEvaluator(device, task, restore(device, task, sampler), {
        seed: sampler.config.seed,
        ...(trajectories === undefined ? {} : { trajectories }),
      });
      return (await evaluator.evaluate()).metrics;
    },
    async gradientVariances(task, sampler, { batches }) {
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

function trainingOf(trainer: Trainer, task: AnyTask): Training {
  const { environment } = task;
  const shape = gridShape(environment);
  const isEnumerated = !isDeferred(task) && !('reason' in environment.enumeration);
  return {
    parameters: trainer.parameters,
    bytes: trainer.bytes,
    best: trainer.best,
    stop: trainer.stop,
    evaluate: async () => (await trainer.evaluate()).metrics,
    async distribution() {
      if (!isEnumerated) return undefined;
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

/** A learner whose networks have the numbers of a checkpoint: those that evaluations take, averages where there are any. */
function restore(device: Device, { environment }: AnyTask, { config, tensors }: Sampler): Learner {
  const { architecture } = trainingOptionsOf(config.trainingOptions);
  const { batch, seed } = config;
  const learner = objectiveOf(config).learner({
    ...{ environment, batch, seed },
    ...(architecture ? { architecture } : {}),
  });
  const parameters = learner.trained.map((network) => network.parameters.values);
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

function objectiveOf({ objective, objectiveOptions }: RunConfig) {
  return findObjective(objective).create(objectiveOptions);
}

/** The sides of a grid, for its picture. Objects of a Hypergrid are numbered with the last coordinate fastest. */
function gridShape({ name, options }: Environment): number[] | undefined {
  return name === 'hypergrid' ? new Array<number>(Number(options.dimension)).fill(Number(options.side)) : undefined;
}
