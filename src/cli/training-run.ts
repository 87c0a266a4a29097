import { setImmediate } from 'node:timers/promises';
import type { CurvePoint } from '../plot/learning-curve.ts';
import { encodeCheckpoint } from '../train/checkpoint-file.ts';
import type { Context } from './context.ts';
import type { EngineDevice, Progress, Training } from './engine.ts';
import { asSentence, exitCodes, fileProblem, reasonOf } from './errors.ts';
import { drawRun, writePictures } from './pictures.ts';
import { createProgress } from './progress.ts';
import type { RunConfig } from './run-config.ts';
import type { OpenedTask } from './data-folder.ts';
import { type RunFolder, runFiles } from './run-folder.ts';
import { runReport } from './run-report.ts';
import { writeLine } from './terminal.ts';
import { describeMetrics, formatCount, formatDuration, formatFigure } from './text.ts';

export interface TrainingRun {
  readonly context: Context;
  readonly config: RunConfig;
  readonly opened: OpenedTask;
  readonly device: EngineDevice;
  readonly training: Training;
  readonly folder: RunFolder;
  readonly verbose: boolean;
}

/** What is known when training has ended. */
interface Outcome {
  readonly last: Progress & Required<Pick<Progress, 'metrics'>>;
  readonly curve: readonly CurvePoint[];
}

/** Training itself failed, as by a number that is not finite: other runs may still go well. */
export class TrainingError extends Error {}

/** Training may never wait; the program has to look up this often, in milliseconds, to see Ctrl-C. */
const attentionInterval = 50;

/**
 * Trains to the end, or until the program is asked to stop, and leaves all files of the run. Returns the exit code.
 * Throws an Error where training or writing fails; what was written until then stays, and the error says where.
 */
export async function trainInFolder(run: TrainingRun): Promise<number> {
  const { context, config, training, folder, verbose } = run;
  const { terminal } = context;
  await write(folder, runFiles.config, formatJson({ version: context.version, ...config }));

  const display = await createProgress(terminal.stdout, { steps: config.steps, verbose });
  let signal = 0;
  const stopListening = terminal.onInterrupt((number) => {
    signal = number;
    display.note('Stopping after this iteration, to save the run. Once more ends at once, without saving.');
    training.stop();
  });
  try {
    let outcome: Outcome;
    try {
      outcome = await follow(run, (progress) => display.report(progress));
    } finally {
      display.stop();
    }
    const pictures = await save(run, outcome, signal === 0 ? 'finished' : 'stopped');
    await report(run, outcome, { pictures, stopped: signal !== 0 });
  } finally {
    stopListening();
  }
  return signal === 0 ? exitCodes.ok : exitCodes.interrupted + signal;
}

/** Takes all iterations, writing each evaluation as it comes, and sees that there is one of the final policy. */
async function follow({ training, folder }: TrainingRun, show: (progress: Progress) => void): Promise<Outcome> {
  const curve: CurvePoint[] = [];
  let last: Progress | undefined;
  let looked = performance.now();
  const record = async (progress: Progress) => {
    const { step, trajectories, secondsElapsed: seconds, trajectoriesPerSecond, loss, metrics } = progress;
    curve.push({ ...metrics, step, trajectories });
    const row = { step, trajectories, seconds, trajectoriesPerSecond, ...(loss === undefined ? {} : { loss }) };
    await folder.append(runFiles.metrics, { ...row, ...metrics }).catch(refuseWriting(folder, runFiles.metrics));
  };
  try {
    for await (const progress of training) {
      last = progress;
      show(progress);
      if (progress.metrics !== undefined) await record(progress);
      if (performance.now() - looked > attentionInterval) {
        await setImmediate();
        looked = performance.now();
      }
    }
  } catch (error) {
    const kept = curve.length === 0 ? '' : ` The evaluations until then are in ${folder.path}.`;
    const where = last === undefined ? 'before its first iteration' : `after iteration ${formatCount(last.step)}`;
    throw new TrainingError(`Training failed ${where}: ${asSentence(reasonOf(error))}${kept}`, { cause: error });
  }
  if (last === undefined) throw new Error('Training ended before it began, for no reason that the engine gives.');
  if (last.metrics !== undefined) return { last: { ...last, metrics: last.metrics }, curve };
  const evaluated = { ...last, metrics: await training.evaluate() };
  await record(evaluated);
  return { last: evaluated, curve };
}

/** What can't be made again comes first: the checkpoint, then the summary, then what is to be looked at: its names. */
async function save(run: TrainingRun, { last, curve }: Outcome, status: 'finished' | 'stopped'): Promise<string[]> {
  const { context, config, device, training, folder } = run;
  const { version } = context;
  const { step, trajectories, secondsElapsed: seconds, metrics } = last;
  const tensors = await training.tensors();
  const checkpoint = encodeCheckpoint({ version, config: { ...config }, step, trajectories, metrics, tensors });
  await write(folder, runFiles.checkpoint, checkpoint);
  const { environment, environmentOptions, objective, objectiveOptions, seed, batch } = config;
  await write(
    folder,
    runFiles.summary,
    formatJson({
      version,
      status,
      environment,
      environmentOptions,
      objective,
      objectiveOptions,
      device: { kind: device.kind, description: device.description },
      seed,
      batch,
      steps: step,
      trajectories,
      seconds,
      iterationsPerSecond: seconds > 0 ? step / seconds : 0,
      parameters: training.parameters,
      metrics,
    }),
  );
  try {
    const drawn = await drawRun(curve, await training.distribution());
    const pictures = await writePictures(folder, { ...drawn });
    await folder.write(
      runFiles.report,
      runReport({
        ...{ version, config, status, steps: step, trajectories, seconds, parameters: training.parameters, metrics },
        device: `${device.kind}, ${device.description}`,
        pictures: drawn,
      }),
    );
    return [...pictures, runFiles.report];
  } catch (error) {
    // The run is whole without them.
    const reason = reasonOf(error);
    await writeLine(context.terminal.stderr, `flowtape: pictures and report of the run could not be made: ${reason}`);
    return [];
  }
}

async function report(
  { context, folder }: TrainingRun,
  { last }: Outcome,
  { pictures, stopped }: { pictures: readonly string[]; stopped: boolean },
): Promise<void> {
  const { step, secondsElapsed, metrics } = last;
  const pace = secondsElapsed > 0 ? `, ${formatFigure(step / secondsElapsed)} iterations/s` : '';
  const ended = stopped ? `stopped after iteration ${formatCount(step)}` : 'done';
  const lines = [
    `${ended} in ${formatDuration(secondsElapsed)}${pace}`,
    ...describeMetrics(metrics),
    `${stopped ? 'saved' : 'left'} in ${folder.path}${pictures.length === 0 ? '' : `: look at ${listed(pictures)}`}`,
    'to draw samples:',
    `  flowtape sample --run ${folder.path} -n 10`,
  ];
  for (const line of lines) await writeLine(context.terminal.stdout, line);
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
}

function write(folder: RunFolder, name: string, contents: string | Uint8Array): Promise<void> {
  return folder.write(name, contents).catch(refuseWriting(folder, name));
}

function refuseWriting(folder: RunFolder, name: string): (error: unknown) => never {
  return (error) => {
    throw new Error(`Cannot write ${name} to ${folder.path}: ${fileProblem(error)}.`, { cause: error });
  };
}

function formatJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
