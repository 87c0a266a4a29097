import type { RunConfig } from '../../run/run-config.ts';
import { keptRunsOfTab } from '../kept-run.ts';
import { madeOf, type OwnEnvironments, pendingProgramOf } from '../own/own-environments.ts';
import type { PageRuns } from './page-runs.ts';
import type { PageState } from './page-state.ts';
import type { ProgramEditor } from './program-editor.ts';
import { createRunKeeper } from './run-keeper.ts';
import type { SettingsHistory } from './settings-history.ts';
import { addressOf, isSameAddress, runsOfAddress } from './share.ts';
import type { Store } from './store.ts';
import type { Toasts } from './toasts.ts';
import { typedRewardOf, withoutTypedReward } from './typed-reward.ts';
import { grouped, sentence } from './words.ts';

/** Which runs a visitor finds: those that the address asks for, those that were kept here, or the example. */
export interface RunOpening {
  /** Whether it is the example, which nobody asked for. */
  readonly isExample: boolean;
  /** The visitor has chosen another run. */
  leaveExample(): void;
  begin(): void;
}

export function createRunOpening(parts: {
  readonly store: Store<PageState>;
  readonly pageRuns: PageRuns;
  readonly settings: SettingsHistory;
  readonly toasts: Toasts;
  readonly own: OwnEnvironments;
  readonly editor: ProgramEditor;
  /** Other settings for all runs, where they can be had; otherwise why not. */
  readonly apply: (next: readonly RunConfig[]) => string | undefined;
}): RunOpening {
  const { store, pageRuns, settings, toasts, own, editor, apply } = parts;
  let isExample = false;
  const configs = () => store.get().knownRuns.map(({ config }) => config);
  const open = (next: readonly RunConfig[]) => pageRuns.open(next.map((config) => ({ config })));

  /** What somebody else typed is shown; it is computed with only when the visitor says so. */
  const offer = (asked: readonly RunConfig[]) => {
    const program = asked.map(pendingProgramOf).find((text) => text !== undefined);
    if (program !== undefined && asked.every((config) => madeOf(own.completed(config)) === undefined)) {
      toasts.say('The address brings an environment that was typed as a program. It does not run before you say so.', {
        stays: true,
        choice: { text: 'Look at it', act: () => editor.open(program, true) },
      });
      return;
    }
    const typed = asked.map(typedRewardOf).find((text) => text !== undefined);
    if (typed === undefined) return;
    toasts.say(`The address brings a reward that was typed: ${typed}`, {
      stays: true,
      choice: {
        text: 'Use it',
        act() {
          const problem = apply(asked);
          if (problem !== undefined) toasts.say(problem, { bad: true });
        },
      },
    });
  };
  /** An address that names a part of the page asks for no run. */
  const hash = () => (document.getElementById(location.hash.slice(1)) ? '' : location.hash);
  const openAddress = () => {
    isExample = hash().length < 2;
    const { configs: asked, problem } = runsOfAddress(hash());
    open(asked.map((config) => withoutTypedReward(own.completed(config))));
    settings.begin(addressOf(configs()));
    offer(asked);
    if (problem !== undefined) toasts.say(`${sentence(problem)} Here is the first example instead.`, { bad: true });
  };
  const keeper = createRunKeeper(
    { store, pageRuns, keptOf: (wasHere) => keptRunsOfTab(wasHere, tabStorage()) },
    (problem) => toasts.say(sentence(problem)),
  );

  return {
    get isExample() {
      return isExample;
    },
    leaveExample() {
      isExample = false;
    },
    begin() {
      addEventListener('hashchange', () => {
        if (hash() !== '' && !settings.isHere()) openAddress();
      });
      void keeper.recall().then(({ runs, listed = [] }) => {
        // An address is asked for; what is kept is for those who load the page again, come back to it, or ask for nothing.
        const isAsked = keeper.wasHere || hash().length < 2 || isSameAddress(hash(), runs);
        if (runs.length === 0 || !isAsked) return openAddress();
        isExample = hash().length < 2;
        store.set({ listed });
        pageRuns.open(runs);
        own.remember(configs());
        settings.begin(addressOf(configs()));
        if (!isSameAddress(hash(), runs)) offer(runsOfAddress(hash()).configs);
        const [{ step }] = runs;
        toasts.say(`Going on with the run that was kept here, from iteration ${grouped(step)}.`, {
          choice: { text: 'Start anew', act: () => open(configs()) },
        });
      });
    },
  };
}

/** What lives as long as the tab; a browser may have none, or refuse it. */
function tabStorage(): Storage | undefined {
  try {
    return sessionStorage;
  } catch {
    return undefined;
  }
}
