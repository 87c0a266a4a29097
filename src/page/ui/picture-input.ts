import { type Cell, cellBeside, cellsBetween } from './grid-geometry.ts';
import type { SweepPicture } from './grid-picture.ts';
import { stateAt } from './grid-view.ts';
import { gridShape, type PageState } from './page-state.ts';
import { cellText, viewOf } from './planes.ts';
import type { Store } from './store.ts';

/** Actions on the pictures of a grid. */
export interface PictureActions {
  /** A state was selected, in one of the runs. */
  choose(run: number, coordinates: readonly number[]): void;
  /** Cells of the target were painted; `isLast` at the end of the stroke. */
  paint(cells: readonly Cell[], isLast: boolean): void;
  /** A digit key, while a reward is painted. */
  level(level: number): void;
  /** Announces the contents of a cell for screen readers. */
  announce(text: string): void;
}

/** Keyboard and pointer input on a picture: selects a state, or paints a cell of the target. */
export function connectPicture(
  store: Store<PageState>,
  picture: SweepPicture,
  place: number,
  actions: PictureActions,
): void {
  const { surface } = picture;
  const run = Math.max(0, place - 1);
  const isPainting = () => place === 0 && store.get().paintLevel !== undefined;
  const choose = (cell: Cell) => {
    const view = viewOf(store.get());
    if (view === undefined) return;
    const coordinates = stateAt(view, cell.x, cell.y);
    actions.choose(run, coordinates);
  };
  // On click, since a finger that goes down may only want to scroll.
  surface.addEventListener('click', (event) => {
    const cell = picture.cellUnder(event);
    if (cell !== undefined && !isPainting()) choose(cell);
  });
  let last: Cell | undefined;
  surface.addEventListener('pointerdown', (event) => {
    const cell = picture.cellUnder(event);
    if (cell === undefined || event.button !== 0 || !isPainting()) return;
    surface.setPointerCapture(event.pointerId);
    last = cell;
    actions.paint([cell], false);
  });
  surface.addEventListener('pointermove', (event) => {
    if (last === undefined) return;
    const cell = picture.cellUnder(event);
    if (cell === undefined || (cell.x === last.x && cell.y === last.y)) return;
    actions.paint(cellsBetween(last, cell), false);
    last = cell;
  });
  const end = () => {
    if (last !== undefined) actions.paint([], true);
    last = undefined;
  };
  surface.addEventListener('pointerup', end);
  surface.addEventListener('pointercancel', end);
  surface.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const state = store.get();
    const [view, shape] = [viewOf(state), gridShape(state.knownRuns[0])];
    if (view === undefined || shape === undefined) return;
    const { selection } = state;
    const now: Cell = selection
      ? { x: selection.state[view.horizontal], y: selection.state[view.vertical] }
      : { x: 0, y: 0 };
    if (isPainting() && /^\d$/.test(event.key)) {
      actions.level(Number(event.key));
      actions.paint([now], true);
    } else if (isPainting() && (event.key === ' ' || event.key === 'Enter')) {
      actions.paint([now], true);
    } else {
      const geometry = { columns: shape[view.horizontal], rows: shape[view.vertical], width: 1, height: 1 };
      const cell = event.key === 'Enter' || event.key === ' ' ? now : cellBeside(geometry, now, event.key);
      if (cell === undefined) return;
      choose(cell);
      actions.announce(cellText(state, cell));
    }
    event.preventDefault();
  });
}
