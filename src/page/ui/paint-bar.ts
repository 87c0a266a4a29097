import { paintingOptionsOf } from '../catalogue.ts';
import { cssColour, inkOn, viridis } from './colour-map.ts';
import { button, byId, make } from './dom.ts';
import { gridShape, type PageState } from './page-state.ts';
import type { Store } from './store.ts';
import { radioButtons } from './view-controls.ts';

export interface PaintActions {
  begin(): void;
  /** All cells at the lowest level. */
  clear(): void;
  /** Back to before the last stroke. */
  undo(): void;
}

const levels = Array.from({ length: 10 }, (_, level) => level);

/** The brush for painting your own reward: its levels and instructions. */
export function createPaintBar(store: Store<PageState>, actions: PaintActions): void {
  const toggle = byId('paint');
  const bar = byId('paint-bar');
  const stop = () => {
    store.set({ paintLevel: undefined });
    toggle.focus();
  };
  addEventListener('keydown', (event) => {
    const { key, ctrlKey, metaKey, target } = event;
    if (store.get().paintLevel === undefined) return;
    if (key === 'Escape') stop();
    // A text field has its own undo.
    if (key.toLowerCase() !== 'z' || !(ctrlKey || metaKey) || target instanceof HTMLInputElement) return;
    event.preventDefault();
    actions.undo();
  });
  toggle.addEventListener('click', () => (store.get().paintLevel === undefined ? actions.begin() : stop()));

  const swatches = radioButtons(levels.map(String), 9, (level) => store.set({ paintLevel: level }));
  swatches.forEach((swatch, level) => {
    const colour = viridis(level / 9);
    swatch.style.background = cssColour(colour);
    swatch.style.color = inkOn(colour);
    swatch.setAttribute('aria-label', `Level ${level}`);
  });
  const group = make('div', { className: 'levels' }, ...swatches);
  group.setAttribute('role', 'radiogroup');
  group.setAttribute('aria-label', 'Level to paint with');
  const undo = button('Undo stroke', actions.undo);
  store.watch(
    ({ strokes }) => [strokes.length === 0],
    ([isNone]) => {
      undo.disabled = isNone;
    },
  );
  bar.replaceChildren(
    make('p', {}, 'Draw on the target, or move over it with the arrow keys and press 0 to 9.'),
    group,
    undo,
    button('Clear', actions.clear),
    button('Done', stop),
  );

  store.watch(
    ({ knownRuns: [first], paintLevel }) => [
      paintLevel,
      gridShape(first)?.length === 2 && first !== undefined && paintingOptionsOf(first.config) !== undefined,
    ],
    ([level, isPaintable]) => {
      toggle.hidden = !isPaintable;
      toggle.setAttribute('aria-pressed', String(level !== undefined));
      bar.hidden = level === undefined || !isPaintable;
      byId('target-plot').classList.toggle('painting', level !== undefined);
      swatches.forEach((swatch, i) => {
        swatch.setAttribute('aria-checked', String(i === level));
        swatch.tabIndex = i === (level ?? 9) ? 0 : -1;
      });
    },
  );
}
