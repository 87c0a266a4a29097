import type { Device } from '../../device/index.ts';
import { isDeferred } from '../../environment/environment.ts';
import { randomFrom } from '../../random/random-from.ts';
import type { Metrics } from '../../train/index.ts';
import type { Message } from '../protocol.ts';
import type { ActiveRun } from './active-run.ts';
import { createPace } from './pace.ts';
import type { PolicyView } from './viewer.ts';
import { drawWalks } from './walks.ts';

/** How far a run is. */
export interface Moment {
  readonly step: number;
  readonly trajectories: number;
  readonly secondsElapsed: number;
}

/** A policy as it was at an iteration. */
export type DatedView = PolicyView & { readonly step: number };

/** Where an observer sends what it has seen. */
export interface ObserverTarget {
  metrics(moment: Moment, metrics: Metrics): void;
  post(message: Message, transfer?: readonly ArrayBufferLike[]): void;
}

/** Shows the page how the policy comes along. */
export interface Observer {
  /** To be called between two iterations: looks at the policy, if it is time and no look is under way; does not wait. */
  poll(moment: Moment): void;
  /** The same whether it is time or not, unless the policy has been seen as it is. */
  flush(moment: Moment): void;
  /** Resolves when the look under way has ended; never, where there is none. */
  readonly idle: Promise<void>;
  /**
   * Asks something of the policy as it is when `poll` or `flush` is next called, or when the look under way has ended.
   * @throws (rejects) what the question throws
   */
  ask<Answer>(question: (view: DatedView) => Promise<Answer>): Promise<Answer>;
  /** What a page that cannot be seen does not need is left out. */
  setVisible(visible: boolean): void;
  /** What a look has failed of; it is the last one then. */
  readonly failure: { readonly cause: unknown } | undefined;
  /** Ends it, with the look under way. @param why what those are told that wait for a view */
  close(why: string): Promise<void>;
}

/** Trajectories that are shown at a time. */
const walkCount = 6;

/** How often a visible page is shown the policy, and a hidden one is told of its metrics, in milliseconds. */
const intervals = { visible: 100, hidden: 2000 };

/**
 * How much of the time that may take. On the cpu device looking and training take turns on the same threads. On a GPU a
 * look mostly waits behind the iterations that were submitted before it, while training goes on.
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
  // Not one of the run's streams: what is drawn here is only shown.
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
      const view = { ...(await viewer.look()), step: moment.step };
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
