import type { RunConfig } from '../../run/run-config.ts';
import type { Cell } from './grid-geometry.ts';
import { gridShape, type PageState } from './page-state.ts';
import { createPaintBar } from './paint-bar.ts';
import { type Painting, painted, paintingIn, paintingOf, withPainting, writePainting } from './painting.ts';
import type { Store } from './store.ts';

export interface Painter {
  /** Paints cells of the target; the run is given the painting where the stroke ends. */
  paint(cells: readonly Cell[], isLast: boolean): void;
  setLevel(level: number): void;
  /** What a painted reward begins with: the painting there is, or what comes near to the present target. */
  start(): readonly number[];
  /** A run has been given its settings: a painting that it has need not be held here any longer. */
  settled(config: RunConfig): void;
}

/** Strokes that can be taken back. */
const maxStrokes = 50;

/** @param apply gives the runs other settings */
export function createPainter(
  store: Store<PageState>,
  apply: (change: (config: RunConfig) => RunConfig) => void,
): Painter {
  const start = () => {
    const { painting, records } = store.get();
    const [first] = records;
    return painting ?? (first && paintingIn(first.config)) ?? paintingOf(first?.opened?.objects?.target ?? []);
  };
  const give = (painting: readonly number[]) => {
    store.set({ painting });
    apply((config) => withPainting(config, painting));
  };
  /** What there was before the stroke under way. */
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
      const { paintLevel, records } = store.get();
      if (paintLevel === undefined) return;
      const [side] = gridShape(records[0]) ?? [];
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
