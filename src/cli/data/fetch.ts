import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { contentProblem, type DataPack, type OriginalFile } from '../../data/pack.ts';
import { messageOf } from '../../text/message-of.ts';
import { fileProblem, UsageError } from '../errors.ts';
import { storePack, type WriteFile } from './cache.ts';
import { AbsentFileError, download, isAllowedAddress } from './download.ts';

export interface FetchOptions {
  /** A folder or URL that has the originals; by default, where their authors publish them. */
  readonly from?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called before each attempt to get an original, and as its bytes arrive. */
  readonly onProgress?: ((original: OriginalFile, place: string, received: number) => void) | undefined;
  readonly stallSeconds?: number | undefined;
  readonly writeFile?: WriteFile | undefined;
}

/**
 * Gets a pack's originals, checks them, builds the pack's files, checks those too, and puts them into `folder`. Nothing
 * is written before everything is checked.
 *
 * @returns where each original was found, in their order
 * @throws UsageError on an invalid `from`; Error if an original cannot be had or is wrong, or if the folder cannot be
 *   written to; `signal`'s reason if it was aborted
 */
export async function fetchPack(pack: DataPack, folder: string, options: FetchOptions = {}): Promise<string[]> {
  const originals = new Map<string, Uint8Array>();
  const places: string[] = [];
  const read = await readerOf(pack, options);
  for (const original of pack.originals) {
    const { place, contents } = await read(original);
    places.push(place);
    originals.set(original.name, contents);
  }
  const files = await convert(pack, originals);
  options.signal?.throwIfAborted();
  await storePack(folder, files, options.writeFile);
  return places;
}

/** Gets an original whose size and checksum are right. */
type ReadOriginal = (original: OriginalFile) => Promise<{ place: string; contents: Uint8Array }>;

async function readerOf(pack: DataPack, options: FetchOptions): Promise<ReadOriginal> {
  const { from } = options;
  if (from === undefined) return (original) => downloadOriginal(original, original.addresses, options);
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(from)) {
    const base = URL.canParse(from) ? new URL(from) : undefined;
    if (base === undefined || !isAllowedAddress(base)) {
      throw new UsageError(
        `--from takes a folder or an address that starts with https:// (http:// on localhost), not "${from}".`,
      );
    }
    if (!base.pathname.endsWith('/')) base.pathname += '/';
    return (original) => downloadOriginal(original, [new URL(encodeURIComponent(original.name), base).href], options);
  }
  const folder = resolve(from);
  const found = await stat(folder).catch((error: unknown) => {
    throw new UsageError(`Cannot read the folder ${folder}: ${fileProblem(error)}.`, { cause: error });
  });
  if (!found.isDirectory()) throw new UsageError(`--from takes a folder, and ${folder} is a file.`);
  return async (original) => {
    const place = join(folder, original.name);
    if (!existsSync(place)) {
      const missing = pack.originals.map(({ name }) => name).filter((name) => !existsSync(join(folder, name)));
      const are = missing.length > 1 ? 'are' : 'is';
      throw new Error(`Cannot use the folder ${folder}: ${missing.join(', ')} ${are} not there. Nothing was stored.`);
    }
    options.onProgress?.(original, place, 0);
    return { place, contents: await readOriginal(original, place) };
  };
}

/** Tries addresses in turn while the answer is that the file is gone. */
async function downloadOriginal(original: OriginalFile, addresses: readonly string[], options: FetchOptions) {
  const { signal, stallSeconds } = options;
  const problems: string[] = [];
  let cause: unknown;
  for (const place of addresses) {
    options.onProgress?.(original, place, 0);
    const onProgress = (received: number) => options.onProgress?.(original, place, received);
    try {
      const contents = await download(place, { size: original.size, signal, stallSeconds, onProgress });
      const problem = await contentProblem(contents, original);
      if (problem === undefined) return { place, contents };
      problems.push(`What came from ${place} ${problem}`);
      break;
    } catch (error) {
      if (signal?.aborted) throw error;
      problems.push(messageOf(error));
      cause = error;
      if (!(error instanceof AbsentFileError)) break;
    }
  }
  throw new Error(
    `${problems.join('. ')}. Nothing was stored. Without a network, or behind a proxy, get the file in another way and ` +
      'give its folder with --from DIR.',
    { cause },
  );
}

async function readOriginal(original: OriginalFile, path: string): Promise<Uint8Array> {
  const refuse = (problem: string, cause?: unknown): never => {
    throw new Error(`Cannot use ${path}: ${problem}. Nothing was stored.`, { cause });
  };
  const failed = (error: unknown): never => refuse(fileProblem(error), error);
  const { size } = await stat(path).catch(failed);
  // A file of the wrong size is not read: it could be huge.
  if (size !== original.size) refuse(`it has ${size} bytes and should have ${original.size}`);
  const contents = await readFile(path).catch(failed);
  const problem = await contentProblem(contents, original);
  return problem === undefined ? contents : refuse(`it ${problem}`);
}

async function convert(
  pack: DataPack,
  originals: ReadonlyMap<string, Uint8Array>,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const made = await pack.convert(originals);
  const files = new Map<string, Uint8Array>();
  for (const file of pack.files) {
    const contents = made.get(file.name) ?? new Uint8Array();
    const problem = await contentProblem(contents, file);
    // The originals are right, so the fault is neither theirs nor the user's.
    if (problem !== undefined) {
      throw new Error(`A fault of flowtape: ${file.name}, made of the originals, ${problem}. Nothing was stored.`);
    }
    files.set(file.name, contents);
  }
  return files;
}
