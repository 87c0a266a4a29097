import { resolve } from 'node:path';
import { Command } from 'commander';
import type { Values } from '../options/index.ts';
import { catalogue } from '../run/catalogue.ts';
import { priorPolicyOf } from '../run/load.ts';
import { completeConfig, type RunConfig } from '../run/run-config.ts';
import { defaultSettings, presets } from '../run/settings.ts';
import { isRecord } from '../text/is-record.ts';
import { shown } from '../text/shown.ts';
import { fingerprint } from './begun-with.ts';
import { addCommonOptions, type Context } from './context.ts';
import { openProblem } from './data/folder.ts';
import { refuseReading, UsageError } from './errors.ts';
import { addFollowFlags, type FollowFlags, following, followKeys } from './follow/options.ts';
import { commandLine } from './invocation.ts';
import { readJson } from './json-files.ts';
import { makeRunConfig } from './make-run-config.ts';
import { trainInNewFolder } from './new-run.ts';
import { type OfflineObject, readOfflineObjects } from './offline-objects.ts';
import { parseInteger } from './option-values.ts';
import { refuseSettled, resumeRun } from './resume.ts';
import { addRewardFlags, parseReward, type RewardFlags, rewardKeys } from './reward-command.ts';
import { readRun } from './run-files.ts';
import { createNumberedRunFolder, createRunFolder } from './run-folder.ts';
import { runSweep } from './run-sweep.ts';
import { addSettingFlags, type Chosen, describeLists, givenFlags, namedIn, wrapped } from './setting-flags.ts';
import { maxTogether, parseThreads, parseTogether, threadsFlag, togetherFlag } from './threads.ts';

/** Flags as commander parses them, besides settings. */
interface TrainOptions extends RewardFlags, FollowFlags {
  readonly objective?: string;
  readonly preset?: string;
  readonly device?: string;
  readonly steps?: string;
  readonly checkpointEvery?: string;
  readonly out?: string;
  readonly resume?: string;
  readonly config?: string;
  readonly seeds?: string;
  readonly together?: string;
  readonly prior?: string;
  readonly offline?: string;
  readonly data?: string;
  readonly verbose?: boolean;
  readonly threads?: string;
}

/** Flags that are not settings of a run. */
const ownFlags = [
  'objective',
  'preset',
  'config',
  'seeds',
  'together',
  'prior',
  'offline',
  'threads',
  'resume',
  'out',
  'verbose',
  'debug',
  ...rewardKeys,
  ...followKeys,
];

/**
 * `flowtape train`: trains a sampler and leaves a run folder.
 * @param words the command line: its problem and objective decide which options help shows
 */
