import { parseRunConfig, type RunConfig } from '../../run/run-config.ts';
import { decodeCheckpoint, encodeCheckpoint, type Metrics, type Snapshot } from '../../train/index.ts';
import { pageCatalogue } from '../catalogue.ts';

/** A run as its checkpoint has it. */
export interface SavedRun {
  readonly config: RunConfig;
  readonly snapshot: Snapshot;
  readonly metrics: Metrics;
}

/** The checkpoint file of a run: the one that Node writes. */
export function writeSavedRun({ config, snapshot, metrics }: SavedRun, version: string): Uint8Array<ArrayBuffer> {
  const { step, arrays } = snapshot;
  const trajectories = step * config.batch;
  return encodeCheckpoint({ version, config: { ...config }, step, trajectories, metrics, tensors: arrays });
}

/** @throws Error with the reason, where the bytes are no checkpoint of a run that a page can go on with */
export function readSavedRun(bytes: Uint8Array): SavedRun {
  const { config, step, metrics, tensors } = decodeCheckpoint(bytes);
  return { config: parseRunConfig(pageCatalogue, config), snapshot: { step, arrays: tensors }, metrics };
}
