/**
 * Who changed the runs: a visitor, who may want to go back, or the page itself, for example when going through its
 * history.
 */
export type By = 'visitor' | 'page';

/** The browser's history as a history of the runs' settings, each in the form of its address. */
export interface SettingsHistory {
  /** The page's initial runs, whatever its address. */
  begin(runs: string): void;
  /** Updates the address to the current runs; kept runs of another address no longer belong to it. */
  follow(runs: string, by: By): void;
  /** Whether the current entry was made here; otherwise someone typed an address, or followed a link. */
  isHere(): boolean;
}

/** Changes within this time of each other, in milliseconds, are one step, for example when a field is counted up. */
const together = 1000;

/** The tab's data for a history entry. */
interface Entry {
  readonly runs?: string | undefined;
}

/** @param walk called with the runs of an entry that back or forward lead to */
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
