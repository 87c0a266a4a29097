import { open, readFile, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isRecord } from '../text/is-record.ts';
import { fileProblem, UsageError } from './errors.ts';
import { codeOf } from './folders.ts';
import { readJson } from './json-files.ts';
import { removeFile, renameOver } from './rename-over.ts';

/** The process that works in a folder. */
export interface Claimant {
  readonly process: number;
  readonly host: string;
}

/** Interval, in milliseconds, at which the working process touches its claim. */
const heartbeat = 15_000;

/**
 * After this long without a touch, a claim's process is taken for dead. Generous, since clocks of machines differ a
 * little.
 */
const silence = 300_000;

/** The file in a run's folder that claims it for the process that trains there. */
export const runClaim = 'running.json';

/** Claims a run's folder for this process, as `takeClaim` does. Returns the function that releases it. */
export async function claimRun(path: string): Promise<() => Promise<void>> {
  const stop = await takeClaim(path, runClaim);
  const file = join(path, runClaim);
  return async () => {
    stop();
    if (await isOwn(file)) await removeFile(file);
  };
}

/** Whether these files are nothing but a dead process's claim. */
export async function holdsDeadClaim(path: string, files: readonly string[]): Promise<boolean> {
  if (!files.includes(runClaim) || files.some((name) => !name.startsWith(runClaim))) return false;
  const claim = await readClaim(join(path, runClaim));
  return claim !== undefined && claim.owner === undefined;
}

/** Throws a UsageError if another process trains in the folder. */
export function refuseRunning(path: string): Promise<void> {
  return refuseClaimed(path, runClaim);
}

/**
 * Claims a folder for this process by a file in it. If two processes try at once, one is refused. The claim of a killed
 * process does not count. Returns the function that stops touching the file. Throws a UsageError if another process
 * works there.
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
      `Wait for it or stop it; if it does not belong to flowtape, delete ${join(path, name)}.`,
  );
}

/** Removes the claim of a process that has ended. If another process replaced it in between, that claim is put back. */
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

/** Writes this process into a new file. Throws the system's error if the file exists. */
export async function writeClaim(file: string): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await handle
      .writeFile(`${JSON.stringify({ process: process.pid, host: hostname() })}\n`)
      .finally(() => handle.close());
  } catch (error) {
    // If it stayed empty, as on a full disk, it would block everyone for a while.
    await removeFile(file);
    throw error;
  }
}

/**
 * Touches a claim of this process from time to time. Returns the function that stops it. If this process was suspended
 * and another took over, its claim is left alone.
 */
export function keepClaim(file: string): () => void {
  const touch = async () => {
    const now = new Date();
    if (await isOwn(file)) await utimes(file, now, now);
  };
  // If the folder was moved away, the run's own writes report it.
  const beat = setInterval(() => void touch().catch(() => undefined), heartbeat);
  beat.unref();
  return () => clearInterval(beat);
}

/** The claim in a file, with its owner if that process is alive; undefined if there is no claim. */
export async function readClaim(file: string): Promise<{ readonly owner?: Claimant } | undefined> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) return undefined;
  const claim = await readJson(file);
  // Read before its process had written to it.
  const isSilent = Date.now() - found.mtimeMs > silence;
  if (isSilent) return {};
  if (!isRecord(claim) || typeof claim.process !== 'number' || typeof claim.host !== 'string') {
    return { owner: { process: 0, host: 'this or another machine' } };
  }
  const isHere = claim.host === hostname();
  // The process with this number has ended, or it is this one: in a restarted container numbers repeat.
  if (isHere && (claim.process === process.pid || !(await isAlive(claim.process)))) return {};
  return { owner: { process: claim.process, host: claim.host } };
}

/** Whether a claim is of this process. */
async function isOwn(file: string): Promise<boolean> {
  const claim = await readJson(file).catch(() => undefined);
  return isRecord(claim) && claim.process === process.pid && claim.host === hostname();
}

/** Whether a process is alive. Linux still lists one that has ended until its parent collects its exit status. */
async function isAlive(id: number): Promise<boolean> {
  try {
    process.kill(id, 0);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') return false;
  }
  const status = await readFile(`/proc/${id}/stat`, 'latin1').catch(() => '');
  return !/^\) [ZX]/.test(status.slice(status.lastIndexOf(')')));
}
