import type { PageRun, PageRuns } from './page-runs.ts';
import type { PageState } from './page-state.ts';
import { hasLine, withRun } from './run-list.ts';
import { stepOf } from './run-panel.ts';
import type { Store } from './store.ts';
import type { Toasts } from './toasts.ts';

/** Performs actions that discard runs, and offers to restore them. */
export interface Discard {
  /** For actions that end the workers, after they have saved. */
  ending(text: string, act: () => void): Promise<void>;
  /** For commands to the workers, which save first, in order. */
  changing(text: string, act: () => void): Promise<void>;
}

/** A run that does not answer within this time, in milliseconds, is discarded for good. */
const patience = 10_000;

/** Milliseconds after which the visitor is told why nothing happens yet. */
const silence = 1000;

/** @param undone called when the previous runs are back */
export function createUndo(store: Store<PageState>, pageRuns: PageRuns, toasts: Toasts, undone: () => void): Discard {
  const discard = async (text: string, act: () => void, isEnding: boolean) => {
    const { knownRuns } = store.get();
    const isHeld = pageRuns.isHeld;
    const late = new Promise<undefined>((settle) => setTimeout(settle, patience, undefined));
    const saves = knownRuns.map((knownRun, run) => (stepOf(knownRun) > 0 ? pageRuns.save(run) : Promise.reject()));
    const saving = Promise.race([Promise.all(saves).catch(() => undefined), late]);
    const ghosts = keepLines();
    if (!isEnding) act();
    const notice = setTimeout(() => toasts.say('Keeping the run first, so that this can be undone.'), silence);
    const saved = await saving;
    clearTimeout(notice);
    if (isEnding) act();
    if (saved === undefined || saved.length === 0) return;
    const before = knownRuns.map(
      ({ config, curve, status }, run): PageRun => ({
        ...{ config, curve, checkpoint: saved[run] },
        paused: status === 'paused' && !isHeld,
      }),
    );
    const undo = () => {
      store.set({ listed: store.get().listed.filter(({ id }) => !ghosts.includes(id)) });
      pageRuns.open(before);
      undone();
    };
    toasts.say(text, { choice: { text: 'Undo', act: undo } });
  };
  /** The curves of discarded runs stay in the list, if there is room. */
  const keepLines = (): readonly number[] => {
    const { knownRuns, listed } = store.get();
    const next = knownRuns
      .filter(hasLine)
      .reduce(
        (list, { config, curve }) =>
          withRun(
            list,
            { config, curves: [curve], steps: curve[curve.length - 1].step, isKept: false },
            knownRuns.length,
          ),
        listed,
      );
    store.set({ listed: next });
    return next.filter((run) => !listed.includes(run)).map(({ id }) => id);
  };
  return {
    ending: (text, act) => discard(text, act, true),
    changing: (text, act) => discard(text, act, false),
  };
}
