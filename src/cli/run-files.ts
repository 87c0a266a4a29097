import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseRunConfig, type RunConfig } from '../run/run-config.ts';
import { type Checkpoint, decodeCheckpoint } from '../train/checkpoint-file.ts';
import type { Engine } from './engine.ts';
import { asSentence, fileProblem, reasonOf, UsageError } from './errors.ts';
import { runFiles } from './run-folder.ts';

/**
 * Reads the checkpoint of a run folder, and the configuration in it. Throws a UsageError where there is none, or
 * where it is cut, altered or another program's.
 */
export async function readRun(engine: Engine, folder: string): Promise<{ config: RunConfig; checkpoint: Checkpoint }> {
  const path = join(resolve(folder), runFiles.checkpoint);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new UsageError(
      `Cannot read ${path}: ${fileProblem(error)}. Give the folder of a run that has ended, as "flowtape train" names it.`,
      { cause: error },
    );
  }
  try {
    const checkpoint = decodeCheckpoint(bytes);
    return { config: parseRunConfig(engine, checkpoint.config), checkpoint };
  } catch (error) {
    throw new UsageError(`Cannot use ${path}: ${asSentence(reasonOf(error))}`, { cause: error });
  }
}
