import { byId, setText } from './dom.ts';
import type { PageState } from './page-state.ts';
import { cellText, viewOf } from './planes.ts';
import type { Store } from './store.ts';
import type { Tabs } from './tabs.ts';

/** The selected cell in a line below the pictures, when its panel may be out of sight. */
export function createReadout(store: Store<PageState>, tabs: Tabs): void {
  const more = byId('readout-more');
  more.addEventListener('click', () => {
    tabs.open('state');
    byId('tab-state').focus({ preventScroll: true });
    byId('side').scrollIntoView({ block: 'start' });
  });
  store.watch(
    ({ selection, knownRuns, view }) => [selection, view, ...knownRuns.map(({ learnt }) => learnt)],
    ([selection]) => {
      const view = viewOf(store.get());
      more.hidden = selection === undefined || view === undefined;
      if (selection === undefined || view === undefined) {
        setText(byId('readout-text'), 'Choose a cell to look into its state.');
        return;
      }
      const { state } = selection;
      const cell = { x: state[view.horizontal], y: state[view.vertical] };
      setText(byId('readout-text'), `${cellText(store.get(), cell)}.`);
    },
  );
}
