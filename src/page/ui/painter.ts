import type { RunConfig } from '../../run/run-config.ts';
import type { Cell } from './grid-geometry.ts';
import { gridShape, type PageState } from './page-state.ts';
import { createPaintBar } from './paint-bar.ts';
import { type Painting, painted, paintingIn, paintingOf, withPainting, writePainting } from './painting.ts';
import type { Store } from './store.ts';

export interface Painter {
  /** Paints cells of the target; the run gets the painting when the stroke ends. */
  paint(cells: readonly Cell[], isLast: boolean): void;
  setLevel(level: number): void;
  /** The initial painting of a reward: the existing one, or an approximation of the current target. */
  start(): readonly number[];
  /** A run has received its settings, so its painting need not be kept here any longer. */
  settled(config: RunConfig): void;
}

/** Strokes that can be undone. */
const maxStrokes = 50;

/** @param apply gives the runs new settings */
export function createPainter(
  store: Store<PageState>,
  apply: (change: (config: RunConfig) => RunConfig) => void,
): Painter {
  const start = () => {
    const { painting, knownRuns } = store.get();
    const [first] = knownRuns;
    return painting ?? (first && paintingIn(first.config)) ?? paintingOf(first?.opened?.objects?.target ?? []);
  };
  const give = (painting: readonly number[]) => {
    store.set({ painting });
    apply((config) => withPainting(config, painting));
  };
  /** The painting before the current stroke. */
  let before: Painting | undefined;
  const remember = (painting: Painting) =>
    store.set({ strokes: [...store.get().strokes, painting].slice(-maxStrokes) });
  createPaintBar(store, {
    begin: () => store.set({ paintLevel: 9, strokes: [] }),
    clear() {
      remember(start());
      give(start().map(() => 0));
    },
    undo() {
      const { strokes } = store.get();
      const last = strokes[strokes.length - 1];
      if (last === undefined) return;
      store.set({ strokes: strokes.slice(0, -1) });
      give(last);
    },
  });
  return {
    paint(cells, isLast) {
      const { paintLevel, knownRuns } = store.get();
      if (paintLevel === undefined) return;
      const [side] = gridShape(knownRuns[0]) ?? [];
      if (side === undefined) return;
      before ??= start();
      const painting = painted(start(), side, cells, paintLevel);
      if (isLast) {
        remember(before);
        before = undefined;
        give(painting);
      } else store.set({ painting });
    },
    setLevel: (level) => store.set({ paintLevel: level }),
    start,
    settled(config) {
      const { painting } = store.get();
      const settled = paintingIn(config);
      const isOwn =
        painting !== undefined && settled !== undefined && writePainting(painting) === writePainting(settled);
      if (isOwn || settled === undefined) store.set({ painting: undefined });
    },
  };
}
