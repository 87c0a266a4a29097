import { blueToRed, cssColour, viridis } from './colour-map.ts';
import { byId, make } from './dom.ts';
import { largest, planeOf } from './grid-view.ts';
import { gridShape, type PageState } from './page-state.ts';
import { targetOf, viewOf } from './planes.ts';
import type { Store } from './store.ts';
import { percent } from './words.ts';

const colours = 128;

/** The legend of the pictures' colours. */
export function createLegend(store: Store<PageState>): void {
  const canvas = make('canvas', { width: colours, height: 1 });
  canvas.setAttribute('aria-hidden', 'true');
  const [low, high, words] = [make('span'), make('span'), make('span', { className: 'legend-words' })];
  byId('legend').replaceChildren(low, canvas, high, words);
  store.watch(
    ({ knownRuns: [first], shows, view, painting }) => [first?.opened?.objects, shows, view, painting],
    ([objects, shows]) => {
      const state = store.get();
      const [shape, view] = [gridShape(state.knownRuns[0]), viewOf(state)];
      if (objects === undefined || shape === undefined || view === undefined) return;
      const top = largest(planeOf(targetOf(state) ?? objects.target, shape, view));
      const isDifference = shows === 'difference';
      low.textContent = isDifference ? `−${percent(top)}` : '0';
      high.textContent = isDifference ? `+${percent(top)}` : `${percent(top)} and more`;
      words.textContent = isDifference
        ? 'learnt less target: red where it stops too often, blue where too seldom'
        : shape.length > 2 && view.others === 'summed'
          ? 'probability, summed over the other axes; the same scale in all pictures'
          : 'probability of a cell; the same scale in all pictures';
      const context = canvas.getContext('2d');
      if (!context) return;
      for (let i = 0; i < colours; i++) {
        const share = i / (colours - 1);
        context.fillStyle = cssColour(isDifference ? blueToRed(2 * share - 1) : viridis(share));
        context.fillRect(i, 0, 1, 1);
      }
    },
  );
}
