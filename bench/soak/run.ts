import { createHash } from 'node:crypto';
import { version } from '../../package.json';
import type { Device } from '../../src/index.ts';
import { decodeCheckpoint, encodeCheckpoint, sampleObjects } from '../../src/index.ts';
import { openNodeChemistry } from '../../src/node/index.ts';
import { findProblem } from '../../src/problems/listed.ts';
import { createRunTrainer } from '../../src/run/run.ts';
import type { RunConfig } from '../../src/run/run-config.ts';

/** Runs small enough to be made hundreds of times in an hour, which between them use every part of training. */
export const shortRuns: readonly RunConfig[] = [
  configOf({ environment: 'hypergrid', objective: 'ent-ppo', environmentOptions: { side: 8 }, steps: 20 }),
  configOf({ environment: 'bit-sequence', objective: 'tb', trainingOptions: { replay: 'prioritised', keepBest: 20 } }),
  configOf({
    environment: 'qm9-atoms',
    objective: 'tb',
    environmentOptions: { maxAtoms: 4 },
    trainingOptions: { graphWidth: 16, graphLayers: 1, graphHeads: 1, evaluationTrajectories: 16, averageDecay: 0.9 },
    steps: 4,
    batch: 8,
  }),
];

/** The run that goes on all the time. */
export const longRun: RunConfig = configOf({
  environment: 'hypergrid',
  objective: 'ent-ppo',
  steps: 2 ** 31 - 1,
  batch: 32,
  evaluateEvery: 500,
});

function configOf(given: Partial<RunConfig> & Pick<RunConfig, 'environment' | 'objective'>): RunConfig {
  const { steps = 10 } = given;
  return {
    environmentOptions: {},
    objectiveOptions: {},
    trainingOptions: {},
    ...{ device: 'auto', seed: 1, steps, batch: 16, evaluateEvery: Math.max(1, steps / 2) },
    ...given,
  };
}

/** Makes the problem of a run. */
export function problemOf({ environment, environmentOptions }: RunConfig) {
  return findProblem(environment).create(environmentOptions, undefined, { chemistry: openNodeChemistry });
}

/**
 * One run's life: trained to the middle, saved as the bytes of a checkpoint, read back on another device, trained to
 * the end, sampled from, saved. Returns the digest of that last checkpoint, the same for the same run every time.
 */
export async function liveThrough(config: RunConfig, open: () => Promise<Device>): Promise<string> {
  const problem = await problemOf(config);
  const stops = [Math.ceil(config.steps / 2), config.steps];
  let bytes: Uint8Array | undefined;
  for (const stop of stops) {
    const device = await open();
    try {
      const saved = bytes && decodeCheckpoint(bytes);
      const from = saved && { step: saved.step, arrays: saved.tensors };
      const trainer = await createRunTrainer(device, config, problem, from);
      let step = 0;
      for await (const progress of trainer) {
        ({ step } = progress);
        if (step >= stop) trainer.stop();
      }
      const { arrays } = await trainer.snapshot();
      const metrics = (await trainer.evaluate()).metrics;
      const counts = { step, trajectories: step * config.batch };
      bytes = encodeCheckpoint({ version, config: { ...config }, ...counts, metrics, tensors: arrays });
      for await (const _ of sampleObjects({ device, problem, learner: trainer.learner, count: 32, seed: 1 }));
    } finally {
      device.destroy();
    }
  }
  return createHash('sha256')
    .update(bytes ?? '')
    .digest('hex');
}
