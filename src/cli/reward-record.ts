import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandRewardOptions } from '../node/reward/command-reward.ts';
import { isRecord } from '../text/is-record.ts';
import { refuseReading, UsageError } from './errors.ts';
import { parseJson, readJson } from './json-files.ts';
import type { RunFolder } from './run-folder.ts';

/** The program that rewards objects in place of a problem's own reward; `memory` is a full path. */
export type RewardChoice = Pick<
  CommandRewardOptions,
  'command' | 'processes' | 'timeout' | 'exponent' | 'floor' | 'atOnce' | 'memory'
>;

/** What a run's folder says about the program that rewards its objects. */
export interface RewardRecord extends RewardChoice {
  /** The programs before it, the first first, if the run was resumed with another. */
  readonly earlier?: readonly string[] | undefined;
}

const recordFile = 'reward.json';

/** Writes the record into a run's folder. */
export function writeRewardRecord(folder: RunFolder, record: RewardRecord): Promise<void> {
  return folder.write(recordFile, `${JSON.stringify(record, null, 2)}\n`);
}

/**
 * Reads the record in a run's folder; undefined without one, if the run has its problem's own reward. Throws a UsageError
 * if it is damaged, since the run must not continue with another reward.
 */
export async function readRewardRecord(path: string): Promise<RewardRecord | undefined> {
  const file = join(path, recordFile);
  const json = await readJson(file).catch(refuseReading(file));
  if (json === undefined) return undefined;
  if (!isRecord(json) || typeof json.command !== 'string') {
    const problem = json === null ? 'it is not JSON, as if it had been cut' : 'it names no command';
    throw new UsageError(
      `Cannot use ${file}, which says what rewards the run: ${problem}. Put back a copy of it, or make the run again.`,
    );
  }
  const { command, earlier, memory } = json;
  const numbers = ['exponent', 'floor', 'processes', 'timeout', 'atOnce'] as const;
  return {
    command,
    ...(Array.isArray(earlier) ? { earlier: earlier.map(String) } : {}),
    ...Object.fromEntries(numbers.flatMap((name) => (typeof json[name] === 'number' ? [[name, json[name]]] : []))),
    ...(typeof memory === 'string' ? { memory } : {}),
  };
}

/** Bytes of a file that are looked at for an answer. */
const looked = 65_536;

/**
 * Whether a file holds answers of a reward program. Folders can come from elsewhere, and answers are added to the file
 * that their record names: it must be such a file already.
 */
export async function holdsAnswers(file: string): Promise<boolean> {
  const opened = await open(file, 'r').catch(() => undefined);
  if (opened === undefined) return false;
  try {
    const { bytesRead, buffer } = await opened.read(Buffer.alloc(looked), 0, looked, 0);
    return buffer.toString('utf8', 0, bytesRead).split('\n').some(isAnswer);
  } catch {
    return false;
  } finally {
    await opened.close();
  }
}

function isAnswer(line: string): boolean {
  const json = parseJson(line);
  return isRecord(json) && typeof json.object === 'string';
}
