import type { KeptRuns, Recalled } from '../kept-run.ts';
import type { PageRuns } from './page-runs.ts';
import type { PageState } from './page-state.ts';
import { stepOf } from './run-panel.ts';
import type { Store } from './store.ts';

/** Keeps the page's runs across reloads. */
export interface RunKeeper {
  /** The last kept runs, if they can be used, and the list beside them. */
  recall(): Promise<Recalled>;
  /** Whether they were kept in this tab, at this address, before a reload. */
  readonly wasHere: boolean;
}

/** The interval for keeping a running run, in milliseconds: the most that a browser crash may cost. */
const keepEvery = 10_000;

/** The longest wait for a run that may have been kept, in milliseconds; one that was kept in this tab is waited for. */
const longestWait = 1500;

/** The tab's record of an address with kept runs. Settings may have changed since, and other addresses have none. */
interface Here {
  /** The progress of the runs when they were kept, and whether they were paused. */
  readonly kept: readonly { readonly step: number; readonly paused: boolean }[];
}

const settingsOf = ({ knownRuns }: PageState) => JSON.stringify(knownRuns.map(({ config }) => config));

/** @param complain reports, once, that nothing can be kept here */
export function createRunKeeper(
  { store, pageRuns, keptOf }: { store: Store<PageState>; pageRuns: PageRuns; keptOf: (wasHere: boolean) => KeptRuns },
  complain: (problem: string) => void,
): RunKeeper {
  const wasHere = (history.state as Partial<Here> | null)?.kept !== undefined;
  const kept = keptOf(wasHere);
  let done = '';
  let isUnderWay = false;
  let isAskedAgain = false;
  let hasComplained = false;
  const tell = (problem: string | undefined) => {
    if (problem === undefined || hasComplained) return;
    hasComplained = true;
    complain(problem);
  };
  const keep = async () => {
    const { knownRuns, listed } = store.get();
    const isReady = knownRuns.length > 0 && knownRuns.every(({ opened, status }) => opened && status !== 'failed');
    const now = JSON.stringify([
      knownRuns.map((knownRun) => [knownRun.config, knownRun.status, stepOf(knownRun)]),
      listed.map(({ curves, config: _, ...run }) => ({ ...run, trained: curves.length })),
    ]);
    if (!isReady || now === done) return;
    isAskedAgain = isUnderWay;
    if (isUnderWay) return;
    isUnderWay = true;
    const settings = settingsOf(store.get());
    try {
      const runs = await Promise.all(
        knownRuns.map(async ({ config, status, curve }, run) => ({
          curve,
          checkpoint: await pageRuns.save(run),
          device: config.device,
          paused: status === 'paused' && !pageRuns.isHeld,
        })),
      );
      const { problem } = await kept.keep(runs, listed);
      // If settings were changed meanwhile, the address already belongs to others.
      if (settingsOf(store.get()) !== settings) isAskedAgain = true;
      else if (problem === undefined) {
        done = now;
        const here: Here = {
          kept: knownRuns.map((knownRun) => ({
            step: stepOf(knownRun),
            paused: knownRun.status === 'paused' && !pageRuns.isHeld,
          })),
        };
        history.replaceState({ ...history.state, ...here }, '');
      }
      tell(problem);
    } catch {
      // A run that was ended meanwhile has nothing to keep.
    } finally {
      isUnderWay = false;
    }
    if (isAskedAgain) await keep();
  };
  setInterval(keep, keepEvery);
  // The last event before a page is left.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') void keep();
  });
  store.watch(
    ({ knownRuns }) => [knownRuns.map(({ status }) => status).join()],
    ([statuses]) => {
      if (statuses !== '' && !/opening|running/.test(statuses)) void keep();
    },
  );
  return {
    wasHere,
    async recall() {
      const late = new Promise<'late'>((settle) => setTimeout(settle, longestWait, 'late'));
      const found = await (wasHere ? kept.recall() : Promise.race([kept.recall(), late]));
      if (found === 'late') return { runs: [] };
      tell(found.problem);
      return found;
    },
  };
}
