import type { Metrics, Progress } from '../../train/index.ts';
import type { OpenedRun, RunStatus } from '../protocol.ts';
import type { Moment } from './observer.ts';
import type { RunWorkerContext } from './run-worker.ts';

/** Reports a run's progress to the page: nothing twice, and progress only as often as a screen can show it. */
export interface Reporter {
  /** The run was opened or changed; what was known of the one before is dropped. */
  opened(run: OpenedRun, at: Moment): void;
  status(status: RunStatus): void;
  /** Dropped if the page has metrics of this iteration or a later one. */
  metrics(at: Moment, metrics: Metrics): void;
  /** The trainer's report of an iteration; sent at once if it is due. */
  progress(at: Moment, report: Progress): void;
  /** Sends the last report, if the page does not have it. */
  flush(at: Moment): void;
}

/** The shortest time between reports of progress, in milliseconds. */
const interval = 60;

export function createReporter(post: RunWorkerContext['post']): Reporter {
  let status: RunStatus = 'opening';
  let measured = -1;
  let unsent: Progress | undefined;
  let sent: Moment & { readonly time: number } = {
    ...{ step: 0, trajectories: 0, secondsElapsed: 0 },
    time: Number.NEGATIVE_INFINITY,
  };
  const send = (at: Moment) => {
    if (!unsent) return;
    const { metrics: _, ...report } = unsent;
    const seconds = at.secondsElapsed - sent.secondsElapsed;
    const trajectoriesPerSecond = seconds > 0 ? (at.trajectories - sent.trajectories) / seconds : 0;
    post({ kind: 'progress', progress: { ...report, ...at, trajectoriesPerSecond } });
    sent = { ...at, time: performance.now() };
    unsent = undefined;
  };
  return {
    opened(run, at) {
      post({ kind: 'opened', run }, run.objects ? [run.objects.target.buffer] : []);
      sent = { ...at, time: Number.NEGATIVE_INFINITY };
      unsent = undefined;
      measured = -1;
    },
    status(next) {
      if (next !== status) post({ kind: 'status', status: next });
      status = next;
    },
    metrics(at, metrics) {
      if (at.step <= measured) return;
      measured = at.step;
      post({ kind: 'metrics', ...at, metrics });
    },
    progress(at, report) {
      unsent = report;
      if (performance.now() - sent.time >= interval) send(at);
    },
    flush: send,
  };
}
