import { decodeCheckpoint, encodeCheckpoint, type Snapshot } from '../train/index.ts';
import type { Catalogue } from './catalogue.ts';
import { parseRunConfig, type RunConfig } from './run-config.ts';

/** A run that can be gone on with: what `createRunTrainer` makes ready again. */
export interface SavedRun {
  /** Without what does not decide how the run goes: where its data is, and how often it is saved. */
  readonly config: RunConfig;
  readonly snapshot: Snapshot;
  /** The flowtape that wrote it. */
  readonly version: string;
}

/**
 * A run as the bytes of a checkpoint file. They depend on nothing but the version, the configuration and the iterations
 * done: not on time, paths, threads, the number of checkpoints, or whether the run was ever interrupted.
 * @param config its `device` is the kind that the run is on, not `auto`
 * @throws as `encodeSafetensors` does
 */
export function encodeRun({ config, snapshot, version }: SavedRun): Uint8Array<ArrayBuffer> {
  const { data: _, checkpointEvery: __, ...deciding } = config;
  const { step, arrays, metrics = {} } = snapshot;
  const trajectories = step * config.batch;
  return encodeCheckpoint({ version, config: { ...deciding }, step, trajectories, metrics, tensors: arrays });
}

/**
 * Reads a checkpoint file whole. Throws an Error with the reason where it is cut, altered, another program's or another
 * version's, or where its configuration is none that this flowtape knows. That its arrays are those that the
 * configuration needs is checked when a trainer is made from it.
 */
export function decodeRun(known: Catalogue, bytes: Uint8Array): SavedRun {
  const { version, config, step, metrics, tensors, trajectories } = decodeCheckpoint(bytes);
  const parsed = parseRunConfig(known, config);
  if (step > parsed.steps || trajectories !== step * parsed.batch) {
    throw new Error(
      `its ${step} iterations and ${trajectories} trajectories are none of a run of ${parsed.steps} iterations of ` +
        `${parsed.batch} trajectories`,
    );
  }
  for (const { name, data } of tensors) {
    if ((name === 'rollout/key' || name === 'replay/key') && data[2] !== step) {
      throw new Error(`its random counter ${name} stands at ${data[2]} iterations, not at ${step}`);
    }
  }
  return { version, config: parsed, snapshot: { step, arrays: tensors, metrics } };
}

/**
 * The configuration of a run that goes on to another number of iterations. What has been done stays what it was: learning
 * rates that fall go on falling as they were going to, and stay where they end. So a run of 100 iterations that goes on to
 * 200 is the run of 200 iterations whose rates fall over the first 100 (`learningRateSteps`), from its start on.
 */
export function withSteps(config: RunConfig, steps: number): RunConfig {
  const { learningRateEnd = 1, learningRateSteps = 0 } = config.trainingOptions;
  if (steps === config.steps || learningRateEnd === 1 || learningRateSteps !== 0) return { ...config, steps };
  return { ...config, steps, trainingOptions: { ...config.trainingOptions, learningRateSteps: config.steps } };
}
