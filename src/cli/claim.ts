import { open, readFile, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileProblem, UsageError } from './errors.ts';
import { codeOf } from './folders.ts';
import { isRecord, readJson } from './json-files.ts';
import { removeFile, renameOver } from './rename-over.ts';

/** A process that is at work in a folder. */
export interface Claimant {
  readonly process: number;
  readonly host: string;
}

/** The process that works in a folder touches its claim this often, in milliseconds. */
const heartbeat = 15_000;

/** A claim that was not touched for so long belongs to a process that has ended: clocks of machines may differ a little. */
const silence = 300_000;

/** The claim of a run's folder, while a process trains there. */
export const runClaim = 'running.json';

/** Claims a run's folder for this process, as `takeClaim` does. Returns how to give it back. */
export async function claimRun(path: string): Promise<() => Promise<void>> {
  const stop = await takeClaim(path, runClaim);
  return async () => {
    stop();
    await removeFile(join(path, runClaim));
  };
}

/** Whether a folder with these files holds nothing but what is left of a claim whose process has ended. */
export async function holdsDeadClaim(path: string, files: readonly string[]): Promise<boolean> {
  if (!files.includes(runClaim) || files.some((name) => !name.startsWith(runClaim))) return false;
  const claim = await readClaim(join(path, runClaim));
  return claim !== undefined && claim.owner === undefined;
}

/** Throws a UsageError where another process trains in the folder. */
export function refuseRunning(path: string): Promise<void> {
  return refuseClaimed(path, runClaim);
}

/**
 * Claims a folder for this process by a file in it: of two that try, one is refused. What a killed process has left of a
 * claim is no claim any more. Returns how to stop touching the file. Throws a UsageError where another process is at work.
 */
export async function takeClaim(path: string, name: string): Promise<() => void> {
  await refuseClaimed(path, name);
  const file = join(path, name);
  try {
    await clearStale(path, name);
    await writeClaim(file);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (codeOf(error) === 'EEXIST') throw new UsageError(`Another process has just begun to train in ${path}.`);
    throw new UsageError(`Cannot write to ${path}: ${fileProblem(error)}.`, { cause: error });
  }
  return keepClaim(file);
}

async function refuseClaimed(path: string, name: string): Promise<void> {
  const claim = await readClaim(join(path, name));
  if (claim?.owner === undefined) return;
  const { process: id, host } = claim.owner;
  throw new UsageError(
    `Process ${id} on ${host} is training in ${path}, and two would overwrite each other's work. ` +
      `Wait for it or stop it; if it is none of flowtape's, delete ${join(path, name)}.`,
  );
}

/** Takes the claim of a process that has ended away. Another's that took its place in between is put back. */
async function clearStale(path: string, name: string): Promise<void> {
  const file = join(path, name);
  const aside = `${file}.${process.pid}.unfinished`;
  try {
    await renameOver(file, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  const taken = await readClaim(aside);
  if (taken?.owner !== undefined) await renameOver(aside, file);
  else await removeFile(aside);
  await refuseClaimed(path, name);
}

/** Writes this process into a file that must not be there yet. Throws the system's error. */
export async function writeClaim(file: string): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await handle
      .writeFile(`${JSON.stringify({ process: process.pid, host: hostname() })}\n`)
      .finally(() => handle.close());
  } catch (error) {
    // Left empty, as on a full disk, it would keep everyone away for a while.
    await removeFile(file);
    throw error;
  }
}

/** Touches a claim from time to time. Returns how to stop. */
export function keepClaim(file: string): () => void {
  const beat = setInterval(() => {
    const now = new Date();
    // A folder that was moved away under the run is for the run's own writes to complain of.
    utimes(file, now, now).catch(() => undefined);
  }, heartbeat);
  beat.unref();
  return () => clearInterval(beat);
}

/** The claim in a file, with its owner while that is at work; undefined where there is no claim. */
export async function readClaim(file: string): Promise<{ readonly owner?: Claimant } | undefined> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) return undefined;
  const claim = await readJson(file);
  // Read before its process has written it.
  const isSilent = Date.now() - found.mtimeMs > silence;
  if (isSilent) return {};
  if (!isRecord(claim) || typeof claim.process !== 'number' || typeof claim.host !== 'string') {
    return { owner: { process: 0, host: 'this or another machine' } };
  }
  const isHere = claim.host === hostname();
  // A process of this number that has ended, or this one, which had another life in a container that was started anew.
  if (isHere && (claim.process === process.pid || !(await isAlive(claim.process)))) return {};
  return { owner: { process: claim.process, host: claim.host } };
}

/** Whether a process has not ended. Linux still lists one that has, until its parent asks what became of it. */
async function isAlive(id: number): Promise<boolean> {
  try {
    process.kill(id, 0);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') return false;
  }
  const status = await readFile(`/proc/${id}/stat`, 'latin1').catch(() => '');
  return !/^\) [ZX]/.test(status.slice(status.lastIndexOf(')')));
}
