import { isRecord } from '../text/is-record.ts';
import { codeOf } from './folders.ts';
import { readText } from './text-files.ts';

/** The value in a JSON file; null if it is not JSON, undefined if there is no file. Throws if it cannot be read. */
export async function readJson(path: string): Promise<unknown> {
  const text = await readIfThere(path);
  return text === undefined ? undefined : (parseJson(text) ?? null);
}

/**
 * The objects in a file with one JSON object a line. Other lines are skipped, since the last one is cut if its program
 * was killed while writing. Empty if there is no file. Throws if it cannot be read.
 */
export async function readJsonLines(path: string): Promise<Record<string, unknown>[]> {
  const text = (await readIfThere(path)) ?? '';
  return text.split('\n').map(parseJson).filter(isRecord);
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readText(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The value that a text is as JSON; undefined if it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