export function trainCommand(context: Context, words: readonly string[]): Command {
  const command = new Command('train')
    .description('Train a sampler for a problem, and write a run folder with its metrics, checkpoint and pictures.')
    .argument('[problem]', 'what to sample')
    .option('--objective <NAME>', 'what to minimise (default: ent-ppo)')
    .option('--device <auto|webgpu|cpu>', 'where to compute; auto takes a GPU if there is one (default: auto)')
    .option(...threadsFlag)
    .option(
      '--preset <NAME>',
      `a named set of settings: ${presets.map(({ name }) => name).join(', ')}, described below; flags override it`,
    )
    .option(
      '--config <FILE>',
      "a run's config.json, for the same run again, or settings in that form, without version; flags override them",
    )
    .option(
      '--seeds <N>',
      'train a run for each of the seeds 0 to N - 1, each in its own folder in --out, and draw them together; ' +
        'run the same command again to resume',
    )
    .option(...togetherFlag('with --seeds, all of them on a GPU, on the cpu device as many as there are threads'))
    .option(
      '--prior <DIR|uniform>',
      'the sampler that rtb and trust-pcl start from: the folder of a run in the same environment; the new run takes its network shape',
    )
    .option(
      '--offline <FILE>',
      'learn also from a data set: objects as text, one a line, or what `sample` printed, with or without --json, except SMILES (for balance objectives)',
    )
    .option(
      '--resume <DIR>',
      'instead of a problem: continue the run in this folder from its last checkpoint, with its own settings and with ' +
        'the same numbers as if it had never stopped; --steps N goes further',
    )
    .option('--out <DIR>', 'a new folder for the run (default: runs/PROBLEM-OBJECTIVE-seedSEED-N)')
    .option('--verbose', 'print the memory the run takes, and a line for every evaluation');
  addCommonOptions(addFollowFlags(addRewardFlags(command)));
  const chosen = chosenIn(words);
  addSettingFlags(command, chosen, ['problemOptions', 'objectiveOptions', 'trainingOptions', 'run']);
  return command
    .addHelpText('after', `\n${moreHelp(chosen)}`)
    .action(async (problem: string | undefined, options: TrainOptions) => {
      if (options.resume !== undefined) {
        refuseSettled(command);
        const told = following(context, options);
        const more = { resume: options.resume, reward: parseReward(options), follow: told.follow };
        context.exitCode = await resumeRun(told.context, { ...options, ...more });
        return;
      }
      const file = options.config === undefined ? undefined : await readConfigFile(options.config);
      const { problem: name = problem, objective } = namesIn(file, problem, options);
      if (name === undefined) {
        const names = catalogue.problems.map(({ name }) => name);
        throw new UsageError(
          `train needs a problem, one of ${names.join(', ')}; or --config FILE, or --resume DIR to continue a run.`,
        );
      }
      const given = givenFlags(command, ownFlags);
      const prior = await readPrior(options);
      const offline = await readOffline(options);
      const { preset } = options;
      const make = (seed?: number) =>
        makeRunConfig({
          ...{ problem: name, objective, preset, config: { ...startSettings(prior, offline), ...file } },
          given: seed === undefined ? given : new Map([...given, ['seed', String(seed)]]),
        });
      if (options.together !== undefined && options.seeds === undefined) {
        throw new UsageError('--together goes with --seeds: it says how many of those runs train at the same time.');
      }
      if (options.seeds === undefined) return train(context, make(), options, { prior, offline });
      if (given.has('seed'))
        throw new UsageError('--seeds is a number of seeds, --seed a single one: give one of the two.');
      if (options.json) throw new UsageError('--json reports one run: leave --seeds out.');
      const count = parseInteger('--seeds', options.seeds, 1, 1000);
      await trainSeeds(
        context,
        Array.from({ length: count }, (_, seed) => make(seed)),
        options,
      );
    });
}

/** The problem, objective and preset that a command line names, and the resulting configuration. */
function chosenIn(words: readonly string[]): Chosen {
  const problem = namedIn(words, catalogue.problems);
  const after = (flag: string) => {
    const joined = words.find((word) => word.startsWith(`${flag}=`));
    return joined?.slice(flag.length + 1) ?? words[words.indexOf(flag) + 1 || words.length];
  };
  const objective = catalogue.objectives.find(({ name }) => name === (after('--objective') ?? 'ent-ppo'));
  if (problem === undefined || objective === undefined) return { problem, objective };
  const preset = presets.find(({ name }) => name === after('--preset'));
  const names = { problem: problem.name, objective: objective.name };
  const settings = preset?.settings(problem.name, objective.name) ?? {};
  const config = completeConfig(catalogue, names, defaultSettings(problem.name, objective.name), settings);
  return { problem, objective, config };
}

function moreHelp({ problem, objective }: Chosen): string {
  if (problem !== undefined && objective !== undefined) {
    const some = presets
      .filter(({ settings }) => settings(problem.name, objective.name) !== undefined)
      .map(({ name, summary, departures }) => {
        const differs = departures?.(problem.name, objective.name) ?? [];
        return { name, summary: differs.length === 0 ? summary : `${summary} It differs: ${differs.join('; ')}.` };
      });
    return (
      `${describeLists({ [`Presets for ${objective.name} on ${problem.name}:`]: some })}\n\n` +
      `${wrapped(`Other objectives: ${catalogue.objectives.map(({ name }) => name).join(', ')}.`).join('\n')}\n` +
      `See their options with: ${commandLine(`train ${problem.name} --objective NAME --help`)}`
    );
  }
  const lists = { 'Problems:': catalogue.problems, 'Objectives:': catalogue.objectives, 'Presets:': presets };
  return (
    `${describeLists(lists)}\n\nSee the options of a problem and an objective with: ` +
    commandLine('train PROBLEM --objective NAME --help')
  );
}

/** Reads a configuration file, whole or partial. Throws a UsageError if it is not a JSON object. */
async function readConfigFile(path: string): Promise<Values> {
  const json = await readJson(path).catch(refuseReading(path));
  if (json === undefined) throw new UsageError(`Cannot read ${path}: there is no such file or folder.`);
  if (!isRecord(json)) {
    throw new UsageError(`${path} is not a configuration, a JSON object like the config.json of a run.`);
  }
  return json as Values;
}

