import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Chemistry } from '../../chemistry/chemistry.ts';
import { contentProblem, type DataPack } from '../../data/pack.ts';
import type { AnyProblem } from '../../environment/environment.ts';
import { withMoleculeMetrics } from '../../metrics/molecule-metrics.ts';
import { openNodeChemistry } from '../../node/index.ts';
import { flagName } from '../../options/index.ts';
import { dataPacks, findPackWithFiles } from '../../problems/data-packs.ts';
import type { DataReader } from '../../problems/listed.ts';
import { dataOption } from '../../run/effective-options.ts';
import type { RunConfig } from '../../run/run-config.ts';
import { messageOf } from '../../text/message-of.ts';
import { fingerprint } from '../begun-with.ts';
import { asSentence, fileProblem, refuseReading, UsageError } from '../errors.ts';
import { commandLine } from '../invocation.ts';
import { findProblem } from '../make-run-config.ts';
import { type Terminal, writeLine } from '../terminal.ts';
import { cacheFolder, packFolder, packState } from './cache.ts';

/** Where fetched data is, where to report its use, and how to open chemistry. */
export interface FetchedData {
  readonly packs?: readonly DataPack[];
  readonly cache?: string;
  readonly terminal?: Pick<Terminal, 'stderr'>;
  /** Opens chemistry; RDKit by default. */
  readonly openChemistry?: () => Promise<Chemistry>;
}

/** A problem ready to train on, with what displays its objects. */
export interface OpenedProblem {
  readonly problem: AnyProblem;
  /** Present if objects are molecules and a chemistry package is installed. */
  readonly chemistry?: Chemistry;
  /** The fingerprint of the user's own file that it reads. */
  readonly ownData?: string | undefined;
}

/**
 * Makes the problem of a configuration. Its data comes from the configured folder, or from the cache where `flowtape
 * data fetch` puts it. Throws a UsageError if a folder or file is missing or wrong, or the options contradict one
 * another.
 */
export async function openProblem(
  config: Pick<RunConfig, 'problem' | 'problemOptions' | 'data'>,
  fetched: FetchedData = {},
): Promise<OpenedProblem> {
  const { problem: name, problemOptions, data } = config;
  const definition = findProblem(name);
  const folder = dataOption(definition);
  const files = folder?.option.files ?? [];
  const isFile = folder !== undefined && files.length === 0;
  const own = data !== undefined && isFile ? await readOwnFile(data) : undefined;
  const ownData = own && fingerprint(own);
  let reader = own ? async () => own : data === undefined ? undefined : await readerOf(data);
  if (!isFile && folder !== undefined && reader === undefined) {
    const pack = findPackWithFiles(fetched.packs ?? (await dataPacks()), files);
    reader = pack && (await readerOfFetched(pack, fetched));
    if (reader === undefined) {
      const advice = pack === undefined ? '' : `fetch it once with "${commandLine(`data fetch ${pack.name}`)}", or `;
      throw new UsageError(
        `${name} needs data (${files.join(', ')}) that is not part of flowtape: ` +
          `${advice}give the folder that holds it with ${flagName(folder.path)} DIR.`,
      );
    }
  }
  let opened: Promise<Chemistry> | undefined;
  const openChemistry = () => {
    opened ??= (fetched.openChemistry ?? openNodeChemistry)();
    return opened;
  };
  try {
    const problem = await definition.create(problemOptions, reader, { chemistry: openChemistry });
    if (problem.moleculeOf === undefined) return { problem, ownData };
    const chemistry = await openChemistry().catch((error: unknown) => noteMissing(fetched, error));
    if (chemistry === undefined) return { problem, ownData };
    return { problem: withMoleculeMetrics(problem, chemistry), chemistry, ownData };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`Cannot set up ${name}: ${messageOf(error)}`, { cause: error });
  }
}

/** Without a chemistry package molecules can still be sampled, if their reward does not need one. */
async function noteMissing({ terminal }: FetchedData, error: unknown): Promise<undefined> {
  if (terminal === undefined) return;
  const advice = 'Molecules are then not drawn, and the same molecule may have several SMILES.';
  await writeLine(terminal.stderr, `${asSentence(messageOf(error))} ${advice}`);
}

/** Reads and verifies a pack's files from the cache; undefined if they were not fetched. */
async function readerOfFetched(pack: DataPack, fetched: FetchedData): Promise<DataReader | undefined> {
  const folder = packFolder(fetched.cache ?? cacheFolder(), pack);
  const state = await packState(folder, pack);
  if (state === 'not fetched') return undefined;
  const advice = `Fetch it again with "${commandLine(`data fetch ${pack.name}`)}".`;
  if (state === 'incomplete') throw new UsageError(`The data in ${folder} is incomplete. ${advice}`);
  if (fetched.terminal !== undefined) await writeLine(fetched.terminal.stderr, `data: ${pack.name}, from ${folder}`);
  const read = await readerOf(folder);
  return async (name) => {
    const contents = await read(name);
    const file = pack.files.find((known) => known.name === name);
    const problem = file && (await contentProblem(contents, file));
    if (problem === undefined) return contents;
    throw new UsageError(`${name} in ${folder} ${problem}. ${advice}`);
  };
}

/** The user's own file, returned whatever name is asked for. */
function readOwnFile(file: string): Promise<Buffer> {
  const path = resolve(file);
  return readFile(path).catch(refuseReading(path));
}

async function readerOf(folder: string): Promise<DataReader> {
  const path = resolve(folder);
  const found = await stat(path).catch((error: unknown) => {
    throw new UsageError(`Cannot read the data folder ${path}: ${fileProblem(error)}.`, { cause: error });
  });
  if (!found.isDirectory()) throw new UsageError(`The data folder ${path} is a file. Give the folder that holds it.`);
  return async (name) => {
    try {
      return await readFile(join(path, name));
    } catch (error) {
      throw new UsageError(`Cannot read ${name} in the data folder ${path}: ${fileProblem(error)}.`, { cause: error });
    }
  };
}
