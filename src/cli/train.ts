import { Command } from 'commander';
import { isDeferred } from '../environment/environment.ts';
import type { RunConfig } from '../run/run-config.ts';
import { claimRun } from './claim.ts';
import { addCommonOptions, type Context } from './context.ts';
import { openProblem } from './data/folder.ts';
import type { Training } from './engine.ts';
import { exitCodes, UsageError } from './errors.ts';
import { makeRunConfig, type RunRequest } from './make-run-config.ts';
import { flagOf } from './option-values.ts';
import { withDevice } from './reopened-device.ts';
import { refuseSettled, resumeRun } from './resume.ts';
import { createNumberedRunFolder, createRunFolder, type RunFolder } from './run-folder.ts';
import { addTaskFlags, describeChoices, givenTaskFlags } from './task-flags.ts';
import { writeLine } from './terminal.ts';
import { formatBytes, formatCount } from './text.ts';
import { parseThreads, threadsFlag } from './threads.ts';
import { trainInFolder } from './training-run.ts';

/** What commander reads, beside the options of environments and objectives. */
interface TrainOptions extends Omit<RunRequest, 'environment' | 'options'> {
  readonly out?: string;
  readonly resume?: string;
  readonly data?: string;
  readonly verbose?: boolean;
  readonly threads?: string;
}

/** `flowtape train`: trains a sampler and leaves a run folder. */
export function trainCommand(context: Context): Command {
  const command = new Command('train')
    .description('Train a sampler on an environment, and leave a run folder with its figures, checkpoint and pictures.')
    .argument('[environment]', 'what to sample; listed below')
    .option('--objective <NAME>', 'what to minimise; listed below (default: ent-ppo)')
    .option('--device <auto|webgpu|cpu>', 'where to compute; auto takes a GPU where there is one (default: auto)')
    .option(...threadsFlag)
    .option('--steps <N>', 'iterations (default: depends on the environment)')
    .option('--batch <N>', 'trajectories of an iteration (default: depends on the environment)')
    .option('--seed <N>', 'the same seed gives the same run on the same device (default: 0)')
    .option('--preset <NAME>', 'settings for what is not given; listed below')
    .option('--evaluate-every <N>', 'iterations between evaluations')
    .option(
      '--checkpoint-every <N>',
      'iterations between checkpoints (default: about every 5 seconds); one more is made at the end, and on Ctrl-C',
    )
    .option(
      '--resume <DIR>',
      'instead of an environment: go on with the run in this folder from its last checkpoint, with its own settings and to ' +
        'the same numbers as if it had never stopped; --steps N goes further',
    )
    .option('--out <DIR>', 'a new folder for the run (default: runs/ENVIRONMENT-OBJECTIVE-seedSEED-N)')
    .option('--verbose', 'what the run takes in memory, and a line for every evaluation');
  addCommonOptions(command);
  addTaskFlags(command, context.engine, { objectives: true });
  return command
    .addHelpText('after', `\n${describeChoices(context.engine)}`)
    .action(async (environment: string | undefined, options: TrainOptions) => {
      if (options.resume !== undefined) {
        refuseSettled(command);
        context.exitCode = await resumeRun(context, { ...options, resume: options.resume });
        return;
      }
      if (environment === undefined) {
        const names = context.engine.problems.map(({ name }) => name);
        throw new UsageError(
          `train needs an environment, one of ${names.join(', ')}; or --resume DIR, to go on with a run.`,
        );
      }
      const request = { ...options, environment, options: givenTaskFlags(context.engine, { ...options }) };
      await train(context, makeRunConfig(context.engine, request), options);
    });
}

async function train(context: Context, asked: RunConfig, options: TrainOptions): Promise<void> {
  const { out, verbose = false } = options;
  const threads = parseThreads(options.threads);
  const makeFolder = () =>
    out === undefined
      ? createNumberedRunFolder(`runs/${asked.environment}-${asked.objective}-seed${asked.seed}`)
      : createRunFolder(out);
  context.exitCode = await trainInNewFolder(context, asked, { makeFolder, verbose, threads });
}

/**
 * Trains as a configuration says, into a folder that is made once the problem is known to be sound, and returns the exit
 * code. Throws where any of it is refused or fails; a folder in which nothing was begun is then gone again.
 */
export async function trainInNewFolder(
  context: Context,
  asked: RunConfig,
  {
    makeFolder,
    verbose,
    threads,
  }: { makeFolder: () => Promise<RunFolder>; verbose: boolean; threads?: number | undefined },
): Promise<number> {
  const { engine, terminal } = context;
  const opened = await openProblem(engine, asked, { terminal });
  // From here on there is something to take away again, and a reader of the output that leaves ends nothing.
  let signal = 0;
  const stopListening = terminal.onInterrupt((number) => {
    signal = number;
  });
  const folder = await makeFolder().catch((error: unknown) => {
    stopListening();
    throw error;
  });
  let release = async () => {};
  try {
    release = await claimRun(folder.path);
    return await withDevice(engine, { preference: asked.device, threads }, async (device, reopen) => {
      // The device that was found, so that the configuration makes the same run again.
      const config = { ...asked, device: device.kind };
      const training = await device.train(config, opened.problem);
      await writeLine(terminal.stdout, `device: ${device.kind}, ${device.description}, because ${device.why}`);
      await writeLine(terminal.stdout, describeRun(config));
      if (isDeferred(opened.problem)) await writeLine(terminal.stdout, `reward: ${opened.problem.reward.name}`);
      if (verbose) await writeLine(terminal.stdout, describeMemory(training));
      await writeLine(terminal.stdout, `writing to ${folder.path}`);
      // Preparing a run cannot be broken off; a second signal ends the program at once, and leaves a claim that is dead.
      if (signal !== 0) return exitCodes.interrupted + signal;
      return trainInFolder({ context, config, opened, device, training, folder, verbose, reopen });
    });
  } finally {
    stopListening();
    await release();
    await folder.discard();
  }
}

function describeRun(config: RunConfig): string {
  const options = Object.entries(config.environmentOptions).map(([name, value]) => `${flagOf(name)} ${value}`);
  const iterations = `${formatCount(config.steps)} iterations of ${formatCount(config.batch)} trajectories`;
  return `${[config.environment, ...options].join(' ')}, ${config.objective}, ${iterations}, seed ${config.seed}`;
}

function describeMemory({ parameters, bytes: { arena, variables } }: Training): string {
  return (
    `training takes ${formatBytes(arena + variables)} of the device's memory, reserved before it begins: ` +
    `${formatBytes(variables)} of variables (${formatCount(parameters)} parameters), ${formatBytes(arena)} of results on the way`
  );
}
