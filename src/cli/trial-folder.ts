import { mkdir, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isRecord } from '../text/is-record.ts';
import { messageOf } from '../text/message-of.ts';
import { keepClaim, readClaim, takeClaim, writeClaim } from './claim.ts';
import { asSentence, fileProblem, UsageError } from './errors.ts';
import { codeOf, isThere } from './folders.ts';
import { readJson } from './json-files.ts';
import { removeFile, renameOver } from './rename-over.ts';
import { rewardProblem } from './reward-command.ts';
import type { RewardChoice } from './reward-record.ts';
import { configIn, type FoundRun, readRun } from './run-files.ts';
import { createRunFolder, isProbe, type RunFolder, runFiles } from './run-folder.ts';
import { settingsDifference, type Trial } from './trials.ts';

/** The file by which a sweep recognises the folders of its own trials, and that one is in use. */
const marker = 'trial.json';

/** Folder for trials that were not finished. */
const asideName = 'unfinished';

/**
 * The state of a trial. `foreign`: its folder holds something else, with the reason as a sentence. `running`: a
 * process, here or on another machine, works on it.
 */
export type TrialState =
  | { readonly kind: 'absent' | 'finished' | 'unfinished' }
  | { readonly kind: 'running' | 'foreign'; readonly reason: string };

/** Examines a trial's folder. Throws an Error if it cannot be read. */
export async function trialState(path: string, trial: Trial, reward: RewardChoice | undefined): Promise<TrialState> {
  const isHere = await isThere(path);
  const readConfig = () => readJson(join(path, runFiles.config));
  const config = isHere ? await readConfig() : undefined;
  const claim = isHere ? await readClaim(join(path, marker)) : undefined;
  if (config === undefined && claim === undefined) {
    const present = isHere ? (await readdir(path)).filter((name) => !isProbe(name)) : [];
    // Another process claims it at this moment.
    if (present.includes(marker)) return trialState(path, trial, reward);
    return present.length === 0 ? { kind: 'absent' } : { kind: 'foreign', reason: 'It holds something else.' };
  }
  const summary = await readJson(join(path, runFiles.summary));
  const isFinished = isRecord(summary) && summary.status === 'finished';
  // Only its configuration tells whose a finished run is; the checkpoint of another is looked at before it is resumed.
  if (config !== undefined || isFinished) {
    // Another process may have begun and finished the run in between.
    const found = config ?? (await readConfig());
    const problem = configProblem(found, trial) ?? (await rewardProblem(path, reward));
    if (problem !== undefined) return { kind: 'foreign', reason: problem };
  }
  if (isFinished) return { kind: 'finished' };
  if (claim === undefined) {
    return { kind: 'foreign', reason: 'It holds a run that has not finished, and that no sweep began.' };
  }
  if (claim.owner === undefined) return { kind: 'unfinished' };
  const reason = `Process ${claim.owner.process} on ${claim.owner.host} is at it.`;
  return { kind: 'running', reason };
}

/**
 * Makes and claims the folder of a trial for this process. If two processes try, one is refused. The marker is touched
 * from time to time until `release`. Throws a UsageError if the folder cannot be made.
 */
export async function claimTrial(path: string): Promise<{ folder: RunFolder; release(): void }> {
  const folder = await createRunFolder(path);
  const file = join(path, marker);
  try {
    await writeClaim(file);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw new UsageError(`Cannot begin ${path}: another process has just begun it.`);
    await folder.discard();
    throw new UsageError(`Cannot write to ${path}: ${fileProblem(error)}.`, { cause: error });
  }
  const release = keepClaim(file);
  const claimed: RunFolder = {
    ...folder,
    async discard() {
      const present = await readdir(path).catch(() => []);
      if (present.length === 1 && present[0] === marker) await removeFile(file);
      await folder.discard();
    },
  };
  return { folder: claimed, release };
}

/**
 * The unfinished run of a trial if it can be resumed: its checkpoint is intact and has the trial's configuration. Throws a
 * UsageError if the checkpoint cannot be read, which may be intact all the same.
 */
export async function unfinishedRun(path: string, { config }: Trial): Promise<FoundRun | undefined> {
  const found = await readRun(path).catch((error: unknown) => {
    if (error instanceof UsageError && codeOf(error.cause) !== undefined) throw error;
    return undefined;
  });
  if (found === undefined || found.config.seed !== config.seed) return undefined;
  return settingsDifference(found.config, config) === undefined ? found : undefined;
}

/** Claims the folder of such a trial for this process, as `claimTrial` does. Returns the release. */
export function reclaimTrial(path: string): Promise<() => void> {
  return takeClaim(path, marker);
}

/**
 * Moves the folder of an unfinished trial aside, and returns the new path. Nothing is deleted. Throws a UsageError if
 * another process has resumed the trial by now.
 */
export async function setAside(path: string): Promise<string> {
  // The claim moves with the folder.
  const stop = await takeClaim(path, marker);
  stop();
  const summary = await readJson(join(path, runFiles.summary));
  if (isRecord(summary) && summary.status === 'finished')
    throw new UsageError(`Another process has just finished ${path}.`);
  const aside = join(dirname(path), asideName);
  await mkdir(aside, { recursive: true });
  for (let number = 1; ; number++) {
    const target = join(aside, `${basename(path)}-${number}`);
    if (await isThere(target)) continue;
    await renameOver(path, target);
    return target;
  }
}

function configProblem(json: unknown, trial: Trial): string | undefined {
  try {
    const found = configIn(json);
    const difference =
      found.seed === trial.config.seed
        ? settingsDifference(found, trial.config)
        : `seed ${found.seed}, not ${trial.config.seed}`;
    return difference === undefined ? undefined : `It holds a run with other settings: ${difference}.`;
  } catch (error) {
    return `Its ${runFiles.config} cannot be used: ${asSentence(messageOf(error))}`;
  }
}
