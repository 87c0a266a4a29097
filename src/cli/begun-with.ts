import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { isRecord, readJson } from './json-files.ts';
import type { RunFolder } from './run-folder.ts';

/**
 * What a run begins with that its settings do not hold, by fingerprints: two runs with the same settings and another prior
 * are not the same but for their seeds.
 */
export interface BegunWith {
  /** `uniform`, or the checkpoint of the sampler. */
  readonly prior?: string | undefined;
  /** The objects of a data set. */
  readonly offline?: string | undefined;
  /** A file of the user's own that the problem is made of. */
  readonly data?: string | undefined;
}

const file = 'begun-with.json';

/** A file's contents in few letters. */
export function fingerprint(contents: Uint8Array | string): string {
  return createHash('sha256').update(contents).digest('hex').slice(0, 12);
}

/** Has the run's folder say what the run begins with, where that is anything. */
export async function writeBegunWith(folder: RunFolder, begunWith: BegunWith): Promise<void> {
  if (Object.values(begunWith).every((each) => each === undefined)) return;
  await folder.write(file, `${JSON.stringify(begunWith, null, 2)}\n`);
}

/** What the run in a folder began with, as far as its folder tells. */
export async function readBegunWith(path: string): Promise<BegunWith> {
  const found = await readJson(join(path, file));
  if (!isRecord(found)) return {};
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return { prior: text(found.prior), offline: text(found.offline), data: text(found.data) };
}
