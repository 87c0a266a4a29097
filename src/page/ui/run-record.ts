import type { ExactMetrics, Metrics } from '../../metrics/catalogue.ts';
import type { RunConfig } from '../../run/run-config.ts';
import type { FailureReason, Message, OpenedRun, Progress, RunStatus, Walk } from '../protocol.ts';

/** What the page knows of a run. */
export interface RunRecord {
  /** As asked for; once the run is ready, `opened.config` is what it is. */
  readonly config: RunConfig;
  readonly status: RunStatus | 'failed';
  readonly opened?: OpenedRun;
  readonly progress?: Progress;
  /** The latest exact figures, and of which iteration they are. */
  readonly metrics?: { readonly step: number; readonly values: Metrics };
  /** Exact figures, in order of the iterations. */
  readonly curve: readonly CurvePoint[];
  /** The learnt distribution by object number, as last told. */
  readonly learnt?: Float32Array;
  readonly walks: readonly Walk[];
  readonly failure?: Failure;
}

/** What a curve is drawn of, at an iteration. */
export type CurvePoint = Pick<ExactMetrics, 'totalVariation' | 'elboGap'> & { readonly step: number };

export interface Failure {
  readonly problem: string;
  readonly reason: FailureReason;
  /** The last good state, as a checkpoint file. */
  readonly checkpoint?: Uint8Array;
}

/** More points than a chart has pixels show nothing more. */
const maxPoints = 1200;

export function newRecord(config: RunConfig): RunRecord {
  return { config, status: 'opening', curve: [], walks: [] };
}

/** What is known after a message. Messages that answer a request change nothing here. */
export function afterMessage(record: RunRecord, message: Message): RunRecord {
  switch (message.kind) {
    case 'opened':
      return afterOpening(record, message.run);
    case 'status':
      return record.status === 'failed' ? record : { ...record, status: message.status };
    case 'progress':
      return { ...record, progress: message.progress };
    case 'metrics':
      return afterMetrics(record, message.step, message.metrics);
    case 'distribution':
      return { ...record, learnt: message.learnt };
    case 'walks':
      return { ...record, walks: message.walks };
    case 'failure': {
      const { problem, reason, checkpoint } = message;
      const failure: Failure = { problem, reason, ...(checkpoint ? { checkpoint } : {}) };
      return { ...record, status: 'failed', failure, walks: [] };
    }
    case 'refusal':
      // What a run refused that nobody waits for is a change: the run is as it was, and so the form has to be.
      return message.request === undefined && record.opened ? { ...record, config: record.opened.config } : record;
    default:
      return record;
  }
}

/** A run that begins anew has no past; one that goes on keeps what it has, up to where it goes on from. */
function afterOpening(record: RunRecord, opened: OpenedRun): RunRecord {
  const { curve, progress, metrics, learnt } = record;
  const { config, step } = opened;
  const fresh: RunRecord = { config, status: record.status, opened, curve: [], walks: [] };
  if (step === 0) return fresh;
  const sameObjects = learnt !== undefined && learnt.length === opened.objects?.count;
  return {
    ...fresh,
    curve: curve.filter((point) => point.step <= step),
    ...(progress ? { progress: { ...progress, step, steps: config.steps } } : {}),
    ...(metrics ? { metrics } : {}),
    ...(sameObjects ? { learnt } : {}),
  };
}

function afterMetrics(record: RunRecord, step: number, values: Metrics): RunRecord {
  const { totalVariation, elboGap } = values;
  const metrics = { step, values };
  if (totalVariation === undefined || elboGap === undefined) return { ...record, metrics };
  const before = record.curve.filter((point) => point.step < step);
  return { ...record, metrics, curve: thinned([...before, { step, totalVariation, elboGap }]) };
}

/** Every other point of the older ones, where there are too many: the first and the last stay. */
function thinned(curve: readonly CurvePoint[]): readonly CurvePoint[] {
  if (curve.length <= maxPoints) return curve;
  return curve.filter((_, i) => i % 2 === 0 || i === curve.length - 1);
}
