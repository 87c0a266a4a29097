import { Command } from 'commander';
import { type Environment, isDeferred } from '../environment/environment.ts';
import { samplerOf } from '../run/load.ts';
import type { Sample } from '../train/index.ts';
import { chooseCondition, conditionKey } from './condition.ts';
import { addCommonOptions, type Context } from './context.ts';
import { namesOf } from './molecules.ts';
import { parseDevice, parseInteger } from './option-values.ts';
import { openProblemOfRun } from './problem-of-run.ts';
import { addRewardFlags, parseReward, type RewardFlags, rewardOfRun, withRewardCommand } from './reward-command.ts';
import { readRun } from './run-files.ts';
import { writeLine } from './terminal.ts';
import { formatFigure } from './text.ts';
import { parseThreads, threadsFlag } from './threads.ts';

interface SampleOptions extends RewardFlags {
  readonly run: string;
  readonly n: string;
  readonly seed: string;
  readonly inverseTemperature?: string;
  readonly device: string;
  readonly threads?: string;
  readonly data?: string;
  readonly json?: boolean;
}

/** `flowtape sample`: draws objects from a trained sampler. */
export function sampleCommand(context: Context): Command {
  const command = new Command('sample')
    .description(
      'Draw objects from the sampler of a run. Each has its log-reward and log-probability, in nats, and its score if the ' +
        'reward is made from one. Molecules are printed as canonical SMILES, and strings of building blocks with the ' +
        'SMILES of each block. If objects cannot be enumerated, the log-probability is an estimate from the ' +
        "object's trajectory. If each trajectory has its own inverse temperature, it is printed too.",
    )
    .requiredOption('--run <DIR>', 'the run folder')
    .option('-n <N>', 'number of objects', '10')
    .option('--inverse-temperature <X>', 'inverse temperature of all objects, if the environment draws one for each')
    .option('--seed <N>', 'the same seed draws the same objects on the same device', '0')
    .option('--device <auto|webgpu|cpu>', 'where to compute', 'auto')
    .option(...threadsFlag)
    .option('--data <DIR>', 'folder of the data, if it has moved since the run')
    .option('--json', 'print one JSON object per line');
  return addCommonOptions(addRewardFlags(command)).action((options: SampleOptions) => sample(context, options));
}

async function sample(context: Context, options: SampleOptions): Promise<void> {
  const { terminal } = context;
  const count = parseInteger('-n', options.n, 1, 2 ** 31 - 1);
  const seed = parseInteger('--seed', options.seed, 0, 2 ** 32 - 1);
  const preference = parseDevice(options.device);
  const threads = parseThreads(options.threads);
  const saved = await readRun(options.run);
  const { config } = saved;
  const tell = (text: string) => void writeLine(terminal.stderr, text);
  const reward = await rewardOfRun(options.run, parseReward(options), tell);
  const { data = config.data } = options;
  const own = await openProblemOfRun(options.run, { ...config, data }, context);
  const outside = reward && withRewardCommand(own, reward, { folder: options.run, tell });
  const opened = outside ?? own;
  const { environment } = opened.problem;
  const condition = await chooseCondition(terminal, environment, options.inverseTemperature);
  const { fusedMultiplyAdd } = config;
  const { device } = await context.openDevice(preference, { threads, fusedMultiplyAdd });
  try {
    const sampler = await samplerOf(device, saved, opened.problem);
    const nameOf = namesOf(opened);
    const hasScores = isDeferred(opened.problem);
    if (!options.json) {
      const heads = [
        ...(hasScores ? ['score'.padStart(10)] : []),
        ...(environment.condition ? [environment.condition.name] : []),
        'log-reward  log-probability  object',
      ];
      await writeLine(terminal.stdout, heads.join('  '));
    }
    for await (const drawn of sampler.stream(count, { seed, condition })) {
      const object = opened.problem.moleculeOf === undefined ? drawn.text : nameOf(drawn.state);
      const name = opened.problem.nameOf?.(drawn.state);
      const line = options.json
        ? toJson(drawn, object, name, environment)
        : toRow(drawn, name === undefined ? object : `${object} (${name})`, hasScores, environment);
      await writeLine(terminal.stdout, line);
    }
  } finally {
    outside?.outside.close();
    device.destroy();
  }
}

function toJson(
  { score, condition, logReward, logProbability }: Sample,
  object: string,
  blocks: string | undefined,
  at: Environment,
): string {
  const name = conditionKey(at);
  return JSON.stringify({
    ...{ object, blocks, ...(score === undefined ? {} : { score }) },
    ...(name === undefined ? {} : { [name]: condition }),
    ...{ logReward, logProbability },
  });
}

function toRow(
  { score, condition, logReward, logProbability }: Sample,
  object: string,
  hasScore: boolean,
  at: Environment,
): string {
  const cells = [
    ...(condition === undefined ? [] : [formatFigure(condition).padStart(at.condition?.name.length ?? 0)]),
    ...[formatFigure(logReward).padStart(10), formatFigure(logProbability).padStart(15), object],
  ];
  // Only invalid objects lack a score.
  const scores = hasScore ? [(score === undefined ? 'invalid' : formatFigure(score)).padStart(10)] : [];
  return [...scores, ...cells].join('  ');
}
