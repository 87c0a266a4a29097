import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { catalogue } from '../run/catalogue.ts';
import { decodeRun, type SavedRun } from '../run/run-checkpoint.ts';
import { parseRunConfig, type RunConfig } from '../run/run-config.ts';
import { messageOf } from '../text/message-of.ts';
import { asSentence, refuseReading, UsageError } from './errors.ts';
import { codeOf } from './folders.ts';
import { readJson } from './json-files.ts';
import { runFiles } from './run-folder.ts';

/**
 * The configuration in a run's config.json, as `readJson` read it. Throws an Error that says what is wrong with the file.
 */
export function configIn(json: unknown): RunConfig {
  const advice = 'put back a copy of it, or make the run again';
  if (json === undefined) throw new Error(`it is missing: ${advice}`);
  if (json === null) throw new Error(`it is not JSON, as if it had been cut: ${advice}`);
  return parseRunConfig(catalogue, json);
}

/** A run as found in its folder. */
export interface FoundRun extends SavedRun {
  /** The bytes of its checkpoint. */
  readonly bytes: Uint8Array;
}

/**
 * Reads a run folder's checkpoint, and from config.json where its data is and how often it is saved. Throws a
 * UsageError if there is no checkpoint, or if it is cut, altered or another program's.
 */
export async function readRun(folder: string): Promise<FoundRun> {
  const found = await readCheckpoint(folder);
  if (found !== undefined) return found;
  const path = join(resolve(folder), runFiles.checkpoint);
  throw new UsageError(
    `Cannot read ${path}: there is no such file or folder. Give the folder of a run, as "flowtape train" names it.`,
  );
}

/**
 * The run in a folder, ready to be resumed; only its configuration if it was ended before its first checkpoint. Throws
 * a UsageError as `readRun` does.
 */
export async function readUnfinishedRun(folder: string): Promise<FoundRun | { readonly config: RunConfig }> {
  const found = await readCheckpoint(folder);
  if (found !== undefined) return found;
  const path = join(resolve(folder), runFiles.config);
  const json = await readJson(path).catch(refuseReading(path));
  if (json === undefined) {
    throw new UsageError(
      `There is no run in ${resolve(folder)}: neither ${runFiles.checkpoint} nor ${runFiles.config}. ` +
        'Give the folder of a run, as "flowtape train" names it.',
    );
  }
  try {
    return { config: configIn(json) };
  } catch (error) {
    throw new UsageError(`Cannot use ${path}: ${asSentence(messageOf(error))}`, { cause: error });
  }
}

async function readCheckpoint(folder: string): Promise<FoundRun | undefined> {
  const path = join(resolve(folder), runFiles.checkpoint);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    return refuseReading(path)(error);
  }
  try {
    const saved = decodeRun(catalogue, bytes);
    const { data, checkpointEvery } = await readConfig(folder);
    const config = {
      ...saved.config,
      ...(data === undefined ? {} : { data }),
      ...(checkpointEvery === undefined ? {} : { checkpointEvery }),
    };
    return { ...saved, config, bytes };
  } catch (error) {
    throw new UsageError(`Cannot use ${path}: ${asSentence(messageOf(error))}`, { cause: error });
  }
}

/**
 * The contents of config.json. The checkpoint has everything that matters, so a missing or broken file counts as empty.
 */
async function readConfig(folder: string): Promise<Partial<RunConfig>> {
  try {
    return configIn(await readJson(join(resolve(folder), runFiles.config)));
  } catch {
    return {};
  }
}
