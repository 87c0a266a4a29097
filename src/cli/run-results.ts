import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Device } from '../device/index.ts';
import { type AnyProblem, isDeferred, type RatedObjects } from '../environment/environment.ts';
import type { Distributions } from '../plot/distribution.ts';
import type { CurvePoint } from '../plot/learning-curve.ts';
import type { ConfiguredRunOptions, FoundObject, Run } from '../run/run.ts';
import { messageOf } from '../text/message-of.ts';
import { type Metrics, objectRows, type Snapshot } from '../train/index.ts';
import { begunFlags } from './begun-with.ts';
import { conditionKey } from './condition.ts';
import type { Context } from './context.ts';
import type { OpenedProblem } from './data/folder.ts';
import { fileProblem } from './errors.ts';
import type { FollowOptions } from './follow/options.ts';
import { commandLine } from './invocation.ts';
import { drawMolecules, type NamedObject, namedObjects, objectTable } from './molecules.ts';
import { drawRun, writePictures } from './pictures.ts';
import { processorName } from './processor.ts';
import { type RewardRestarts, rewardFlagsOf } from './reward-command.ts';
import { type RunFolder, runFiles } from './run-folder.ts';
import type { RunHistory } from './run-history.ts';
import { describeRun, runReport } from './run-report.ts';
import { writeLine } from './terminal.ts';
import { counted, describeMetrics, formatCount, formatDuration, formatFigure, listed, quoted } from './text.ts';

/** What a run starts from besides its settings. */
export type RunStart = Pick<ConfiguredRunOptions, 'prior' | 'offline'>;

export interface TrainingRun {
  readonly context: Context;
  readonly opened: OpenedProblem;
  readonly device: Device;
  readonly training: Run;
  readonly folder: RunFolder;
  /** Restarts of the program that rewards objects, if there is one. */
  readonly restarts?: RewardRestarts | undefined;
  readonly verbose: boolean;
  readonly follow?: FollowOptions | undefined;
  /** What it starts from besides its settings; checkpoints have it, so a resumed run does not need it. */
  readonly start?: RunStart | undefined;
  /** Where a resumed run starts, and its log so far; absent for a new run. */
  readonly resumed?: { readonly step: number; readonly history: RunHistory };
  /** Closes the lost device and opens another of its kind. */
  readonly reopen: () => Promise<Device>;
  /** How many times in a row the device was lost since the last checkpoint, that after iteration `step`. */
  readonly losses?: { readonly step: number; readonly times: number };
}

/** The result of training. */
export interface Outcome {
  /** The state to save. */
  readonly snapshot: Snapshot;
  readonly metrics: Metrics;
  readonly seconds: number;
  readonly curve: readonly CurvePoint[];
  /** Cores that other programs used meanwhile, on average; undefined if that is not known. */
  readonly otherCores?: number | undefined;
  /** The reason of a failure. */
  readonly failure?: string;
}

export type Status = 'finished' | 'stopped' | 'failed';

/** How many of the best objects the summary lists; a file of its own has all that were kept. */
const summarised = 10;

/** How many samples a problem's own pictures are drawn from if its objects cannot be enumerated. */
const drawnSamples = 512;

/** A file of the run could not be written. */
export class WritingError extends Error {}

/** Files saved besides the checkpoint and summary. */
interface Saved {
  /** Names of picture files. */
  readonly pictures: readonly string[];
  /** The best objects, best first; empty if none are kept. */
  readonly best: readonly NamedObject[];
}

/** Saves everything except the checkpoint: first the best objects and the summary, then pictures and reports. */
export async function saveResults(
  run: TrainingRun,
  { snapshot, metrics, seconds, curve, otherCores, failure }: Outcome,
  status: Status,
): Promise<Saved> {
  const { context, opened, device, training, folder, restarts } = run;
  const { config } = training;
  const { version } = context;
  const { step } = snapshot;
  const best = namedObjects(opened, training.best());
  const { environment, moleculeOf, picturesOf, reward } = opened.problem;
  const { problem, problemOptions, objective, objectiveOptions, seed, batch } = config;
  const trajectories = step * batch;
  const made = { host: hostname(), ended: new Date().toISOString() };
  if (best.length > 0) await writeFile(folder, runFiles.objects, objectTable(best, opened.problem));
  await writeFile(
    folder,
    runFiles.summary,
    formatJson({
      version,
      status,
      problem,
      problemOptions,
      objective,
      objectiveOptions,
      reward: reward.name,
      ...(restarts === undefined ? {} : { rewardRestarts: restarts.count }),
      device: { kind: device.kind, description: device.description },
      processor: processorName(),
      seed,
      batch,
      steps: step,
      trajectories,
      // Machine, time and what else it did, so that comparisons can tell whether runs shared a machine.
      ...made,
      seconds,
      otherCores: otherCores === undefined ? undefined : Number(otherCores.toFixed(3)),
      iterationsPerSecond: seconds > 0 ? step / seconds : 0,
      parameters: training.parameters,
      metrics,
      ...(best.length === 0 ? {} : { best: best.slice(0, summarised).map(toJson(opened.problem)) }),
      ...(failure === undefined ? {} : { failure }),
    }),
  );
  try {
    const distribution = status === 'failed' ? undefined : await distributionsOf(training);
    const molecules = moleculeOf && drawMolecules(opened.chemistry, best);
    const drawn = { ...(await drawRun(curve, distribution, describeRun(config))), ...molecules };
    const exact = distribution && picturesOf && { ...distribution, states: objectRows(environment) };
    const own =
      picturesOf && status !== 'failed'
        ? picturesOf({ exact, best: rated(training.best()), samples: exact ? undefined : await sampledRows(training) })
        : [];
    const named = Object.fromEntries(own.map(({ name, svg }) => [name, svg]));
    const pictures = await writePictures(folder, { ...drawn, ...named });
    await folder.write(
      runFiles.report,
      runReport({
        ...{ version, config, status, steps: step, trajectories, seconds, parameters: training.parameters, metrics },
        ...made,
        command: await repeatCommand(folder.path),
        device: `${device.kind}, ${device.description}`,
        reward: `${reward.name}${restarts?.count ? `, restarted ${counted(restarts.count, 'time')}` : ''}`,
        kept: best.length,
        condition: environment.condition?.name,
        ...(failure === undefined ? {} : { failure }),
        pictures: drawn,
        own,
      }),
    );
    return { pictures: [...pictures, runFiles.report], best };
  } catch (error) {
    // The run is complete without them.
    const reason = messageOf(error);
    await writeLine(context.terminal.stderr, `flowtape: pictures and report of the run could not be made: ${reason}`);
    return { pictures: [], best };
  }
}

