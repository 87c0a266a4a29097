import type { RunConfig } from '../../run/run-config.ts';
import { createRunClient, type WorkerLike } from '../run-client.ts';
import { afterMessage, newRecord, type RunRecord } from '../ui/run-record.ts';

/** A figure's run: it starts when the figure is first visible, and pauses while it is out of sight. */
export interface LiveRun {
  readonly record: RunRecord | undefined;
  /** Starts a run, or another one: immediately if the figure is visible. */
  open(config: RunConfig): void;
  /** The visitor's choice; out of sight the run pauses anyway. */
  setPaused(paused: boolean): void;
  readonly isPaused: boolean;
  /** One iteration of a paused run. */
  step(): void;
  end(): void;
}

/** @param changed called before a frame if anything is new, with the run visible or not */
export function createLiveRun(place: Element, startWorker: () => WorkerLike, changed: () => void): LiveRun {
  const client = createRunClient(startWorker);
  let record: RunRecord | undefined;
  let waiting: RunConfig | undefined;
  let isSeen = false;
  let isPaused = false;
  let isDrawing = false;
  const draw = () => {
    if (isDrawing) return;
    isDrawing = true;
    requestAnimationFrame(() => {
      isDrawing = false;
      changed();
    });
  };
  client.subscribe((message) => {
    if (record === undefined) return;
    record = afterMessage(record, message);
    draw();
  });
  const begin = () => {
    if (waiting === undefined || !isSeen) return;
    const config = waiting;
    waiting = undefined;
    client.open({ config, paused: isPaused });
  };
  const settle = () => {
    begin();
    if (client.isOpen) client.send({ kind: isPaused || !isSeen ? 'pause' : 'resume' });
  };
  whenSeen(place, (seen) => {
    isSeen = seen;
    settle();
  });
  return {
    get record() {
      return record;
    },
    get isPaused() {
      return isPaused;
    },
    open(config) {
      client.terminate();
      record = newRecord(config);
      waiting = config;
      begin();
      draw();
    },
    setPaused(paused) {
      isPaused = paused;
      settle();
      draw();
    },
    step: () => client.send({ kind: 'step' }),
    end() {
      client.terminate();
      record = undefined;
      waiting = undefined;
    },
  };
}

/** Reports whenever a part of the page becomes visible or hidden. */
export function whenSeen(place: Element, tell: (seen: boolean) => void): void {
  let isInView = false;
  let said = false;
  const say = () => {
    const seen = isInView && document.visibilityState === 'visible';
    if (seen !== said) tell(seen);
    said = seen;
  };
  new IntersectionObserver((entries) => {
    isInView = entries[entries.length - 1].isIntersecting;
    say();
  }).observe(place);
  document.addEventListener('visibilitychange', say);
}
