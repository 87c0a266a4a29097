import { resolve } from 'node:path';
import { Command } from 'commander';
import { paperSettings } from '../run/settings.ts';
import { suggestion } from '../text/suggestion.ts';
import { addCommonOptions, type Context } from './context.ts';
import { UsageError } from './errors.ts';
import { defaultMethods, describeVariations, methodGroups, parseMethods } from './methods.ts';
import { parseInteger } from './option-values.ts';
import { runSweep } from './run-sweep.ts';
import { flagRows } from './setting-flags.ts';
import { writeLine } from './terminal.ts';
import { parseThreads, parseTogether, threadsFlag, togetherFlag } from './threads.ts';
import { adjustableFlags, experimentProblems, makeTrials, parseBudget, targetFlags, trialCommand } from './trials.ts';

interface ReproduceOptions {
  readonly methods?: string;
  readonly seeds?: string;
  readonly seed?: string;
  readonly budget?: string;
  readonly out?: string;
  readonly data?: string;
  readonly device?: string;
  readonly threads?: string;
  readonly together?: string;
  readonly list?: boolean;
  readonly verbose?: boolean;
}

/** Seeds of the paper's experiments. */
const defaultSeeds = '3';

/** `flowtape reproduce`: runs a sweep of methods and seeds with the paper's settings, and plots it. */
export function reproduceCommand(context: Context): Command {
  const problems = experimentProblems();
  const command = new Command('reproduce')
    .description(
      'Run an experiment of the paper (arXiv 2606.15793): each method with each seed, one after the other unless --together says otherwise, and draw ' +
        'them together. Run the same command again to resume: finished runs are kept, and an interrupted one continues ' +
        'from its last checkpoint.',
    )
    .argument('[problem]', problems.join(', '))
    .option('--methods <LIST>', `methods and groups, separated by commas; listed below (default: ${defaultMethods})`)
    .option('--seeds <N>', `seeds 0 to N - 1 (default: ${defaultSeeds})`)
    .option('--seed <N>', 'run only this seed and draw nothing: for runs started one by one')
    .option('--budget <paper|X>', "the paper's iterations, or a share of them up to 1 (default: paper)")
    .option(
      '--out <DIR>',
      'folder of the sweep (default: runs/PROBLEM-BUDGET; an option of the problem that is not as in the paper is in it too)',
    )
    .option('--data <DIR>', 'folder of the data, if it was not fetched')
    .option('--device <auto|webgpu|cpu>', 'where to compute (default: auto)')
    .option(...threadsFlag)
    .option(...togetherFlag('1'))
    .option('--list', 'only print a command for each run, to give to a scheduler')
    .option('--verbose', 'print a line for every evaluation');
  for (const [flag, value, help] of adjustableFlags) command.option(`${flag} ${value}`, help);
  addCommonOptions(command);
  return command
    .addHelpText('after', `\n${describeMethods()}`)
    .action(async (problem: string | undefined, options: ReproduceOptions) => {
      if (problem !== undefined && !problems.includes(problem)) {
        throw new UsageError(
          `There is no experiment on "${problem}".${suggestion(problem, problems)} ` +
            `Experiments are on: ${problems.join(', ')}.`,
        );
      }
      if (problem === undefined) {
        throw new UsageError(`reproduce needs a problem: one of ${problems.join(', ')}.`);
      }
      await reproduce(context, problem, options);
    });
}

async function reproduce(context: Context, problem: string, options: ReproduceOptions): Promise<void> {
  const { terminal } = context;
  const { budget = 'paper', methods = defaultMethods, device = 'auto', data } = options;
  const threads = parseThreads(options.threads);
  const together = parseTogether(options.together);
  const adjusted = adjustedOf(options);
  refuseOtherNetworks(problem, adjusted);
  const share = parseBudget(budget);
  const folder =
    options.out ?? `runs/${[problem, ...targetWords(problem, adjusted), share === 1 ? 'paper' : share].join('-')}`;
  const trials = makeTrials({
    ...{ problem, device, seeds: seedsOf(options), budget: share },
    methods: parseMethods(methods),
    ...(data === undefined ? {} : { data }),
    adjusted,
  });
  if (options.list) {
    for (const trial of trials)
      await writeLine(terminal.stdout, trialCommand(trial, { budget, threads, folder: resolve(folder), adjusted }));
    return;
  }
  const verbose = options.verbose ?? false;
  await runSweep(context, trials, {
    ...{ folder, threads, together, verbose },
    isAlone: options.seed !== undefined,
  });
}

/** The options of the problem that are not the paper's: runs of another target get a folder of their own. */
function targetWords(problem: string, adjusted: ReadonlyMap<string, string>): string[] {
  const paper = new Map(flagRows(paperSettings(problem, 'ent-ppo')?.problemOptions ?? {}));
  return targetFlags.flatMap((flag) => {
    const value = adjusted.get(flag);
    return value === undefined || value === paper.get(flag) ? [] : [`${flag.slice(2)}-${value}`];
  });
}

/** The settings given instead of the paper's, by flag. They are parsed with those of `train`. */
function adjustedOf(options: ReproduceOptions): Map<string, string> {
  const values: Readonly<Record<string, unknown>> = { ...options };
  return new Map(
    adjustableFlags.flatMap(([flag]): [string, string][] => {
      const value = values[flag.slice(2).replaceAll(/-[a-z]/g, (text) => text[1].toUpperCase())];
      return typeof value === 'string' ? [[flag, value]] : [];
    }),
  );
}

/**
 * Throws a UsageError if settings are for networks that the problem's runs do not have: `--list` makes no run that would
 * tell.
 */
function refuseOtherNetworks(problem: string, adjusted: ReadonlyMap<string, string>): void {
  const paper = new Map(flagRows(paperSettings(problem, 'ent-ppo')?.trainingOptions ?? {}));
  const other = [...adjusted.keys()].find((flag) => flag.startsWith('--network-') && !paper.has(flag));
  if (other !== undefined) throw new UsageError(`${other} is for graph networks; those of ${problem} are perceptrons.`);
}

function seedsOf({ seed, seeds }: ReproduceOptions): number[] {
  if (seed !== undefined && seeds !== undefined) {
    throw new UsageError('--seeds is a number of seeds, --seed a single one: give one of the two.');
  }
  if (seed !== undefined) return [parseInteger('--seed', seed, 0, 2 ** 32 - 1)];
  const count = parseInteger('--seeds', seeds ?? defaultSeeds, 1, 1000);
  return Array.from({ length: count }, (_, number) => number);
}

function describeMethods(): string {
  const width = Math.max(...Object.keys(methodGroups).map((name) => name.length));
  return [
    'Groups of methods:',
    ...Object.entries(methodGroups).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'A method is an objective ("flowtape train --help" lists them), with any of these behind its name:',
    ...describeVariations(),
  ].join('\n');
}
