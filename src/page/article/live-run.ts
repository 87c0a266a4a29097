import type { RunConfig } from '../../run/run-config.ts';
import { isDrawnForPrint, printEvent } from '../printing.ts';
import { createRunClient, type WorkerLike } from '../run-client.ts';
import { afterMessage, type KnownRun, newKnownRun } from '../ui/known-run.ts';

/** A figure's run: it starts when the figure is first visible, and pauses while it is out of sight. */
export interface LiveRun {
  readonly knownRun: KnownRun | undefined;
  /** Starts a run, or another one: immediately if the figure is visible. */
  open(config: RunConfig): void;
  /** The visitor's choice; out of sight the run pauses anyway. */
  setPaused(paused: boolean): void;
  readonly isPaused: boolean;
  /** One iteration of a paused run. */
  step(): void;
  end(): void;
}

/**
 * The trajectories of a run up to its latest exact metrics, which are behind its progress where they take long: figures
 * that stand beside these metrics must be of the same moment.
 */
export function trajectoriesSeen({ metrics, config }: KnownRun): number {
  return (metrics?.step ?? 0) * config.batch;
}

/** Iterations after which a figure has something to show on paper. */
const drawnFrom = 100;

/** @param changed called before a frame if anything is new, with the run visible or not */
export function createLiveRun(place: Element, startWorker: () => WorkerLike, changed: () => void): LiveRun {
  const client = createRunClient(startWorker);
  let knownRun: KnownRun | undefined;
  let waiting: RunConfig | undefined;
  let isSeen = false;
  let isPaused = false;
  let isDrawing = false;
  place.setAttribute('data-live', '');
  const draw = () => {
    if (isDrawing) return;
    isDrawing = true;
    requestAnimationFrame(() => {
      isDrawing = false;
      changed();
    });
  };
  client.subscribe((message) => {
    if (knownRun === undefined) return;
    knownRun = afterMessage(knownRun, message);
    const { learnt, progress, status } = knownRun;
    const isEnough = (progress?.step ?? 0) >= drawnFrom || status === 'finished' || status === 'failed';
    if (learnt !== undefined || status === 'failed') place.setAttribute('data-drawn', isEnough ? 'enough' : 'some');
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
    get knownRun() {
      return knownRun;
    },
    get isPaused() {
      return isPaused;
    },
    open(config) {
      client.terminate();
      knownRun = newKnownRun(config);
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
      knownRun = undefined;
      waiting = undefined;
    },
  };
}

/** Reports whenever a part of the page becomes visible or hidden. */
export function whenSeen(place: Element, tell: (seen: boolean) => void): void {
  let isInView = false;
  let said = false;
  const say = () => {
    const seen = (isInView || isDrawnForPrint()) && document.visibilityState === 'visible';
    if (seen !== said) tell(seen);
    said = seen;
  };
  new IntersectionObserver((entries) => {
    isInView = entries[entries.length - 1].isIntersecting;
    say();
  }).observe(place);
  document.addEventListener('visibilitychange', say);
  document.addEventListener(printEvent, say);
}
