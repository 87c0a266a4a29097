import type { Device } from '../device/index.ts';
import { type AnyProblem, isDeferred } from '../environment/environment.ts';
import { openNodeChemistry, openNodeDevice } from '../node/index.ts';
import { catalogue } from '../run/catalogue.ts';
import { restoreParameters, runLearner } from '../run/learner.ts';
import { configuredTrainer } from '../run/run.ts';
import { defaultSettings, presets } from '../run/settings.ts';
import { createEvaluator, evaluateUniform, gradientVariances, sampleObjects, type Trainer } from '../train/index.ts';
import { diagnose } from './diagnosis.ts';
import type { Engine, EngineDevice, Progress, SavedSampler, Training } from './engine.ts';

/** The library, as the command line uses it. */
export const library: Engine = {
  ...catalogue,
  presets,
  defaults: defaultSettings,
  async openDevice(preference, threads) {
    const { device, why } = await openNodeDevice(preference, threads === undefined ? {} : { threads });
    return engineDevice(device, why);
  },
  openChemistry: openNodeChemistry,
  async evaluateUniform(problem, { device, threads, trajectories }) {
    const openDevice = async () => (await openNodeDevice(device, threads === undefined ? {} : { threads })).device;
    return evaluateUniform(problem, { openDevice, trajectories });
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
    async train(config, problem, from, start) {
      return trainingOf(await configuredTrainer(device, config, problem, { from, ...start }), problem);
    },
    async evaluate(problem, sampler, { trajectories = sampler.config.trainingOptions.evaluationTrajectories }) {
      const evaluator = await createEvaluator(device, problem, await restoreLearner(device, problem, sampler), {
        seed: sampler.config.seed,
        ...(trajectories === undefined ? {} : { trajectories }),
      });
      return (await evaluator.evaluate()).metrics;
    },
    async gradientVariances(problem, sampler, { batches }) {
      const { objectiveOptions, batch, seed } = sampler.config;
      const { backwardPolicy = 'uniform', lambda = generalizedAdvantageDecay } = objectiveOptions;
      if (backwardPolicy !== 'uniform') {
        throw new Error(
          'Variances of policy gradients are taken with the uniform backward policy, which this run lacks.',
        );
      }
      const learner = await restoreLearner(device, problem, sampler);
      const found = await gradientVariances({ device, problem, learner, batch, batches, lambda: Number(lambda), seed });
      return Object.fromEntries(Object.entries(found).map(([name, trace]) => [`gradientVariance/${name}`, trace]));
    },
    async *sample(problem, sampler, options) {
      yield* sampleObjects({ device, problem, learner: await restoreLearner(device, problem, sampler), ...options });
    },
    close: () => device.destroy(),
  };
}

async function restoreLearner(device: Device, problem: AnyProblem, { config, snapshot }: SavedSampler) {
  const learner = await runLearner(config, problem);
  restoreParameters(device, learner, snapshot);
  return learner;
}

function trainingOf(trainer: Trainer, problem: AnyProblem): Training {
  const { environment } = problem;
  const { gridShape: shape } = problem;
  const isEnumerated = !isDeferred(problem) && !('reason' in environment.enumeration);
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
    snapshot: trainer.snapshot,
    lastSnapshot: trainer.lastSnapshot,
    async *[Symbol.asyncIterator](): AsyncGenerator<Progress> {
      for await (const { diagnostics, ...progress } of trainer) {
        yield Object.hasOwn(diagnostics, 'loss') ? { ...progress, loss: diagnostics.loss } : progress;
      }
    },
  };
}
