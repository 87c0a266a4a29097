import { blueToRed, colourTable, viridis } from './colour-map.ts';
import { byId, setText } from './dom.ts';
import { type Cell, cellBeside, cellsBetween } from './grid-geometry.ts';
import { drawEdges, drawFrame, drawWalks } from './grid-overlay.ts';
import { createGridPicture, type GridPicture } from './grid-picture.ts';
import { firstView, fitsShape, type GridView, isInView, largest, type Plane, planeOf, stateAt } from './grid-view.ts';
import { spelledShort } from './names.ts';
import { gridShape, type PageState } from './page-state.ts';
import { paintedTarget } from './painting.ts';
import type { RunRecord } from './run-record.ts';
import type { Store } from './store.ts';
import { createWalkShow } from './walk-motion.ts';
import { figure, percent } from './words.ts';

/** What the pictures of a grid tell the page. */
export interface PictureActions {
  /** A state has been chosen, in one of the runs. */
  choose(run: number, coordinates: readonly number[]): void;
  /** Cells of the target are to be painted; `isLast` where the stroke ends. */
  paint(cells: readonly Cell[], isLast: boolean): void;
  /** A digit key, while a reward is painted. */
  level(level: number): void;
  /** What a cell holds, for those who do not see it. */
  announce(text: string): void;
}

const sequential = colourTable(viridis);
const diverging = colourTable((share) => blueToRed(2 * share - 1));

/** Descriptions for screen readers change at most so often, in milliseconds. */
const describeEvery = 2000;

/** The target and what each run has learnt of a grid of two axes and more. */
export function createPictures(store: Store<PageState>, actions: PictureActions): void {
  const pictures = [
    createGridPicture(byId('target-plot'), { role: 'application' }),
    createGridPicture(byId('learnt-plot'), { role: 'application' }),
    createGridPicture(byId('second-plot'), { role: 'application' }),
  ];
  const [target, ...learnt] = pictures;
  const shows = [createWalkShow(4), createWalkShow(4)];

  store.watch(
    ({ records: [first], view, painting }) => [first?.opened?.objects, view, painting],
    () => {
      const { records, painting } = store.get();
      const plane = targetPlane(store.get());
      if (plane === undefined) return;
      target.paint(plane, sequential, 0, largest(plane));
      const objects = records[0]?.opened?.objects;
      const grid = objects?.shape?.join(' by ');
      target.describe(
        `${painting ? 'Painted target' : 'Target'} distribution, a grid of ${grid} cells. ${highest(plane)} Arrow keys choose a cell.`,
      );
    },
  );

  const described = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const run of [0, 1]) {
    store.watch(
      ({ records, view, shows }) => {
        const { learnt, opened, status } = records[run] ?? {};
        return [learnt, opened?.objects, status, view, shows];
      },
      () => {
        const state = store.get();
        const record = state.records[run];
        const goal = targetPlane(state);
        const plane = learntPlane(state, record);
        if (goal === undefined || plane === undefined) return;
        const top = largest(goal);
        const isDifference = state.shows === 'difference';
        const values = isDifference ? plane.values.map((value, i) => value - goal.values[i]) : plane.values;
        learnt[run].paint({ ...plane, values }, isDifference ? diverging : sequential, isDifference ? -top : 0, top);
        // What a run has come to at rest is always told: no later change would.
        if (record.status === 'running' && performance.now() - described[run] < describeEvery) return;
        described[run] = performance.now();
        const distance = record.metrics?.values.totalVariation;
        const far = distance === undefined ? '' : `Total variation from the target ${figure(distance)}. `;
        learnt[run].describe(`Learnt distribution. ${far}${highest(plane)} Arrow keys choose a state to look at.`);
      },
    );

    store.watch(
      ({ records, view }) => [records[run]?.walks, view],
      ([walks]) => {
        const view = viewOf(store.get());
        const cells = (walks ?? []).flatMap(({ states }) => {
          const inView = view !== undefined && states.every((state) => isInView(view, state));
          return inView ? [states.map((state) => ({ x: state[view.horizontal], y: state[view.vertical] }))] : [];
        });
        if (cells.length === 0) shows[run].clear();
        else shows[run].offer(cells);
      },
    );
  }

  store.watch(
    ({ records, selection, view, walksShown }) => [
      selection,
      view,
      walksShown,
      records.map(({ status }) => status).join(),
    ],
    () => drawOver(),
  );
  /** What lies over the cells: drawn on change, and on every frame while walks are on show. */
  let isMoving = false;
  const drawOver = () => {
    const state = store.get();
    const { selection, records, walksShown } = state;
    const view = viewOf(state);
    const now = performance.now();
    const isRunning = (run: number) => records[run]?.status === 'running';
    const walks = shows.map((show, run) => (walksShown ? show.at(now, isRunning(run)) : []));
    pictures.forEach((picture, place) => {
      const run = Math.max(0, place - 1);
      picture.over((context, geometry) => {
        if (view === undefined) return;
        if (place > 0) drawWalks(context, geometry, walks[run]);
        if (selection === undefined) return;
        if (place > 0 && selection.run === run && selection.view && isInView(view, selection.state)) {
          drawEdges(context, geometry, view, selection.view);
        }
        drawFrame(context, geometry, { x: selection.state[view.horizontal], y: selection.state[view.vertical] });
      });
    });
    const goesOn = records.some((_, run) => isRunning(run)) || walks.some(({ length }) => length > 0);
    const moves = walksShown && view !== undefined && goesOn;
    if (moves && !isMoving) {
      isMoving = true;
      const next = () => {
        isMoving = false;
        drawOver();
      };
      requestAnimationFrame(next);
    }
  };

  store.watch(
    ({ records }) => [records.length, ...records.map(({ config }) => config.objective)],
    () => {
      const { records } = store.get();
      const isCompared = records.length > 1;
      byId('second-picture').hidden = !isCompared;
      byId('grid-pictures').classList.toggle('three', isCompared);
      const titles = records.map(({ config }) => spelledShort(config.objective));
      setText(byId('learnt-title'), isCompared ? titles[0] : 'Learnt');
      setText(byId('second-title'), titles[1] ?? '');
    },
  );

  pictures.forEach((picture, place) => {
    connectPicture(store, picture, place, actions);
  });
}

