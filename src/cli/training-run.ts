import { setImmediate } from 'node:timers/promises';
import type { CurvePoint } from '../plot/learning-curve.ts';
import type { RunConfig } from '../run/run-config.ts';
import { encodeCheckpoint } from '../train/checkpoint-file.ts';
import type { Context } from './context.ts';
import type { OpenedTask } from './data-folder.ts';
import type { EngineDevice, Progress, Training } from './engine.ts';
import { asSentence, exitCodes, fileProblem, reasonOf } from './errors.ts';
import { drawMolecules, type NamedObject, namedObjects, objectTable } from './molecules.ts';
import { drawRun, writePictures } from './pictures.ts';
import { createProgress } from './progress.ts';
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
  /** Why it failed, where it did. */
  readonly problem?: string;
}

type Status = 'finished' | 'stopped' | 'failed';

/** Of the best objects, those that the summary tells; all that are kept are in a file of their own. */
const summarised = 10;

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
    const saved = await save(run, outcome, signal === 0 ? 'finished' : 'stopped');
    await report(run, outcome, { ...saved, stopped: signal !== 0 });
  } finally {
    stopListening();
  }
  return signal === 0 ? exitCodes.ok : exitCodes.interrupted + signal;
}

/** Takes all iterations, writing each evaluation as it comes, and sees that there is one of the final policy. */
async function follow(run: TrainingRun, show: (progress: Progress) => void): Promise<Outcome> {
  const { training, folder } = run;
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
    const problem = asSentence(reasonOf(error));
    const where = last === undefined ? 'before its first iteration' : `after iteration ${formatCount(last.step)}`;
    const kept = last && (await saveFailed(run, { last, curve, problem }));
    throw new TrainingError(`Training failed ${where}: ${problem}${kept ?? ''}`, { cause: error });
  }
  if (last === undefined) throw new Error('Training ended before it began, for no reason that the engine gives.');
  if (last.metrics !== undefined) return { last: { ...last, metrics: last.metrics }, curve };
  const evaluated = { ...last, metrics: await training.evaluate() };
  await record(evaluated);
  return { last: evaluated, curve };
}

/** Keeps what a run had learnt when it failed, where that can still be had, and returns a sentence that says so. */
async function saveFailed(
  run: TrainingRun,
  { last, curve, problem }: { last: Progress; curve: readonly CurvePoint[]; problem: string },
): Promise<string> {
  const { path } = run.folder;
  try {
    const { step: _, trajectories: __, ...metrics } = curve.at(-1) ?? { step: 0, trajectories: 0 };
    await save(run, { last: { ...last, metrics }, curve, problem }, 'failed');
    return ` What was learnt until then is in ${path}.`;
  } catch {
    // The error that is told is the first one.
    return curve.length === 0 ? '' : ` The evaluations until then are in ${path}.`;
  }
}

/** What is saved of a run beside its checkpoint and summary. */
interface Saved {
  /** Files to be looked at. */
  readonly pictures: readonly string[];
  /** The best objects, best first; none where none are kept. */
  readonly best: readonly NamedObject[];
}

/** What can't be made again comes first: the checkpoint, then the summary, then what is to be looked at. */
async function save(run: TrainingRun, { last, curve, problem }: Outcome, status: Status): Promise<Saved> {
  const { context, config, opened, device, training, folder } = run;
  const { version } = context;
  const { step, trajectories, secondsElapsed: seconds, metrics } = last;
  const tensors = await training.tensors();
  const lost = status === 'failed' && tensors.find(({ data }) => !data.every(Number.isFinite));
  if (lost) throw new Error(`${lost.name} holds numbers that are not finite.`);
  const record = training.best();
  const best = record === undefined ? [] : namedObjects(opened, record);
  const { moleculeOf, reward } = opened.task;
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
      reward: reward.name,
      device: { kind: device.kind, description: device.description },
      seed,
      batch,
      steps: step,
      trajectories,
      seconds,
      iterationsPerSecond: seconds > 0 ? step / seconds : 0,
      parameters: training.parameters,
      metrics,
      ...(best.length === 0 ? {} : { best: best.slice(0, summarised).map(toJson(moleculeOf !== undefined)) }),
      ...(problem === undefined ? {} : { problem }),
    }),
  );
  if (best.length > 0) await write(folder, runFiles.objects, objectTable(best, moleculeOf !== undefined));
  try {
    const distribution = status === 'failed' ? undefined : await training.distribution();
    const molecules = moleculeOf && drawMolecules(opened.chemistry, best);
    const drawn = { ...(await drawRun(curve, distribution)), ...molecules };
    const pictures = await writePictures(folder, { ...drawn });
    await folder.write(
      runFiles.report,
      runReport({
        ...{ version, config, status, steps: step, trajectories, seconds, parameters: training.parameters, metrics },
        device: `${device.kind}, ${device.description}`,
        reward: reward.name,
        kept: best.length,
        ...(problem === undefined ? {} : { problem }),
        pictures: drawn,
      }),
    );
    return { pictures: [...pictures, runFiles.report], best };
  } catch (error) {
    // The run is whole without them.
    const reason = reasonOf(error);
    await writeLine(context.terminal.stderr, `flowtape: pictures and report of the run could not be made: ${reason}`);
    return { pictures: [], best };
  }
}

async function report(
  { context, folder }: TrainingRun,
  { last }: Outcome,
  { pictures, best, stopped }: Saved & { stopped: boolean },
): Promise<void> {
  const { step, secondsElapsed, metrics } = last;
  const pace = secondsElapsed > 0 ? `, ${formatFigure(step / secondsElapsed)} iterations/s` : '';
  const ended = stopped ? `stopped after iteration ${formatCount(step)}` : 'done';
  const lines = [
    `${ended} in ${formatDuration(secondsElapsed)}${pace}`,
    ...describeMetrics(metrics),
    ...best.slice(0, shown).map(({ name, score, logReward }, i) => {
      const worth = score === undefined ? `log-reward ${formatFigure(logReward)}` : `score ${formatFigure(score)}`;
      return `${i === 0 ? 'best of all' : '           '}  ${worth}  ${name}`;
    }),
    `${stopped ? 'saved' : 'left'} in ${folder.path}${pictures.length === 0 ? '' : `: look at ${listed(pictures)}`}`,
    'to draw samples:',
    `  flowtape sample --run ${folder.path} -n 10`,
  ];
  for (const line of lines) await writeLine(context.terminal.stdout, line);
}

/** Of the best objects, those that the terminal shows. */
const shown = 3;

function toJson(isMolecule: boolean) {
  return ({ name, score, logReward }: NamedObject) => {
    return { [isMolecule ? 'smiles' : 'object']: name, ...(score === undefined ? {} : { score }), logReward };
  };
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
