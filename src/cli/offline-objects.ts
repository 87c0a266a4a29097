import type { AnyProblem } from '../environment/environment.ts';
import { isRecord } from '../text/is-record.ts';
import { messageOf } from '../text/message-of.ts';
import { refuseReading, UsageError } from './errors.ts';
import { parseJson } from './json-files.ts';
import { readText } from './text-files.ts';

/** An object of a data set. */
export interface OfflineObject {
  /** Its line in the file, from 1. */
  readonly line: number;
  readonly text: string;
}

/** Reads a data set. Throws a UsageError if it cannot be read or is empty. */
export async function readOfflineObjects(path: string): Promise<readonly OfflineObject[]> {
  const objects = offlineObjects(await readText(path).catch(refuseReading(path)));
  if (objects.length === 0) throw new UsageError(`The data set ${path} has no objects: give one a line.`);
  return objects;
}

/** How the head of a table that `sample` prints ends. */
const tableHead = /(?:^|\s)log-reward {2}log-probability {2}object$/;

/**
 * The objects in a data set: one a line, as text or as `sample --json` writes them, or in the table that `sample` prints.
 */
export function offlineObjects(contents: string): OfflineObject[] {
  const objects: OfflineObject[] = [];
  /** What stands before the object in rows of a table. */
  let cells: RegExp | undefined;
  for (const [i, written] of contents.split(/\r?\n/).entries()) {
    const line = written.trim();
    if (line === '') continue;
    if (tableHead.test(line)) {
      const columns = line.split(/ {2,}/).length;
      cells = new RegExp(`^(?:\\S+\\s+){${columns - 1}}`);
    } else {
      const text = cells === undefined ? objectInJson(line) : line.replace(cells, '');
      objects.push({ line: i + 1, text: text ?? written });
    }
  }
  return objects;
}

function objectInJson(line: string): string | undefined {
  const json = parseJson(line);
  return isRecord(json) && typeof json.object === 'string' ? json.object : undefined;
}

/** The states of objects, packed row by row. Throws a UsageError that names the line that is not one. */
export function statesOf({ environment, nameOf }: AnyProblem, objects: readonly OfflineObject[]): Int32Array {
  const { stateSize, parse, name } = environment;
  if (!parse) {
    throw new UsageError(`The objects of ${name} cannot be read from text, so that --offline has nothing to take.`);
  }
  const states = new Int32Array(objects.length * stateSize);
  for (const [i, { line, text: shown }] of objects.entries()) {
    // Tables have the name of an object behind it.
    const text = nameOf === undefined ? shown : shown.replace(/ \(.*\)$/, '');
    const row = new Int32Array(stateSize);
    try {
      parse(text, row);
    } catch (error) {
      throw new UsageError(`Line ${line} of the data set: ${messageOf(error)}`, { cause: error });
    }
    if (!environment.isTerminal(row)) {
      throw new UsageError(`Line ${line} of the data set, ${text}, is not finished: the walk is not at its end.`);
    }
    states.set(row, i * stateSize);
  }
  return states;
}