/** The plane that is looked at, whatever the grid now is. */
export function viewOf({ records: [first], view }: PageState): GridView | undefined {
  const shape = gridShape(first);
  if (shape === undefined) return undefined;
  return view && fitsShape(view, shape) ? view : firstView(shape);
}

function targetPlane(state: PageState): Plane | undefined {
  const [first] = state.records;
  const [shape, view] = [gridShape(first), viewOf(state)];
  const objects = first?.opened?.objects;
  if (shape === undefined || view === undefined || objects === undefined) return undefined;
  return planeOf(targetOf(state) ?? objects.target, shape, view);
}

/** The target that is seen: the painting under way, or that of the run. */
export function targetOf({ painting, records: [first] }: PageState): ArrayLike<number> | undefined {
  const target = first?.opened?.objects?.target;
  return painting !== undefined && painting.length === target?.length ? paintedTarget(painting) : target;
}

function learntPlane(state: PageState, record: RunRecord | undefined): Plane | undefined {
  const [shape, view] = [gridShape(record), viewOf(state)];
  if (record?.learnt === undefined || shape === undefined || view === undefined) return undefined;
  return planeOf(record.learnt, shape, view);
}

/** Where a plane is highest, in words. */
function highest({ values, height }: Plane): string {
  const best = values.reduce((top, value, i) => (value > values[top] ? i : top), 0);
  return `Highest at (${Math.floor(best / height)}, ${best % height}) with ${percent(values[best])}.`;
}

/** Keys and pointers on one picture: a state is chosen, or a cell of the target painted. */
function connectPicture(store: Store<PageState>, picture: GridPicture, place: number, actions: PictureActions): void {
  const { surface } = picture;
  const run = Math.max(0, place - 1);
  const isPainting = () => place === 0 && store.get().paintLevel !== undefined;
  const choose = (cell: Cell) => {
    const view = viewOf(store.get());
    if (view === undefined) return;
    const coordinates = stateAt(view, cell.x, cell.y);
    actions.choose(run, coordinates);
  };
  // A click, since a finger that goes down may only want to scroll.
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
    const [view, shape] = [viewOf(state), gridShape(state.records[0])];
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

/** A cell and its probabilities, in words. */
export function cellText(state: PageState, { x, y }: Cell): string {
  const { records } = state;
  const at = (plane: Plane | undefined) => (plane ? percent(plane.values[x * plane.height + y]) : 'not known yet');
  const learnt = records.map((record) => {
    const name = records.length > 1 ? spelledShort(record.config.objective) : 'learnt';
    return `${name} ${at(learntPlane(state, record))}`;
  });
  return `(${x}, ${y}): target ${at(targetPlane(state))}, ${learnt.join(', ')}`;
}
