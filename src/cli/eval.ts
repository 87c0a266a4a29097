import { Command } from 'commander';
import type { Device } from '../device/index.ts';
import { type AnyProblem, isDeferred } from '../environment/environment.ts';
import { catalogue } from '../run/catalogue.ts';
import { savedLearner } from '../run/learner.ts';
import { samplerOf } from '../run/load.ts';
import type { SavedRun } from '../run/run-checkpoint.ts';
import { evaluateUniform, gradientVariances, type Metrics, ownLambda, varianceMetrics } from '../train/index.ts';
import { chooseCondition } from './condition.ts';
import { addCommonOptions, type Context } from './context.ts';
import { openProblem } from './data/folder.ts';
import { UsageError } from './errors.ts';
import { commandLine } from './invocation.ts';
import { findProblem, makeProblemConfig } from './make-run-config.ts';
import { parseChoice, parseDevice, parseInteger } from './option-values.ts';
import { openProblemOfRun } from './problem-of-run.ts';
import {
  addRewardFlags,
  parseReward,
  type RewardFlags,
  rewardKeys,
  rewardOfRun,
  withRewardCommand,
} from './reward-command.ts';
import { readRun } from './run-files.ts';
import { addSettingFlags, describeLists, type GivenFlags, givenFlags, namedIn } from './setting-flags.ts';
import { writeLine } from './terminal.ts';
import { describeMetrics } from './text.ts';
import { parseThreads, threadsFlag } from './threads.ts';

interface EvalOptions extends RewardFlags {
  readonly policy?: string;
  readonly run?: string;
  readonly device?: string;
  readonly threads?: string;
  readonly data?: string;
  readonly gradientVariance?: boolean;
  readonly batches?: string;
  readonly trajectories?: string;
  readonly inverseTemperature?: string;
  readonly json?: boolean;
}

const defaultBatches = '200';

const defaultTrajectories = 1024;

/** Flags that are not options of the problem. */
const ownFlags = [
  'policy',
  'run',
  'device',
  'threads',
  'gradient-variance',
  'batches',
  'trajectories',
  'json',
  'debug',
  ...rewardKeys,
];

/** `flowtape eval`: metrics of a trained or an untrained policy. */
export function evalCommand(context: Context, words: readonly string[]): Command {
  const command = new Command('eval')
    .description(
      'Print metrics of the uniform policy on a problem, or of the sampler of a run: exact if objects can be enumerated, ' +
        'otherwise sampled. If each trajectory of a run has its own inverse temperature, --inverse-temperature <X> ' +
        'evaluates it at one.',
    )
    .argument('[problem]', 'what to sample; with --run, the problem of the run')
    .option('--policy <uniform>', 'draw allowed actions uniformly')
    .option('--run <DIR>', 'the sampler of a run folder')
    .option('--device <auto|webgpu|cpu>', 'where to compute, unless metrics are exact formulas (default: auto)')
    .option(...threadsFlag)
    .option(
      '--gradient-variance',
      "instead, print the variance of policy gradients with each advantage estimator, at a run's policy",
    )
    .option('--batches <N>', `with --gradient-variance: number of batches (default: ${defaultBatches})`)
    .option(
      '--trajectories <N>',
      'trajectories to sample, if objects cannot be enumerated (default: as in the run, or 1024)',
    )
    .option('--json', 'print one JSON object');
  addCommonOptions(addRewardFlags(command));
  const problem = namedIn(words, catalogue.problems);
  addSettingFlags(command, { problem }, ['problemOptions']);
  return command
    .addHelpText(
      'after',
      problem
        ? ''
        : `\n${describeLists({ 'Problems:': catalogue.problems })}\n\nSee the options of one with: ${commandLine('eval PROBLEM --help')}`,
    )
    .action(async (name: string | undefined, options: EvalOptions) => {
      const metrics = await evaluate(context, name, options, givenFlags(command, ownFlags));
      const lines = options.json ? [JSON.stringify(metrics)] : describeMetrics(metrics);
      for (const line of lines) await writeLine(context.terminal.stdout, line);
    });
}

