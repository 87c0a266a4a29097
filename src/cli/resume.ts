import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { maxInteger } from '../options/index.ts';
import { encodeRun, withSteps } from '../run/run-checkpoint.ts';
import type { RunConfig } from '../run/run-config.ts';
import { isRecord } from '../text/is-record.ts';
import { refuseRunning } from './claim.ts';
import type { Context } from './context.ts';
import { UsageError } from './errors.ts';
import { isThere } from './folders.ts';
import { type FollowOptions, followKeys } from './follow/options.ts';
import { eventFile } from './follow/tensorboard.ts';
import { readJson } from './json-files.ts';
import { trainOpened } from './open-run.ts';
import { parseDevice, parseInteger } from './option-values.ts';
import { openProblemOfRun } from './problem-of-run.ts';
import { recordReward, rewardKeys, rewardOfRun } from './reward-command.ts';
import type { RewardChoice } from './reward-record.ts';
import { type FoundRun, readUnfinishedRun } from './run-files.ts';
import { openFolder, removeUnfinished, runFiles } from './run-folder.ts';
import { readHistory } from './run-history.ts';
import { resumeCommand } from './run-results.ts';
import { writeLine } from './terminal.ts';
import { counted, formatCount, listed } from './text.ts';
import { parseThreads } from './threads.ts';

/** What may be changed when a run is resumed; everything else is fixed. */
export interface ResumeRequest {
  readonly resume: string;
  readonly steps?: string;
  readonly data?: string;
  readonly device?: string;
  readonly threads?: string;
  readonly checkpointEvery?: string;
  readonly verbose?: boolean;
  /** The program that rewards objects, if the run has one. */
  readonly reward?: RewardChoice | undefined;
  readonly follow?: FollowOptions | undefined;
}

/** The flags that go with --resume. */
const flags = [
  '--steps',
  '--data',
  '--device',
  '--threads',
  '--checkpoint-every',
  '--verbose',
  '--debug',
  ...[...rewardKeys, ...followKeys].map((key) => `--${key}`),
];

/** Throws a UsageError that names any flag given for a fixed setting of the run. */
export function refuseSettled(command: Command): void {
  const given = command.options.filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli');
  const settled = [
    ...command.args,
    ...given.map(({ long }) => String(long)).filter((flag) => flag !== '--resume' && !flags.includes(flag)),
  ];
  if (settled.length === 0) return;
  throw new UsageError(
    `A resumed run keeps its settings: leave out ${settled.join(' and ')}. ` + `--resume takes only ${listed(flags)}.`,
  );
}

/**
 * Resumes the run in a folder from its last checkpoint, so that it ends as it would have without the interruption.
 * Returns the exit code. Throws a UsageError if the run cannot be resumed; its folder is then unchanged, byte for byte.
 */
export async function resumeRun(context: Context, request: ResumeRequest): Promise<number> {
  const { terminal } = context;
  const { resume: path, verbose = false } = request;
  const threads = parseThreads(request.threads);
  const found = await readUnfinishedRun(path);
  await refuseRunning(path);
  const asked = configOf(request, found);
  const snapshot = 'snapshot' in found ? found.snapshot : undefined;
  const step = snapshot?.step ?? 0;
  if (step === asked.steps && (await isFinished(path, step))) {
    const lines = [
      `The run in ${path} is finished: it has ${step === 1 ? 'its only iteration' : `all of its ${counted(step, 'iteration')}`} behind it. To go further:`,
      `  ${resumeCommand(path)} --steps ${2 * step}`,
    ];
    for (const line of lines) await writeLine(terminal.stdout, line);
    return 0;
  }
  const reward = await rewardOfRun(path, request.reward, (text) => void writeLine(terminal.stderr, text));
  const problem = await openProblemOfRun(path, asked, context);
  // An event file would otherwise keep rows beyond the checkpoint.
  const tensorboard = request.follow?.tensorboard === true || (await isThere(join(path, eventFile)));
  const follow = { ...request.follow, tensorboard };
  return trainOpened(
    context,
    { config: asked, problem, path, threads, verbose, reward, follow, from: snapshot },
    async ({ training: { config }, choice, describe }) => {
      await refuseChanged(path, found);
      const history = await readHistory(path, config, snapshot);
      const folder = openFolder(path);
      await removeUnfinished(path);
      await folder.write(runFiles.metrics, history.text);
      if (reward !== undefined) await recordReward(folder, reward);
      // From now on the run has its additional iterations or other device, even if it ends before its next checkpoint.
      if ('snapshot' in found) await folder.write(runFiles.checkpoint, encodeRun({ ...found, config }));
      const { kind } = choice.device;
      const before = found.config.device;
      await describe(request.device === undefined && before === kind ? 'the run is on it' : choice.why);
      if (before !== 'auto' && before !== kind) {
        await writeLine(
          terminal.stderr,
          `flowtape: until here the run was on ${before}; on ${kind} it continues, but not bit for bit as it would have there.`,
        );
      }
      const behind = `${formatCount(step)} of ${counted(config.steps, 'iteration')} behind it`;
      await writeLine(terminal.stdout, `going on in ${path} with ${config.problem}, ${config.objective}, ${behind}`);
      return { folder, ...('snapshot' in found ? { resumed: { step, history } } : {}) };
    },
  );
}

/** The resumed run's configuration. Throws a UsageError if it cannot be resumed. */
function configOf(request: ResumeRequest, found: FoundRun | { readonly config: RunConfig }): RunConfig {
  const { steps, data, device, checkpointEvery } = request;
  const count = (flag: string, text: string) => parseInteger(flag, text, 1, maxInteger);
  const config = steps === undefined ? found.config : withSteps(found.config, count('--steps', steps));
  const done = 'snapshot' in found ? found.snapshot.step : 0;
  if (config.steps < done) {
    throw new UsageError(
      `The run in ${request.resume} has ${counted(done, 'iteration')} behind it: --steps takes as many or more.`,
    );
  }
  return {
    ...config,
    // A full path, since the run may be resumed from elsewhere next time.
    ...(data === undefined ? {} : { data: resolve(data) }),
    ...(device === undefined ? {} : { device: parseDevice(device) }),
    ...(checkpointEvery === undefined ? {} : { checkpointEvery: count('--checkpoint-every', checkpointEvery) }),
  };
}

/** Whether all files of a finished run are there, not just its last checkpoint. */
async function isFinished(path: string, step: number): Promise<boolean> {
  const summary = await readJson(join(path, runFiles.summary));
  const isOver = isRecord(summary) && summary.status === 'finished' && summary.steps === step;
  // The report is the last of them.
  return isOver && isThere(join(path, runFiles.report));
}

/** Throws a UsageError if another process has continued the run since it was read. */
async function refuseChanged(path: string, found: FoundRun | object): Promise<void> {
  const now = await readUnfinishedRun(path);
  const [before, after] = [found, now].map((run) => ('bytes' in run ? (run as FoundRun).bytes : new Uint8Array()));
  if (before.length === after.length && before.every((byte, i) => byte === after[i])) return;
  throw new UsageError(`Another process has just continued the run in ${path}. Repeat the command.`);
}
