import { Command } from 'commander';
import { isDeferred } from '../environment/environment.ts';
import { devicePreferences } from '../run/run-settings.ts';
import type { Sample } from '../train/index.ts';
import { addCommonOptions, type Context } from './context.ts';
import { openProblem } from './data/folder.ts';
import { namesOf } from './molecules.ts';
import { parseChoice, parseWholeNumber } from './option-values.ts';
import { readRun } from './run-files.ts';
import { writeLine } from './terminal.ts';
import { formatFigure } from './text.ts';
import { parseThreads, threadsFlag } from './threads.ts';

interface SampleOptions {
  readonly run: string;
  readonly n: string;
  readonly seed: string;
  readonly device: string;
  readonly threads?: string;
  readonly data?: string;
  readonly json?: boolean;
}

/** `flowtape sample`: draws objects from a trained sampler. */
export function sampleCommand(context: Context): Command {
  const command = new Command('sample')
    .description(
      'Draw objects from the sampler of a run: each with its log-reward and its log-probability, in nats, and its score ' +
        'where its reward is made of one. Molecules are written as canonical SMILES. Where objects cannot be enumerated, a ' +
        "log-probability is an estimate from the object's own trajectory.",
    )
    .requiredOption('--run <DIR>', 'the run folder')
    .option('-n <N>', 'how many objects', '10')
    .option('--seed <N>', 'the same seed draws the same objects on the same device', '0')
    .option('--device <auto|webgpu|cpu>', 'where to compute', 'auto')
    .option(...threadsFlag)
    .option('--data <DIR>', 'folder of the data, where it is no longer where the run found it')
    .option('--json', 'one JSON object a line');
  return addCommonOptions(command).action((options: SampleOptions) => sample(context, options));
}

async function sample({ engine, terminal }: Context, options: SampleOptions): Promise<void> {
  const count = parseWholeNumber('-n', options.n, 1, 2 ** 31 - 1);
  const seed = parseWholeNumber('--seed', options.seed, 0, 2 ** 32 - 1);
  const preference = parseChoice('--device', options.device, devicePreferences);
  const threads = parseThreads(options.threads);
  const { config, snapshot } = await readRun(engine, options.run);
  const opened = await openProblem(engine, options.data === undefined ? config : { ...config, data: options.data }, {
    terminal,
  });
  const device = await engine.openDevice(preference, threads);
  try {
    const samples = device.sample(opened.problem, { config, tensors: snapshot.arrays }, { count, seed });
    const nameOf = namesOf(opened);
    const hasScores = isDeferred(opened.problem);
    if (!options.json) {
      const head = 'log-reward  log-probability  object';
      await writeLine(terminal.stdout, hasScores ? `     score  ${head}` : head);
    }
    for await (const drawn of samples) {
      const object = opened.problem.moleculeOf === undefined ? drawn.text : nameOf(drawn.state);
      const line = options.json ? toJson(drawn, object) : toRow(drawn, object, hasScores);
      await writeLine(terminal.stdout, line);
    }
  } finally {
    device.close();
  }
}

function toJson({ score, logReward, logProbability }: Sample, object: string): string {
  return JSON.stringify({ object, ...(score === undefined ? {} : { score }), logReward, logProbability });
}

function toRow({ score, logReward, logProbability }: Sample, object: string, hasScore: boolean): string {
  const cells = [formatFigure(logReward).padStart(10), formatFigure(logProbability).padStart(15), object];
  // No proper object has no score.
  const scores = hasScore ? [(score === undefined ? '–' : formatFigure(score)).padStart(10)] : [];
  return [...scores, ...cells].join('  ');
}
