import type { Device } from '../../device/index.ts';
import { isDeferred } from '../../environment/environment.ts';
import { randomFrom } from '../../random/random-from.ts';
import type { Metrics } from '../../train/index.ts';
import type { Message } from '../protocol.ts';
import type { ActiveRun } from './active-run.ts';
import { createPace } from './pace.ts';
import type { PolicyView } from './viewer.ts';
import { drawWalks } from './walks.ts';

/** The progress of a run. */
export interface Moment {
  readonly step: number;
  readonly trajectories: number;
  readonly secondsElapsed: number;
}

/** A policy as of an iteration. */
export type DatedView = PolicyView & { readonly step: number };

/** Where an observer sends its results. */
export interface ObserverTarget {
  metrics(moment: Moment, metrics: Metrics): void;
  post(message: Message, transfer?: readonly ArrayBufferLike[]): void;
}

/** Shows the policy to the page as it trains. */
export interface Observer {
  /** Call between two iterations: starts an observation if one is due and none is under way; does not wait. */
  poll(moment: Moment): void;
  /** The same, due or not, unless the current policy has been observed already. */
  flush(moment: Moment): void;
  /** Resolves when the observation under way has ended; never if there is none. */
  readonly idle: Promise<void>;
  /**
   * Asks about the policy at the next call of `poll` or `flush`, or when the observation under way has ended.
   * @throws (rejects) what the question throws
   */
  ask<Answer>(question: (view: DatedView) => Promise<Answer>): Promise<Answer>;
  /** Skips whatever a hidden page does not need. */
  setVisible(visible: boolean): void;
  /** The error that ended observation, if any. */
  readonly failure: { readonly cause: unknown } | undefined;
  /** Ends observation, with the one under way. @param why told to everyone who waits for a view */
  close(why: string): Promise<void>;
}

/** Trajectories that are shown at a time. */
const walkCount = 6;

/** How often a visible page is shown the policy, and a hidden one gets its metrics, in milliseconds. */
const intervals = { visible: 100, hidden: 2000 };

/**
 * The share of time for this. On the cpu device observing and training alternate on the same threads. On a GPU an
 * observation mostly waits behind submitted iterations, while training continues.
 */
const shares = { cpu: 0.2, webgpu: 0.5, reference: 0.2, hidden: 0.05 };

const never = new Promise<never>(() => {});

export function createObserver(
  { config, problem, viewer }: ActiveRun,
  kind: Device['kind'],
  { metrics, post }: ObserverTarget,
): Observer {
  const paces = {
    visible: createPace({ interval: intervals.visible, share: shares[kind] }),
    hidden: createPace({ interval: intervals.hidden, share: shares.hidden }),
  };
  // A separate stream: these draws are only for display.
  const random = randomFrom(config.seed);
  let visible = true;
  let seen: { step: number; shown: boolean } | undefined;
  let underWay: Promise<void> | undefined;
  let waiting: { answer(view: DatedView): Promise<void>; reject(cause: unknown): void }[] = [];
  let failure: { readonly cause: unknown } | undefined;

  const show = async (moment: Moment, view: DatedView) => {
    metrics(moment, view.metrics);
    if (!visible) return false;
    const { step } = moment;
    if (view.learnt) {
      const learnt = Float32Array.from(view.learnt);
      post({ kind: 'distribution', step, learnt }, [learnt.buffer]);
    }
    if (!isDeferred(problem)) {
      post({ kind: 'walks', step, walks: await drawWalks(problem, view.logitsOf, walkCount, random) });
    }
    return true;
  };
  const look = async (moment: Moment) => {
    const begun = performance.now();
    const asking = waiting;
    waiting = [];
    try {
      const view = { ...(await viewer.view()), step: moment.step };
      for (const { answer } of asking) await answer(view);
      seen = { step: moment.step, shown: await show(moment, view) };
    } catch (cause) {
      for (const { reject } of asking) reject(cause);
      failure ??= { cause };
    }
    const ended = performance.now();
    for (const pace of Object.values(paces)) pace.took(begun, ended);
  };
  const begin = (moment: Moment) => {
    underWay = look(moment).finally(() => {
      underWay = undefined;
    });
  };

  return {
    poll(moment) {
      if (underWay || failure) return;
      const pace = visible ? paces.visible : paces.hidden;
      if (waiting.length > 0 || pace.isDue(performance.now())) begin(moment);
    },
    flush(moment) {
      if (underWay || failure) return;
      const isSeen = seen?.step === moment.step && (seen.shown || !visible);
      if (waiting.length > 0 || !isSeen) begin(moment);
    },
    get idle() {
      return underWay ?? never;
    },
    ask: (question) =>
      new Promise((resolve, reject) => {
        waiting.push({ answer: (view) => question(view).then(resolve, reject), reject });
      }),
    setVisible(next) {
      visible = next;
    },
    get failure() {
      return failure;
    },
    async close(why) {
      await underWay;
      for (const { reject } of waiting) reject(new Error(why));
      waiting = [];
    },
  };
}
