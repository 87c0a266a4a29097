import type { Metrics } from '../../metrics/catalogue.ts';
import type { RunConfig } from '../../run/run-config.ts';
import { modesOf, peaksFound } from '../peaks.ts';
import type { EnumeratedObjects, FailureReason, Message, OpenedRun, Progress, RunStatus, Walk } from '../protocol.ts';

/** Everything the page knows of a run. */
export interface KnownRun {
  /** As requested; once the run is ready, `opened.config` is the actual one. */
  readonly config: RunConfig;
  readonly status: RunStatus | 'failed';
  readonly opened?: OpenedRun;
  readonly progress?: Progress;
  /** The latest exact metrics, with their iteration. */
  readonly metrics?: { readonly step: number; readonly values: Metrics };
  /** Figures, in order of the iterations. */
  readonly curve: readonly CurvePoint[];
  /** Seconds of training before its current worker. */
  readonly secondsBefore: number;
  /** The latest learnt distribution, by object number. */
  readonly learnt?: Float32Array;
  /** A perfect sampler's values of the metrics in charts. */
  readonly levels: Readonly<Record<string, number>>;
  /** Objects that belong to each mode of the target. */
  readonly modes: readonly (readonly number[])[];
  readonly walks: readonly Walk[];
  readonly failure?: Failure;
}

/** The values of a run at an iteration. */
export interface CurvePoint {
  readonly step: number;
  /** Of training. */
  readonly seconds: number;
  /** Metrics, diagnostics of the last iteration, and what is derived from the distribution, by name; all are finite. */
  readonly values: Readonly<Record<string, number>>;
}

export interface Failure {
  readonly problem: string;
  readonly reason: FailureReason;
  /** The last good state, as a checkpoint file. */
  readonly checkpoint?: Uint8Array;
}

/** More points than a chart's pixels are invisible. */
const maxPoints = 1200;

/** @param curve its curve so far */
export function newKnownRun(config: RunConfig, curve: readonly CurvePoint[] = []): KnownRun {
  const secondsBefore = curve[curve.length - 1]?.seconds ?? 0;
  return { config, status: 'opening', curve, secondsBefore, levels: {}, modes: [], walks: [] };
}

/** The record after a message. Answers to requests change nothing here. */
export function afterMessage(knownRun: KnownRun, message: Message): KnownRun {
  switch (message.kind) {
    case 'opened':
      return afterOpening(knownRun, message.run);
    case 'status':
      return knownRun.status === 'failed' ? knownRun : { ...knownRun, status: message.status };
    case 'progress':
      return { ...knownRun, progress: message.progress };
    case 'metrics':
      return afterMetrics(knownRun, message.step, message.secondsElapsed, message.metrics);
    case 'distribution':
      return afterDistribution(knownRun, message.step, message.learnt);
    case 'walks':
      return { ...knownRun, walks: message.walks };
    case 'failure': {
      const { problem, reason, checkpoint } = message;
      const failure: Failure = { problem, reason, ...(checkpoint ? { checkpoint } : {}) };
      return { ...knownRun, status: 'failed', failure, walks: [] };
    }
    case 'refusal':
      // A refusal without a request is that of a change: the run is unchanged, and the form must show that.
      return message.request === undefined && knownRun.opened
        ? { ...knownRun, config: knownRun.opened.config }
        : knownRun;
    default:
      return knownRun;
  }
}

/** A restarted run has no past; a continued one keeps its curve up to where it continues. */
function afterOpening(knownRun: KnownRun, opened: OpenedRun): KnownRun {
  const { curve, progress, metrics, learnt, secondsBefore } = knownRun;
  const { config, step, objects } = opened;
  const modes = objects === undefined ? [] : modesOf(objects.target, objects.shape);
  const levels = objects === undefined ? {} : levelsOf(objects, modes.length);
  const fresh = { ...newKnownRun(config), status: knownRun.status, opened, modes, levels };
  if (step === 0) return fresh;
  const sameObjects = learnt !== undefined && learnt.length === objects?.count;
  return {
    ...{ ...fresh, secondsBefore },
    curve: curve.filter((point) => point.step <= step),
    ...(progress ? { progress: { ...progress, step, steps: config.steps } } : {}),
    ...(metrics ? { metrics } : {}),
    ...(sameObjects ? { learnt } : {}),
  };
}

function levelsOf({ target, logPartition }: EnumeratedObjects, modes: number): KnownRun['levels'] {
  return { logPartition, entropy: entropyOf(target), ...(modes > 0 ? { modes } : {}) };
}

function afterMetrics(knownRun: KnownRun, step: number, seconds: number, metrics: Metrics): KnownRun {
  const found = Object.entries({ ...knownRun.progress?.diagnostics, ...metrics });
  const values = Object.fromEntries(found.filter((entry): entry is [string, number] => Number.isFinite(entry[1])));
  const before = knownRun.curve.filter((point) => point.step < step);
  const point: CurvePoint = { step, seconds: knownRun.secondsBefore + seconds, values };
  return { ...knownRun, metrics: { step, values: metrics }, curve: thinned([...before, point]) };
}

/** An observation's metrics come before its distribution, from which further ones are derived. */
function afterDistribution(knownRun: KnownRun, step: number, learnt: Float32Array): KnownRun {
  const { curve, modes, opened } = knownRun;
  const last = curve[curve.length - 1];
  if (last?.step !== step || opened?.objects === undefined) return { ...knownRun, learnt };
  const found = modes.length > 0 ? { modes: peaksFound(modes, opened.objects.target, learnt) } : {};
  const values = { ...last.values, entropy: entropyOf(learnt), ...found };
  return { ...knownRun, learnt, curve: [...curve.slice(0, -1), { ...last, values }] };
}

/** In nats. */
function entropyOf(probability: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < probability.length; i++) if (probability[i] > 0) sum -= probability[i] * Math.log(probability[i]);
  return sum;
}

/** Every other one of the older points, if there are too many; the first and the last stay. */
function thinned(curve: readonly CurvePoint[]): readonly CurvePoint[] {
  if (curve.length <= maxPoints) return curve;
  return curve.filter((_, i) => i % 2 === 0 || i === curve.length - 1);
}
