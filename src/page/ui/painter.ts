import type { RunConfig } from '../../run/run-config.ts';
import type { Cell } from './grid-geometry.ts';
import { gridShape, type PageState } from './page-state.ts';
import { createPaintBar } from './paint-bar.ts';
import { painted, paintingIn, paintingOf, withPainting, writePainting } from './painting.ts';
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
  createPaintBar(store, {
    begin: () => store.set({ paintLevel: 9 }),
    clear: () => give(start().map(() => 0)),
  });
  return {
    paint(cells, isLast) {
      const { paintLevel, records } = store.get();
      if (paintLevel === undefined) return;
      const [side] = gridShape(records[0]) ?? [];
      if (side === undefined) return;
      const painting = painted(start(), side, cells, paintLevel);
      if (isLast) give(painting);
      else store.set({ painting });
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
