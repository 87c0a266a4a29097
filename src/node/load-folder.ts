import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type LoadOptions,
  loadRun as loadRunBytes,
  loadSampler as loadSamplerBytes,
  type Sampler,
} from '../run/load.ts';
import type { Run } from '../run/run.ts';
import { messageOf } from '../text/message-of.ts';
import { openNodeChemistry } from './chemistry.ts';

/**
 * `loadRun` of `flowtape` for the folder of a run, as `flowtape train` leaves it. By default data comes from the run's
 * own data folder, and chemistry is RDKit.
 *
 * @throws Error if the folder has no checkpoint, and the errors of `loadRun` of `flowtape`
 */
export async function loadRun(
  folder: string,
  options: LoadOptions & { readonly steps?: number | undefined },
): Promise<Run> {
  const found = await readFolder(folder);
  return loadRunBytes(found.bytes, { ...options, ...resourcesOf(found, options) });
}

/**
 * `loadSampler` of `flowtape` for the folder of a run: see `loadRun`.
 * @throws as `loadRun` does
 */
export async function loadSampler(folder: string, options: LoadOptions): Promise<Sampler> {
  const found = await readFolder(folder);
  return loadSamplerBytes(found.bytes, { ...options, ...resourcesOf(found, options) });
}

interface FoundFolder {
  readonly bytes: Uint8Array;
  /** The folder of the problem's data, if the run had one. */
  readonly data: string | undefined;
}

async function readFolder(folder: string): Promise<FoundFolder> {
  if (typeof folder !== 'string') {
    throw new Error('loadRun of flowtape/node takes the path of a run folder; loadRun of flowtape takes bytes.');
  }
  const file = join(folder, 'checkpoint.safetensors');
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new Error(`Cannot read ${file} (${messageOf(error)}). Give the folder of a run.`, { cause: error });
  });
  return { bytes, data: await dataOf(join(folder, 'config.json')) };
}

/** Checkpoints do not say where data is; the folder's configuration does. Neither may be there. */
async function dataOf(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const { data } = Object(JSON.parse(text)) as { readonly data?: unknown };
    return typeof data === 'string' ? data : undefined;
  } catch (error) {
    throw new Error(`${file} is not JSON: ${messageOf(error)}`, { cause: error });
  }
}

function resourcesOf({ data }: FoundFolder, { read, chemistry }: LoadOptions) {
  return {
    read: read ?? (data === undefined ? undefined : (name: string) => readFile(join(data, name))),
    chemistry: chemistry ?? openNodeChemistry,
  };
}
