import { createHash } from 'node:crypto';
import type { Device } from '../../src/device/index.ts';
import { openNodeChemistry } from '../../src/node/index.ts';
import { findProblem } from '../../src/problems/listed.ts';
import { catalogue } from '../../src/run/catalogue.ts';
import { createConfiguredRun } from '../../src/run/run.ts';
import { decodeRun } from '../../src/run/run-checkpoint.ts';
import { completeConfig, type RunConfig } from '../../src/run/run-config.ts';
import type { RunSettings } from '../../src/run/run-settings.ts';

/** Runs small enough for hundreds in an hour, which together cover every part of training. */
export const shortRuns: readonly RunConfig[] = [
  configOf({ problem: 'hypergrid', objective: 'ent-ppo', problemOptions: { side: 8 }, steps: 20 }),
  configOf({
    problem: 'bit-sequence',
    objective: 'tb',
    trainingOptions: { replay: { kind: 'prioritised' }, keepBest: 20 },
  }),
  configOf({
    problem: 'qm9-atoms',
    objective: 'tb',
    problemOptions: { maxAtoms: 4 },
    trainingOptions: {
      network: { width: 16, layers: 1, heads: 1 },
      optimizer: { averageDecay: 0.9 },
      evaluationTrajectories: 16,
    },
    steps: 4,
    batch: 8,
  }),
];

/** The run that continues all the time. */
export const longRun: RunConfig = configOf({
  problem: 'hypergrid',
  objective: 'ent-ppo',
  steps: 2 ** 31 - 1,
  batch: 32,
  evaluateEvery: 500,
});

function configOf(given: RunSettings & { problem: string; objective: string }): RunConfig {
  const { steps = 10 } = given;
  const standing = { seed: 1, steps, batch: 16, evaluateEvery: Math.max(1, steps / 2) };
  return completeConfig(catalogue, standing, given);
}

/** Makes the problem of a run. */
export function problemOf({ problem, problemOptions }: RunConfig) {
  return findProblem(problem).create(problemOptions, undefined, { chemistry: openNodeChemistry });
}

/**
 * One run's life: trained to the middle, saved as a checkpoint, loaded, trained to the end, sampled from, saved,
 * closed. Each half takes a device from `open` and returns it to `close`. Returns the digest of the last checkpoint,
 * which is always the same for the same run.
 */
export async function liveThrough(
  config: RunConfig,
  open: () => Promise<Device>,
  close: (device: Device) => void = (device) => device.destroy(),
): Promise<string> {
  const problem = await problemOf(config);
  let bytes: Uint8Array | undefined;
  for (const stop of [Math.ceil(config.steps / 2), config.steps]) {
    const device = await open();
    try {
      const from = bytes && decodeRun(catalogue, bytes).snapshot;
      const run = await createConfiguredRun(device, config, problem, { from });
      await run.step(stop - run.iteration);
      await run.evaluate();
      await run.sample(32, { seed: 1 });
      bytes = await run.save();
      await run.close();
    } finally {
      close(device);
    }
  }
  return createHash('sha256')
    .update(bytes ?? '')
    .digest('hex');
}