async function evaluate(
  context: Context,
  name: string | undefined,
  options: EvalOptions,
  given: GivenFlags,
): Promise<Metrics> {
  const { policy, run } = options;
  if ((policy === undefined) === (run === undefined)) {
    throw new UsageError(
      'eval needs a sampler to evaluate: give either --policy uniform with a problem, or --run DIR.',
    );
  }
  const batches = batchesOf(options);
  const trajectories =
    options.trajectories === undefined ? undefined : parseInteger('--trajectories', options.trajectories, 2, 1_000_000);
  const preference = parseDevice(options.device);
  const threads = parseThreads(options.threads);
  if (run === undefined) {
    if (parseReward(options) !== undefined) throw new UsageError('--reward-command goes with --run DIR.');
    if (name === undefined) {
      const names = catalogue.problems.map(({ name }) => name);
      throw new UsageError(`--policy needs a problem to walk: one of ${names.join(', ')}.`);
    }
    parseChoice('--policy', String(policy), ['uniform']);
    const config = makeProblemConfig(findProblem(name), given);
    const { problem } = await openProblem(config, context);
    refuseTrajectories(problem, trajectories);
    const openDevice = async () => (await context.openDevice(preference, { threads })).device;
    return evaluateUniform(problem, { openDevice, trajectories: trajectories ?? defaultTrajectories });
  }

  const saved = await readRun(run);
  const { config } = saved;
  if (name !== undefined && name !== config.problem) {
    throw new UsageError(`The run in ${run} is of ${config.problem}, not of ${name}. Leave the name out.`);
  }
  // A run has the options of its problem, so here this flag is no option of the problem.
  const own = ['data', 'inverse-temperature'];
  const fixed = [...given.keys()].filter((key) => !own.includes(key)).map((key) => `--${key}`);
  if (fixed.length > 0) {
    throw new UsageError(`The run in ${run} has its options already; leave ${fixed.join(' and ')} out.`);
  }
  const tell = (text: string) => void writeLine(context.terminal.stderr, text);
  const reward = await rewardOfRun(run, parseReward(options), tell);
  const { data = config.data } = options;
  const opened = await openProblemOfRun(run, { ...config, data }, context);
  const outside = reward && withRewardCommand(opened, reward, { folder: run, tell });
  const { problem } = outside ?? opened;
  const condition = await chooseCondition(context.terminal, problem.environment, options.inverseTemperature);
  if (condition === undefined) refuseTrajectories(problem, trajectories);
  const { fusedMultiplyAdd } = config;
  const { device } = await context.openDevice(preference, { threads, fusedMultiplyAdd });
  try {
    if (batches !== undefined) return await variancesOf(device, problem, saved, batches);
    const sampler = await samplerOf(device, saved, problem);
    return (await sampler.evaluate({ trajectories, condition })).metrics;
  } finally {
    outside?.outside.close();
    device.destroy();
  }
}

/** The variance of policy gradients at a run's policy, by advantage estimator. Throws if the run has no critic. */
async function variancesOf(device: Device, problem: AnyProblem, saved: SavedRun, batches: number): Promise<Metrics> {
  const { objectiveOptions, batch, seed } = saved.config;
  const learner = await savedLearner(device, saved, problem);
  return varianceMetrics(
    await gradientVariances({
      ...{ device, problem, learner, batch, batches, seed },
      lambda: ownLambda(objectiveOptions),
    }),
  );
}

/** Throws a UsageError if trajectories are given and none would be sampled. */
function refuseTrajectories(problem: AnyProblem, trajectories: number | undefined): void {
  const { name, enumeration } = problem.environment;
  if (trajectories === undefined || isDeferred(problem) || 'reason' in enumeration) return;
  throw new UsageError(
    `All objects of this ${name} are enumerated, so its metrics are exact, without sampling: leave --trajectories out.`,
  );
}

/** How many batches to estimate variances from; undefined for exact ones. */
function batchesOf(options: EvalOptions): number | undefined {
  const { gradientVariance = false, batches, run, trajectories, inverseTemperature } = options;
  if (!gradientVariance) {
    if (batches !== undefined) throw new UsageError('--batches goes with --gradient-variance.');
    return undefined;
  }
  if (run === undefined) throw new UsageError('--gradient-variance needs a policy with a critic: give --run DIR.');
  if (inverseTemperature !== undefined) {
    throw new UsageError('--gradient-variance is of batches as in training: leave --inverse-temperature out.');
  }
  if (trajectories !== undefined) {
    throw new UsageError(
      '--gradient-variance is of batches as large as in training: leave --trajectories out, and say with --batches how many.',
    );
  }
  return parseInteger('--batches', batches ?? defaultBatches, 2, 1_000_000);
}
