import { decodeRun } from '../../run/run-checkpoint.ts';
import type { RunConfig } from '../../run/run-config.ts';
import { pageCatalogue } from '../catalogue.ts';
import { checkPageLimits } from '../limits.ts';

/** What the page has to know of a checkpoint before it gives up the run that it has. */
export interface CheckpointHead {
  readonly config: RunConfig;
  readonly step: number;
}

/** Networks of a page's runs are far smaller. */
export const largestCheckpoint = 256 * 2 ** 20;

/** @throws Error with the reason, where the bytes are no checkpoint of a run that this page can go on with */
export function readHead(bytes: Uint8Array): CheckpointHead {
  const { config, snapshot } = decodeRun(pageCatalogue, bytes);
  checkPageLimits(config);
  return { config, step: snapshot.step };
}

/** What a saved run's file is called. */
export function fileNameOf({ problem, objective, seed }: RunConfig, step: number): string {
  return `flowtape-${problem}-${objective}-seed-${seed}-iteration-${step}.safetensors`;
}
