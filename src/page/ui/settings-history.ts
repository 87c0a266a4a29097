/** Who changed the runs: a visitor, who may want to go back, or the page by itself, as where it walks through its history. */
export type By = 'visitor' | 'page';

/** The browser's history as the way through what the runs were set to, each as its address. */
export interface SettingsHistory {
  /** What the page begins with, whatever its address says. */
  begin(runs: string): void;
  /** The address stands for the runs as they are now; what is kept of others is no longer theirs. */
  follow(runs: string, by: By): void;
  /** Whether the present entry is one of these; otherwise somebody has typed an address, or followed a link. */
  isHere(): boolean;
}

/** Changes that follow one another faster than this, in milliseconds, are one step, as a field that is counted up. */
const together = 1000;

/** What the tab remembers with an address. */
interface Entry {
  readonly runs?: string | undefined;
}

/** @param walk is given the runs of an entry that back or forward lead to */
export function createSettingsHistory(walk: (runs: string) => void): SettingsHistory {
  let changedAt = Number.NEGATIVE_INFINITY;
  const entry = (): Entry => (history.state ?? {}) as Entry;
  addEventListener('popstate', () => {
    const { runs } = entry();
    changedAt = Number.NEGATIVE_INFINITY;
    if (runs !== undefined) walk(runs);
  });
  return {
    begin: (runs) => history.replaceState({ ...history.state, runs }, ''),
    follow(runs, by) {
      const address = runs === '' ? location.pathname + location.search : `#${runs}`;
      const isStep = by === 'visitor' && runs !== entry().runs && performance.now() - changedAt > together;
      if (by === 'visitor') changedAt = performance.now();
      if (isStep) history.pushState({ runs }, '', address);
      else history.replaceState({ runs }, '', address);
    },
    isHere: () => entry().runs !== undefined,
  };
}
