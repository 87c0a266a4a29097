import type { Run } from '../run/run.ts';
import type { RunConfig } from '../run/run-config.ts';
import { type BegunFrom, type BegunWith, writeBegunWith } from './begun-with.ts';
import type { Context } from './context.ts';
import { openProblem } from './data/folder.ts';
import { exitCodes } from './errors.ts';
import type { FollowOptions } from './follow/options.ts';
import { createInterrupts } from './interrupts.ts';
import { type OfflineObject, statesOf } from './offline-objects.ts';
import { trainOpened } from './open-run.ts';
import { type RewardChoice, writeRewardRecord } from './reward-record.ts';
import type { RunFolder } from './run-folder.ts';
import type { RunStart } from './run-results.ts';
import { problemRows } from './setting-flags.ts';
import { writeLine } from './terminal.ts';
import { counted, formatBytes, formatCount } from './text.ts';

/**
 * Trains a configuration in a new folder, made once the problem is known to be sound, and returns the exit code. Throws
 * if any of it is refused or fails, and removes the folder if nothing was begun.
 */
export async function trainInNewFolder(
  context: Context,
  asked: RunConfig,
  {
    makeFolder,
    verbose,
    threads,
    reward,
    follow,
    prior,
    offline,
    begunWith,
    begunFrom,
  }: {
    makeFolder: () => Promise<RunFolder>;
    verbose: boolean;
    threads?: number | undefined;
    reward?: RewardChoice | undefined;
    follow?: FollowOptions | undefined;
    prior?: RunStart['prior'];
    offline?: readonly OfflineObject[] | undefined;
    /** Fingerprints of the prior and the data set. */
    begunWith?: BegunWith | undefined;
    /** Their paths. */
    begunFrom?: BegunFrom | undefined;
  },
): Promise<number> {
  const { terminal } = context;
  const problem = await openProblem(asked, context);
  const objects = offline && statesOf(problem.problem, offline);
  // From here on there is something to clean up, so a closed output must not end the program.
  const interrupts = createInterrupts();
  const stopListening = terminal.onInterrupt(interrupts.tell);
  let signal = 0;
  interrupts.onInterrupt((number) => {
    signal = number;
  });
  const folder = await makeFolder().catch((error: unknown) => {
    stopListening();
    throw error;
  });
  const run = { config: asked, problem, path: folder.path, threads, verbose, reward, follow };
  try {
    return await trainOpened(
      // Whoever listens later hears of a request that came before.
      { ...context, terminal: { ...terminal, onInterrupt: interrupts.onInterrupt } },
      { ...run, start: { prior, offline: objects } },
      async ({ training, choice, describe }) => {
        await describe(choice.why);
        await writeLine(terminal.stdout, describeRun(training.config));
        if (training.onHost !== undefined) await writeLine(terminal.stdout, training.onHost);
        if (verbose) await writeLine(terminal.stdout, describeMemory(training));
        await writeLine(terminal.stdout, `writing to ${folder.path}`);
        // Preparing a run cannot be interrupted; a second signal ends the program at once.
        if (signal !== 0) return exitCodes.interrupted + signal;
        if (reward !== undefined) await writeRewardRecord(folder, reward);
        await writeBegunWith(folder, { ...begunWith, data: problem.ownData }, begunFrom);
        return { folder };
      },
    );
  } finally {
    stopListening();
    await folder.discard();
  }
}

function describeRun(config: RunConfig): string {
  const options = problemRows(config).map(([flag, value]) => `${flag} ${value}`);
  const iterations = `${counted(config.steps, 'iteration')} of ${counted(config.batch, 'trajectory')}`;
  return `${[config.problem, ...options].join(' ')}, ${config.objective}, ${iterations}, seed ${config.seed}`;
}

function describeMemory({ parameters, bytes: { arena, variables } }: Run): string {
  return (
    `training takes ${formatBytes(arena + variables)} of the device's memory, reserved before it begins: ` +
    `${formatBytes(variables)} of variables (${formatCount(parameters)} parameters), ${formatBytes(arena)} of results on the way`
  );
}
