import { basename, resolve } from 'node:path';
import { Command } from 'commander';
import { addCommonOptions, type Context } from './context.ts';
import { UsageError } from './errors.ts';
import { scheduledLine } from './invocation.ts';
import { parseDevice, parseInteger } from './option-values.ts';
import { addRewardFlags, parseReward, type RewardFlags, rewardWords } from './reward-command.ts';
import { runSweep } from './run-sweep.ts';
import { readSweepTrials } from './sweep-trials.ts';
import { writeLine } from './terminal.ts';
import { quoted } from './text.ts';
import { parseThreads, parseTogether, threadsFlag, togetherFlag } from './threads.ts';

interface SweepCommandOptions extends RewardFlags {
  readonly out?: string;
  readonly data?: string;
  readonly device?: string;
  readonly threads?: string;
  readonly together?: string;
  readonly list?: boolean;
  readonly trial?: string;
  readonly verbose?: boolean;
}

/** `flowtape sweep`: runs the trials that a file describes. */
export function sweepCommand(context: Context): Command {
  const command = new Command('sweep')
    .description(
      'Run the trials that a JSON file describes: methods, seeds, and a grid or a random search over any options. Run the ' +
        'same command again to resume: finished trials are kept, interrupted ones continue. Several processes or ' +
        'machines may run the same sweep in one folder.',
    )
    .argument('<FILE>', 'what to run; an example is below')
    .option('--list', 'only print a command for each trial, to give to a scheduler')
    .option('--trial <K>', 'run only trial K, counted from 1 in the order of --list, and draw nothing')
    .option('--out <DIR>', 'folder of the sweep (default: runs/ and the name of the file)')
    .option('--data <DIR>', "folder of the problem's data, if it was not fetched")
    .option('--device <auto|webgpu|cpu>', 'where to compute (default: auto)')
    .option(...threadsFlag)
    .option(...togetherFlag('1'))
    .option('--verbose', 'print a line for every evaluation');
  return addCommonOptions(addRewardFlags(command))
    .addHelpText('after', `\n${example}`)
    .action((file: string, options: SweepCommandOptions) => sweep(context, file, options));
}

const example = `A file such as:
  { "problem": "hypergrid", "methods": ["ent-ppo", "tb"], "seeds": 3,
    "options": { "dimension": 2, "side": 8, "steps": 1000 },
    "grid": { "learning-rate": [0.001, 0.01] },
    "random": { "count": 10, "seed": 0, "options": { "batch": [16, 32],
      "value-learning-rate": { "from": 0.0001, "to": 0.01, "scale": "log" } } } }
Options are named as flags of "flowtape train" or as in config.json. "preset" is as --preset, "methods" as for
"flowtape reproduce --help". Every method runs with every combination of the grid and every drawn one, with every seed,
each without the options that only the other methods have.`;

async function sweep(context: Context, file: string, options: SweepCommandOptions): Promise<void> {
  const { terminal } = context;
  const threads = parseThreads(options.threads);
  const together = parseTogether(options.together);
  const reward = parseReward(options);
  const folder = options.out ?? `runs/${basename(file).replace(/\.json$/, '')}`;
  const own = new Map<string, string>();
  if (options.device !== undefined) own.set('device', parseDevice(options.device));
  if (options.data !== undefined) own.set('data', options.data);
  const trials = await readSweepTrials(file, own);
  if (options.list) {
    if (options.trial !== undefined)
      throw new UsageError('--list prints all trials, --trial runs one: give one of the two.');
    for (const index of trials.keys()) {
      const words = ['sweep', resolve(file), '--trial', String(index + 1), '--out', resolve(folder)];
      if (options.device !== undefined) words.push('--device', options.device);
      if (threads !== undefined) words.push('--threads', String(threads));
      if (options.data !== undefined) words.push('--data', resolve(options.data));
      words.push(...rewardWords(options));
      await writeLine(terminal.stdout, scheduledLine(words.map((word) => quoted(word)).join(' ')));
    }
    return;
  }
  const chosen =
    options.trial === undefined ? trials : [trials[parseInteger('--trial', options.trial, 1, trials.length) - 1]];
  const verbose = options.verbose ?? false;
  await runSweep(context, chosen, {
    ...{ folder, threads, together, verbose, reward },
    isAlone: options.trial !== undefined,
  });
}
