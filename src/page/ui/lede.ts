import { pageProblem } from '../catalogue.ts';
import { byId, setText } from './dom.ts';
import type { PageState } from './page-state.ts';
import type { Store } from './store.ts';

/** Three sentences about what happens on the page. */
export function createLede(store: Store<PageState>): void {
  store.watch(
    ({ knownRuns: [first] }) => [first?.config.problem],
    ([problem]) => {
      if (problem === undefined) return;
      setText(byId('lede'), `A GFlowNet makes an object step by step. ${pageProblem(problem).sentence}`);
    },
  );
}
