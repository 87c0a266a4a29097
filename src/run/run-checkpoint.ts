import { decodeCheckpoint, encodeCheckpoint, type Snapshot } from '../train/index.ts';
import { flowtapeVersion } from '../version.ts';
import type { Catalogue } from './catalogue.ts';
import { parseRunConfig, type RunConfig } from './run-config.ts';

/** A run that can be resumed with `createConfiguredRun`. */
export interface SavedRun {
  /** Without settings that do not affect the run: where its data is, and how often it is saved. */
  readonly config: RunConfig;
  readonly snapshot: Snapshot;
  /** The version of flowtape that wrote it. */
  readonly version: string;
}

/**
 * A run as the bytes of a checkpoint file. They depend only on the version, the configuration and the iterations done:
 * not on time, paths, threads, the number of checkpoints, or whether the run was ever interrupted.
 * @param config its `device` is the actual kind, not `auto`
 * @throws as `encodeSafetensors` does
 */
export function encodeRun({ config, snapshot }: Omit<SavedRun, 'version'>): Uint8Array<ArrayBuffer> {
  const { data: _, checkpointEvery: __, ...deciding } = config;
  const { metrics = {}, adopted, ...state } = snapshot;
  const trajectories = state.step * config.batch;
  return encodeCheckpoint({ version: flowtapeVersion, config: { ...deciding }, trajectories, metrics, adopted, state });
}

/**
 * Reads a complete checkpoint file, of this version or an earlier one. Throws an Error with the reason if it is cut,
 * altered, another program's, of another format or a later version, or if this version does not know its configuration.
 * Whether its arrays fit the configuration is checked when a trainer is made from it.
 */
export function decodeRun(known: Catalogue, bytes: Uint8Array): SavedRun {
  const { version, config, metrics, adopted, state, trajectories } = decodeCheckpoint(bytes);
  checkVersion(version);
  const parsed = parseRunConfig(known, config);
  const { step, key } = state;
  if (step > parsed.steps || trajectories !== step * parsed.batch) {
    throw new Error(
      `its ${step} iterations and ${trajectories} trajectories do not fit a run of ${parsed.steps} iterations of ` +
        `${parsed.batch} trajectories`,
    );
  }
  if (key[0] >>> 0 !== parsed.seed) {
    throw new Error(
      `its random numbers are those of seed ${key[0] >>> 0}, but its configuration has seed ${parsed.seed}`,
    );
  }
  return {
    version,
    config: parsed,
    snapshot: {
      ...state,
      metrics: Object.keys(metrics).length === 0 ? undefined : metrics,
      ...(adopted ? { adopted } : {}),
    },
  };
}

/** @throws Error if a later version of flowtape wrote it, in which names may mean other things */
function checkVersion(version: string): void {
  const [written, ours] = [version, flowtapeVersion].map((text) =>
    /^(\d+)\.(\d+)\.(\d+)/.exec(text)?.slice(1).map(Number),
  );
  if (!written || !ours)
    throw new Error(`it was written by a flowtape of version ${JSON.stringify(version)}, which is not a version`);
  const at = written.findIndex((number, i) => number !== ours[i]);
  if (at < 0 || written[at] < ours[at]) return;
  throw new Error(
    `it was written by flowtape ${version}, which is later than this one, ${flowtapeVersion}; use that one`,
  );
}

/**
 * The configuration of a run extended to another number of iterations. Its past stays valid: falling learning rates
 * continue to fall as planned, and then stay constant. So a run of 100 iterations extended to 200 equals a run of 200
 * iterations whose rates fall over the first 100 (`learningRate.steps`).
 */
export function withSteps(config: RunConfig, steps: number): RunConfig {
  const { learningRate } = config.trainingOptions;
  if (steps === config.steps || learningRate.end === 1 || learningRate.steps !== undefined) return { ...config, steps };
  const trainingOptions = { ...config.trainingOptions, learningRate: { ...learningRate, steps: config.steps } };
  return { ...config, steps, trainingOptions };
}
