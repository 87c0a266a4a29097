import type { RunConfig } from '../../run/run-config.ts';
import type { Message, StateView } from '../protocol.ts';
import { createRunClient, type RunClient, type RunOptions, type WorkerLike } from '../run-client.ts';
import { afterMessage, type CurvePoint, newKnownRun } from './known-run.ts';
import { isRunning, type PageState } from './page-state.ts';
import type { Store } from './store.ts';

/** The start of a run on the page. */
export interface PageRun extends RunOptions {
  readonly config: RunConfig;
  /** Its figures until then, for charts. */
  readonly curve?: readonly CurvePoint[] | undefined;
}

/** The runs of the page and their workers, whose messages update the store. */
export interface PageRuns {
  /** Ends current runs, and starts these. */
  open(runs: readonly PageRun[]): void;
  /** Changes the settings of a run. */
  change(run: number, config: RunConfig): void;
  /** Ends the second of two runs; the first continues. */
  dropSecond(): void;
  pause(): void;
  resume(): void;
  step(): void;
  inspect(run: number, state: readonly number[]): Promise<StateView>;
  save(run: number): Promise<Uint8Array>;
  /** Pauses runs while the laboratory is out of sight, and continues them afterwards. */
  hold(held: boolean): void;
  /** Whether it is paused only because it is out of sight. */
  readonly isHeld: boolean;
  setVisible(visible: boolean): void;
}

export interface PageRunsOptions {
  readonly store: Store<PageState>;
  readonly startWorker: () => WorkerLike;
  /** Called with every message, after the store was updated. */
  readonly heard: (run: number, message: Message) => void;
}

export function createPageRuns({ store, startWorker, heard }: PageRunsOptions): PageRuns {
  const clients: RunClient[] = [];
  /** For each run, how many of its settings the worker has not answered yet, the first ones included. */
  const unanswered: number[] = [];
  let isHeld = false;
  const clientOf = (run: number): RunClient => {
    while (clients.length <= run) {
      const at = clients.length;
      const client = createRunClient(startWorker);
      client.subscribe((message) => hear(at, message));
      clients.push(client);
    }
    return clients[run];
  };
  const setKnownRun = (
    run: number,
    change: (knownRun: PageState['knownRuns'][number]) => PageState['knownRuns'][number],
  ) => {
    store.set({ knownRuns: store.get().knownRuns.map((knownRun, i) => (i === run ? change(knownRun) : knownRun)) });
  };
  const hear = (run: number, message: Message) => {
    if (run >= store.get().knownRuns.length) return;
    if (message.kind === 'opened' || (message.kind === 'refusal' && message.request === undefined)) unanswered[run]--;
    // An answer to settings that were changed again since then does not bring them back.
    setKnownRun(run, (knownRun) => {
      const next = afterMessage(knownRun, message);
      return unanswered[run] > 0 ? { ...next, config: knownRun.config } : next;
    });
    heard(run, message);
  };
  const each = (kind: 'pause' | 'resume' | 'step') => () => {
    for (const client of clients) if (client.isOpen) client.send({ kind });
  };
  const setVisible = (visible: boolean) => {
    for (const client of clients) if (client.isOpen) client.send({ kind: 'visible', visible });
  };
  return {
    open(runs) {
      isHeld = false;
      for (const client of clients.slice(runs.length)) client.terminate();
      const knownRuns = runs.map(({ config, curve }) => newKnownRun(config, curve));
      store.set({ knownRuns, selection: undefined, painting: undefined });
      runs.forEach(({ curve: _, ...options }, run) => {
        unanswered[run] = 1;
        clientOf(run).open(options);
      });
      if (document.visibilityState === 'hidden') setVisible(false);
    },
    change(run, config) {
      setKnownRun(run, (knownRun) => ({ ...knownRun, config }));
      unanswered[run]++;
      clientOf(run).send({ kind: 'change', config });
    },
    dropSecond() {
      for (const client of clients.slice(1)) client.terminate();
      const { knownRuns, selection } = store.get();
      store.set({ knownRuns: knownRuns.slice(0, 1), selection: selection?.run === 1 ? undefined : selection });
    },
    pause: each('pause'),
    resume: each('resume'),
    step: each('step'),
    inspect: (run, state) => clientOf(run).inspect(state),
    save: (run) => clientOf(run).save(),
    hold(held) {
      if (held && isRunning(store.get())) {
        isHeld = true;
        each('pause')();
      } else if (!held && isHeld) {
        isHeld = false;
        each('resume')();
      }
    },
    get isHeld() {
      return isHeld;
    },
    setVisible,
  };
}