/** Current learnt and target distribution; undefined if the objects cannot be enumerated. */
async function distributionsOf({ problem, evaluate }: Run): Promise<Distributions | undefined> {
  if (!isEnumerated(problem)) return undefined;
  const { distributions } = await evaluate();
  return distributions && { ...distributions, shape: problem.gridShape };
}

/** Objects sampled from the policy, always with the same random numbers. */
async function sampledRows(training: Run): Promise<Int32Array> {
  const samples = await training.sample(drawnSamples, { seed: 0 });
  return Int32Array.from(samples.flatMap(({ state }) => [...state]));
}

/** Found objects packed together; undefined if none are kept. */
function rated(found: readonly FoundObject[]): RatedObjects | undefined {
  if (found.length === 0) return undefined;
  return {
    states: Int32Array.from(found.flatMap(({ state }) => [...state])),
    logRewards: Float64Array.from(found, ({ logReward }) => logReward),
    scores: Float64Array.from(found, ({ score = Number.NaN }) => score),
  };
}

function isEnumerated(problem: AnyProblem): boolean {
  return !isDeferred(problem) && !('reason' in problem.environment.enumeration);
}

export async function reportResults(
  { context, folder, restarts, opened }: TrainingRun,
  { snapshot: { step }, seconds, metrics }: Outcome,
  { pictures, best, stopped }: Saved & { stopped: boolean },
): Promise<void> {
  const pace = seconds > 0 ? `, ${formatFigure(step / seconds)} iterations/s with evaluations` : '';
  const drawn = opened.problem.environment.condition;
  const ended = stopped ? `stopped after iteration ${formatCount(step)}` : 'done';
  const lines = [
    `${ended} in ${seconds < 0.5 ? 'less than a second' : formatDuration(seconds)}${pace}`,
    ...describeMetrics(metrics),
    ...(restarts?.count ? [`the reward program was restarted ${counted(restarts.count, 'time')}`] : []),
    ...best.slice(0, shown).map(({ name, score, logReward, condition }, i) => {
      const under = condition === undefined ? '' : ` at ${drawn?.name} ${formatFigure(condition)}`;
      const worth =
        score === undefined ? `log-reward ${formatFigure(logReward)}${under}` : `score ${formatFigure(score)}`;
      return `${i === 0 ? 'best of all' : '           '}  ${worth}  ${name}`;
    }),
    `${stopped ? 'saved' : 'left'} in ${folder.path}${pictures.length === 0 ? '' : `: look at ${listed(pictures)}`}`,
    ...(stopped ? ['to go on:', `  ${resumeCommand(folder.path)}`] : []),
    'to draw samples:',
    `  ${commandLine(`sample --run ${quoted(folder.path)} -n 10`)}`,
  ];
  for (const line of lines) await writeLine(context.terminal.stdout, line);
}

/** How many of the best objects the terminal shows. */
const shown = 3;

function toJson({ moleculeOf, environment }: AnyProblem) {
  const drawn = conditionKey(environment);
  return ({ name, score, logReward, condition }: NamedObject) => ({
    [moleculeOf === undefined ? 'object' : 'smiles']: name,
    ...(score === undefined ? {} : { score }),
    ...(drawn === undefined ? {} : { [drawn]: condition }),
    logReward,
  });
}

/** The shell command that makes the run in a folder again, in another. */
async function repeatCommand(path: string): Promise<string> {
  const words = [`train --config ${quoted(join(path, runFiles.config))}`];
  return commandLine([...words, ...(await begunFlags(path)), ...(await rewardFlagsOf(path))].join(' '));
}

/** The shell command that resumes a run. */
export function resumeCommand(path: string): string {
  return commandLine(`train --resume ${quoted(path)}`);
}

/** Writes a file. Throws a WritingError. */
export function writeFile(folder: RunFolder, name: string, contents: string | Uint8Array): Promise<void> {
  return folder.write(name, contents).catch(refuseWriting(folder, name));
}

export function refuseWriting(folder: RunFolder, name: string): (error: unknown) => never {
  return (error) => {
    throw new WritingError(`Cannot write ${name} to ${folder.path}: ${fileProblem(error)}.`, { cause: error });
  };
}

export function formatJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
