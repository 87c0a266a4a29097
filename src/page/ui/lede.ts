import { byId, setText } from './dom.ts';
import type { PageState } from './page-state.ts';
import type { Store } from './store.ts';

/** What happens on the page, in two sentences, for each environment. */
const ledes: Readonly<Record<string, string>> = {
  hypergrid:
    'A GFlowNet makes an object step by step. Here it walks a grid from the lower left corner, one cell at a time, and stops where it likes. Trained well, it stops at each cell as often as that cell’s share of all the reward.',
  strings:
    'A GFlowNet makes an object step by step. Here it writes a DNA string letter by letter. Trained well, it writes each of the 65,536 strings as often as that string’s share of all the reward.',
  'bit-sequence':
    'A GFlowNet makes an object step by step. Here it writes a sequence of bits, word by word and in any order. Trained well, it writes each sequence as often as that sequence’s share of all the reward.',
};

export function createLede(store: Store<PageState>): void {
  store.watch(
    ({ records: [first] }) => [first?.config.environment],
    ([environment]) => {
      if (environment === undefined) return;
      const key = environment.startsWith('tfbind8') ? 'strings' : environment;
      setText(byId('lede'), ledes[key] ?? ledes.hypergrid);
    },
  );
}
