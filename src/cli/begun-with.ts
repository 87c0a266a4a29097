import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { isRecord } from '../text/is-record.ts';
import { readJson } from './json-files.ts';
import type { RunFolder } from './run-folder.ts';

/**
 * What a run starts from besides its settings, as fingerprints. Two runs with equal settings but different priors are
 * different runs, not two seeds of one.
 */
export interface BegunWith {
  /** `uniform`, or the checkpoint of the sampler. */
  readonly prior?: string | undefined;
  /** The objects of a data set. */
  readonly offline?: string | undefined;
  /** The user's own file that the problem reads. */
  readonly data?: string | undefined;
}

const file = 'begun-with.json';

/** A short fingerprint of a file's contents. */
export function fingerprint(contents: Uint8Array | string): string {
  return createHash('sha256').update(contents).digest('hex').slice(0, 12);
}

/** Writes what the run starts from into its folder, if there is anything to write. */
export async function writeBegunWith(folder: RunFolder, begunWith: BegunWith): Promise<void> {
  if (Object.values(begunWith).every((each) => each === undefined)) return;
  await folder.write(file, `${JSON.stringify(begunWith, null, 2)}\n`);
}

/** Reads what `writeBegunWith` wrote, if the folder has it. */
export async function readBegunWith(path: string): Promise<BegunWith> {
  const found = await readJson(join(path, file));
  if (!isRecord(found)) return {};
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return { prior: text(found.prior), offline: text(found.offline), data: text(found.data) };
}
