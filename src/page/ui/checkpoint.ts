import { decodeRun } from '../../run/run-checkpoint.ts';
import type { RunConfig } from '../../run/run-config.ts';
import { pageCatalogue } from '../catalogue.ts';
import { checkPageLimits } from '../limits.ts';

/** The facts about a checkpoint that the page needs before it gives up the current run. */
export interface CheckpointHead {
  readonly config: RunConfig;
  readonly step: number;
}

/** Networks of a page's runs are far smaller. */
export const largestCheckpoint = 256 * 2 ** 20;

/** @throws Error with the reason, if the bytes are not the checkpoint of a run that this page can continue */
export function readHead(bytes: Uint8Array): CheckpointHead {
  const { config, snapshot } = decodeRun(pageCatalogue, bytes);
  checkPageLimits(config);
  return { config, step: snapshot.step };
}

/** The file name of a saved run. */
export function fileNameOf({ problem, objective, seed }: RunConfig, step: number): string {
  return `flowtape-${problem}-${objective}-seed-${seed}-iteration-${step}.safetensors`;
}
