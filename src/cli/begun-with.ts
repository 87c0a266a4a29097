import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { isRecord } from '../text/is-record.ts';
import { readJson } from './json-files.ts';
import type { RunFolder } from './run-folder.ts';
import { quoted } from './text.ts';

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

/** Where it was when the run began, as full paths. */
export interface BegunFrom {
  readonly prior?: string | undefined;
  readonly offline?: string | undefined;
}

/** The file in a run's folder that says it. */
export const begunFile = 'begun-with.json';

/** A short fingerprint of a file's contents. */
export function fingerprint(contents: Uint8Array | string): string {
  return createHash('sha256').update(contents).digest('hex').slice(0, 12);
}

/** Writes what the run starts from into its folder, if there is anything to write. */
export async function writeBegunWith(folder: RunFolder, begunWith: BegunWith, from: BegunFrom = {}): Promise<void> {
  const isAny = (values: BegunWith) => Object.values(values).some((each) => each !== undefined);
  if (!isAny(begunWith)) return;
  const contents = isAny(from) ? { ...begunWith, from } : begunWith;
  await folder.write(begunFile, `${JSON.stringify(contents, null, 2)}\n`);
}

/** Reads what `writeBegunWith` wrote, if the folder has it. */
export async function readBegunWith(path: string): Promise<BegunWith> {
  return begunWithIn(await readJson(join(path, begunFile)));
}

/** The fingerprints in a JSON value; those that are no texts do not count. */
export function begunWithIn(json: unknown): BegunWith {
  if (!isRecord(json)) return {};
  const names = ['prior', 'offline', 'data'] as const;
  return Object.fromEntries(names.flatMap((name) => (typeof json[name] === 'string' ? [[name, json[name]]] : [])));
}

/**
 * How two runs of one target differ in what they began with, as "prior 13a2, not uniform"; undefined if they do not. Their
 * own data does not count, since it is part of the target.
 */
export function begunDifference(first: BegunWith, second: BegunWith): string | undefined {
  for (const name of ['prior', 'offline'] as const) {
    const [mine, others] = [first[name] ?? 'absent', second[name] ?? 'absent'];
    if (mine !== others) return `${name} ${mine}, not ${others}`;
  }
  return undefined;
}

/** The flags with which the run in a folder begins again, quoted for the shell; DIR and FILE for paths it does not tell. */
export async function begunFlags(path: string): Promise<string[]> {
  const found = await readJson(join(path, begunFile));
  const { prior, offline } = begunWithIn(found);
  const from = isRecord(found) && isRecord(found.from) ? found.from : {};
  const told = (place: unknown, otherwise: string) => (typeof place === 'string' ? quoted(place) : otherwise);
  return [
    ...(prior === undefined ? [] : [`--prior ${prior === 'uniform' ? prior : told(from.prior, 'DIR')}`]),
    ...(offline === undefined ? [] : [`--offline ${told(from.offline, 'FILE')}`]),
  ];
}
