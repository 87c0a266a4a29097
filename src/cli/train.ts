import { Command } from 'commander';
import { isDeferred } from '../environment/environment.ts';
import { hostReason } from '../rollout/index.ts';
import { completeConfig, type RunConfig } from '../run/run-config.ts';
import { claimRun } from './claim.ts';
import { addCommonOptions, type Context } from './context.ts';
import { openProblem } from './data/folder.ts';
import type { Engine, Training } from './engine.ts';
import { exitCodes, UsageError } from './errors.ts';
import { makeRunConfig } from './make-run-config.ts';
import { withDevice } from './reopened-device.ts';
import { refuseSettled, resumeRun } from './resume.ts';
import { createNumberedRunFolder, createRunFolder, type RunFolder } from './run-folder.ts';
import { addSettingFlags, type Chosen, describeLists, flagRows, givenFlags, namedIn } from './setting-flags.ts';
import { writeLine } from './terminal.ts';
import { formatBytes, formatCount } from './text.ts';
import { parseThreads, threadsFlag } from './threads.ts';
import { trainInFolder } from './training-run.ts';

/** What commander reads, beside settings. */
interface TrainOptions {
  readonly objective?: string;
  readonly preset?: string;
  readonly device?: string;
  readonly steps?: string;
  readonly checkpointEvery?: string;
  readonly out?: string;
  readonly resume?: string;
  readonly data?: string;
  readonly verbose?: boolean;
  readonly threads?: string;
}

/** Flags that are no settings of a run. */
const ownFlags = ['objective', 'preset', 'threads', 'resume', 'out', 'verbose', 'debug'];

/**
 * `flowtape train`: trains a sampler and leaves a run folder.
 * @param words those of the command line: help shows the options of the problem and objective among them
 */
export function trainCommand(context: Context, words: readonly string[]): Command {
  const { engine } = context;
  const command = new Command('train')
    .description('Train a sampler of a problem, and leave a run folder with its figures, checkpoint and pictures.')
    .argument('[problem]', 'what to sample')
    .option('--objective <NAME>', 'what to minimise (default: ent-ppo)')
    .option('--device <auto|webgpu|cpu>', 'where to compute; auto takes a GPU where there is one (default: auto)')
    .option(...threadsFlag)
    .option('--preset <NAME>', 'settings for what is not given')
    .option(
      '--resume <DIR>',
      'instead of a problem: go on with the run in this folder from its last checkpoint, with its own settings and to ' +
        'the same numbers as if it had never stopped; --steps N goes further',
    )
    .option('--out <DIR>', 'a new folder for the run (default: runs/PROBLEM-OBJECTIVE-seedSEED-N)')
    .option('--verbose', 'what the run takes in memory, and a line for every evaluation');
  addCommonOptions(command);
  const chosen = chosenIn(engine, words);
  addSettingFlags(command, engine, chosen, ['environmentOptions', 'objectiveOptions', 'trainingOptions', 'run']);
  return command
    .addHelpText('after', `\n${moreHelp(engine, chosen)}`)
    .action(async (problem: string | undefined, options: TrainOptions) => {
      if (options.resume !== undefined) {
        refuseSettled(command);
        context.exitCode = await resumeRun(context, { ...options, resume: options.resume });
        return;
      }
      if (problem === undefined) {
        const names = engine.problems.map(({ name }) => name);
        throw new UsageError(
          `train needs a problem, one of ${names.join(', ')}; or --resume DIR, to go on with a run.`,
        );
      }
      const { objective, preset } = options;
      const given = givenFlags(command, ownFlags);
      await train(context, makeRunConfig(engine, { environment: problem, objective, preset, given }), options);
    });
}

/** The problem, objective and preset that a command line names, and the run that they make. */
function chosenIn(engine: Engine, words: readonly string[]): Chosen {
  const problem = namedIn(words, engine.problems);
  const after = (flag: string) => {
    const joined = words.find((word) => word.startsWith(`${flag}=`));
    return joined?.slice(flag.length + 1) ?? words[words.indexOf(flag) + 1 || words.length];
  };
  const objective = engine.objectives.find(({ name }) => name === (after('--objective') ?? 'ent-ppo'));
  if (problem === undefined || objective === undefined) return { problem, objective };
  const preset = engine.presets.find(({ name }) => name === after('--preset'));
  const names = { environment: problem.name, objective: objective.name };
  const settings = preset?.settings(problem.name, objective.name) ?? {};
  const config = completeConfig(engine, names, engine.defaults(problem.name, objective.name), settings);
  return { problem, objective, config };
}

function moreHelp(engine: Engine, { problem, objective }: Chosen): string {
  if (problem !== undefined && objective !== undefined) {
    return (
      `Other objectives: ${engine.objectives.map(({ name }) => name).join(', ')}.\n` +
      `See their options with: flowtape train ${problem.name} --objective NAME --help`
    );
  }
  const lists = { 'Problems:': engine.problems, 'Objectives:': engine.objectives, 'Presets:': engine.presets };
  return (
    `${describeLists(lists)}\n\nSee the options of a problem and an objective with: ` +
    'flowtape train PROBLEM --objective NAME --help'
  );
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
      const training = await device.train(config, opened.problem).catch(refusal);
      await writeLine(terminal.stdout, `device: ${device.kind}, ${device.description}, because ${device.why}`);
      await writeLine(terminal.stdout, describeRun(config));
      if (isDeferred(opened.problem)) await writeLine(terminal.stdout, `reward: ${opened.problem.reward.name}`);
      const onHost = hostReason(device.kind, opened.problem);
      if (onHost !== undefined) await writeLine(terminal.stdout, onHost);
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
  const options = flagRows(config.environmentOptions).map(([flag, value]) => `${flag} ${value}`);
  const iterations = `${formatCount(config.steps)} iterations of ${formatCount(config.batch)} trajectories`;
  return `${[config.environment, ...options].join(' ')}, ${config.objective}, ${iterations}, seed ${config.seed}`;
}

function describeMemory({ parameters, bytes: { arena, variables } }: Training): string {
  return (
    `training takes ${formatBytes(arena + variables)} of the device's memory, reserved before it begins: ` +
    `${formatBytes(variables)} of variables (${formatCount(parameters)} parameters), ${formatBytes(arena)} of results on the way`
  );
}

/** What the library refuses to make of a configuration is the command line's fault; what fails otherwise is none. */
function refusal(error: unknown): never {
  if (error instanceof Error && error.constructor === Error) throw new UsageError(error.message, { cause: error });
  throw error;
}