/** The problem and objective of a configuration file and of the command line, which must agree. */
function namesIn(file: Values | undefined, problem: string | undefined, { objective }: TrainOptions) {
  const told = (name: string, given: string | undefined) => {
    const found = file?.[name];
    if (found === undefined || found === given) return given;
    if (given !== undefined || typeof found !== 'string') {
      throw new UsageError(
        `The ${name} of the configuration is ${shown(found)}, not ${given ?? 'a name'}: leave one of them out.`,
      );
    }
    return found;
  };
  return { problem: told('problem', problem), objective: told('objective', objective) };
}

/** Trains several seeds of one configuration, as a sweep. */
async function trainSeeds(context: Context, configs: readonly RunConfig[], options: TrainOptions): Promise<void> {
  const { out, verbose = false } = options;
  const together = parseTogether(options.together) ?? Math.min(configs.length, maxTogether);
  const [{ problem, objective }] = configs;
  const trials = configs.map((config) => ({
    name: `${problem}-${objective}-seed${config.seed}`,
    method: objective,
    config,
  }));
  const folder = out ?? `runs/${problem}-${objective}-seeds`;
  const told = following(context, options);
  await runSweep(told.context, trials, {
    ...{ folder, verbose, together, isAlone: false },
    threads: parseThreads(options.threads),
    reward: parseReward(options),
    follow: told.follow,
  });
  context.exitCode = told.context.exitCode;
}

/** The run that a prior comes from. Throws a UsageError if it cannot be read. */
async function readPrior({ prior, seeds }: TrainOptions) {
  if (prior === undefined) return prior;
  if (seeds !== undefined) throw new UsageError('--prior goes with one run: leave --seeds out.');
  return prior === 'uniform' ? prior : readRun(prior);
}

type FoundPrior = Awaited<ReturnType<typeof readPrior>>;

/** The objects of a data set. Throws a UsageError if it cannot be read or is empty. */
async function readOffline({ offline, seeds }: TrainOptions): Promise<readonly OfflineObject[] | undefined> {
  if (offline === undefined) return undefined;
  if (seeds !== undefined) throw new UsageError('--offline goes with one run: leave --seeds out.');
  return readOfflineObjects(offline);
}

/** What a run starts from besides its settings. */
interface Start {
  readonly prior?: FoundPrior | undefined;
  readonly offline?: readonly OfflineObject[] | undefined;
}

/** The settings implied by a prior, whose network the run takes over, or by a data set, which it replays. */
function startSettings(prior: FoundPrior, offline: readonly OfflineObject[] | undefined): Values {
  const network = prior === undefined || prior === 'uniform' ? {} : { network: prior.config.trainingOptions.network };
  const replay = offline === undefined ? {} : { replay: { kind: 'offline', capacity: offline.length } };
  return prior === undefined && offline === undefined ? {} : { trainingOptions: { ...network, ...replay } };
}

/** A prior's policy, in its own environment. */
async function policyOf(context: Context, prior: FoundPrior) {
  if (prior === undefined || prior === 'uniform') return prior;
  const { problem } = await openProblem(prior.config, context);
  return { policy: priorPolicyOf(problem.environment, prior.snapshot) };
}

async function train(context: Context, asked: RunConfig, options: TrainOptions, start: Start = {}): Promise<void> {
  const { out, verbose = false } = options;
  const threads = parseThreads(options.threads);
  const makeFolder = () =>
    out === undefined
      ? createNumberedRunFolder(`runs/${asked.problem}-${asked.objective}-seed${asked.seed}`)
      : createRunFolder(out);
  const prior = await policyOf(context, start.prior);
  const told = following(context, options);
  context.exitCode = await trainInNewFolder(told.context, asked, {
    follow: told.follow,
    makeFolder,
    verbose,
    threads,
    reward: parseReward(options),
    prior,
    offline: start.offline,
    begunWith: {
      prior: start.prior === undefined || start.prior === 'uniform' ? start.prior : fingerprint(start.prior.bytes),
      offline: start.offline && fingerprint(start.offline.map(({ text }) => text).join('\n')),
    },
    begunFrom: {
      prior: options.prior === undefined || options.prior === 'uniform' ? undefined : resolve(options.prior),
      offline: options.offline === undefined ? undefined : resolve(options.offline),
    },
  });
}
