import type { AnyProblem } from '../environment/environment.ts';
import type { Run } from '../run/run.ts';
import type { RunConfig } from '../run/run-config.ts';
import { messageOf } from '../text/message-of.ts';
import { type BegunFrom, type BegunWith, writeBegunWith } from './begun-with.ts';
import type { Context } from './context.ts';
import { openProblem } from './data/folder.ts';
import { exitCodes, UsageError } from './errors.ts';
import type { FollowOptions } from './follow/options.ts';
import { trainOpened } from './open-run.ts';
import { type RewardChoice, writeReward } from './reward-command.ts';
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
    /** The lines of a data set, each an object in text form. */
    offline?: readonly string[] | undefined;
    /** Fingerprints of both. */
    begunWith?: BegunWith | undefined;
    /** Their paths. */
    begunFrom?: BegunFrom | undefined;
  },
): Promise<number> {
  const { terminal } = context;
  const problem = await openProblem(asked, context);
  const objects = offline && objectsOf(problem.problem, offline);
  // From here on there is something to clean up, so a closed output must not end the program.
  let signal = 0;
  const stopListening = terminal.onInterrupt((number) => {
    signal = number;
  });
  const folder = await makeFolder().catch((error: unknown) => {
    stopListening();
    throw error;
  });
  const run = { config: asked, problem, path: folder.path, threads, verbose, reward, follow };
  try {
    return await trainOpened(
      context,
      { ...run, start: { prior, offline: objects } },
      async ({ training, choice, describe }) => {
        await describe(choice.why);
        await writeLine(terminal.stdout, describeRun(training.config));
        if (training.onHost !== undefined) await writeLine(terminal.stdout, training.onHost);
        if (verbose) await writeLine(terminal.stdout, describeMemory(training));
        await writeLine(terminal.stdout, `writing to ${folder.path}`);
        // Preparing a run cannot be interrupted; a second signal ends the program at once.
        if (signal !== 0) return exitCodes.interrupted + signal;
        if (reward !== undefined) await writeReward(folder, reward);
        await writeBegunWith(folder, { ...begunWith, data: problem.ownData }, begunFrom);
        return { folder };
      },
    );
  } finally {
    stopListening();
    await folder.discard();
  }
}

/** Parses the objects in lines of text. Throws a UsageError that names the line that is not one. */
function objectsOf({ environment }: AnyProblem, lines: readonly string[]): Int32Array {
  const { stateSize, parse, name } = environment;
  if (!parse)
    throw new UsageError(`The objects of ${name} cannot be read from text, so that --offline has nothing to take.`);
  const objects = new Int32Array(lines.length * stateSize);
  for (const [i, line] of lines.entries()) {
    const row = new Int32Array(stateSize);
    try {
      parse(line, row);
    } catch (error) {
      throw new UsageError(`Object ${i + 1} of the data set: ${messageOf(error)}`, { cause: error });
    }
    if (!environment.isTerminal(row)) {
      throw new UsageError(`Object ${i + 1} of the data set, ${line}, is not finished: the walk is not at its end.`);
    }
    objects.set(row, i * stateSize);
  }
  return objects;
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
