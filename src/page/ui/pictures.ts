import { blueToRed, colourTable, viridis } from './colour-map.ts';
import { byId, setText } from './dom.ts';
import { drawEdges, drawFrame, drawWalks } from './grid-overlay.ts';
import { createGridPicture } from './grid-picture.ts';
import { isInView, largest } from './grid-view.ts';
import { spelledShort } from './names.ts';
import type { PageState } from './page-state.ts';
import { paintingIn } from './painting.ts';
import { connectPicture, type PictureActions } from './picture-input.ts';
import { highest, learntPlane, targetPlane, viewOf } from './planes.ts';
import type { Store } from './store.ts';
import { createWalkShow } from './walk-motion.ts';
import { figure } from './words.ts';

const sequential = colourTable(viridis);
const diverging = colourTable((share) => blueToRed(2 * share - 1));

/** The shortest time between changes of descriptions for screen readers, in milliseconds. */
const describeEvery = 2000;

/** The target and each run's learnt distribution, for grids with two or more axes. */
export function createPictures(store: Store<PageState>, actions: PictureActions): void {
  const pictures = [
    createGridPicture(byId('target-plot'), { role: 'application' }),
    createGridPicture(byId('learnt-plot'), { role: 'application' }),
    createGridPicture(byId('second-plot'), { role: 'application' }),
  ];
  const [target, ...learnt] = pictures;
  const shows = [createWalkShow(4), createWalkShow(4)];

  store.watch(
    ({ knownRuns: [first], view, painting }) => [first?.opened?.objects, view, painting, first?.config],
    () => {
      const { knownRuns, painting } = store.get();
      const isPainted = painting !== undefined || (knownRuns[0] && paintingIn(knownRuns[0].config)) !== undefined;
      const plane = targetPlane(store.get());
      if (plane === undefined) return;
      target.paint(plane, sequential, 0, largest(plane));
      const objects = knownRuns[0]?.opened?.objects;
      const grid = objects?.shape?.join(' by ');
      target.describe(
        `${isPainted ? 'Painted target' : 'Target'} distribution, a grid of ${grid} cells. ${highest(plane)} Arrow keys choose a cell.`,
      );
    },
  );

  const described = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const run of [0, 1]) {
    store.watch(
      ({ knownRuns, view, shows }) => {
        const { learnt, opened, status } = knownRuns[run] ?? {};
        return [learnt, opened?.objects, status, view, shows];
      },
      () => {
        const state = store.get();
        const knownRun = state.knownRuns[run];
        const goal = targetPlane(state);
        const plane = learntPlane(state, knownRun);
        if (goal === undefined || plane === undefined) return;
        const top = largest(goal);
        const isDifference = state.shows === 'difference';
        const values = isDifference ? plane.values.map((value, i) => value - goal.values[i]) : plane.values;
        learnt[run].paint({ ...plane, values }, isDifference ? diverging : sequential, isDifference ? -top : 0, top);
        // The result of a paused run is always announced, since no later change would do it.
        if (knownRun.status === 'running' && performance.now() - described[run] < describeEvery) return;
        described[run] = performance.now();
        const distance = knownRun.metrics?.values.totalVariation;
        const far = distance === undefined ? '' : `Total variation from the target ${figure(distance)}. `;
        learnt[run].describe(`Learnt distribution. ${far}${highest(plane)} Arrow keys choose a state to look at.`);
      },
    );

    store.watch(
      ({ knownRuns, view }) => [knownRuns[run]?.walks, view],
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
    ({ knownRuns, selection, view, walksShown }) => [
      selection,
      view,
      walksShown,
      knownRuns.map(({ status }) => status).join(),
    ],
    () => drawOver(),
  );
  /** Drawings over the cells: on change, and on every frame while walks are shown. */
  let isMoving = false;
  const drawOver = () => {
    const state = store.get();
    const { selection, knownRuns, walksShown } = state;
    const view = viewOf(state);
    const now = performance.now();
    const isRunning = (run: number) => knownRuns[run]?.status === 'running';
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
    const hasMore = knownRuns.some((_, run) => isRunning(run)) || walks.some(({ length }) => length > 0);
    const moves = walksShown && view !== undefined && hasMore;
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
    ({ knownRuns }) => [knownRuns.length, ...knownRuns.map(({ config }) => config.objective)],
    () => {
      const { knownRuns } = store.get();
      const isCompared = knownRuns.length > 1;
      byId('second-picture').hidden = !isCompared;
      byId('grid-pictures').classList.toggle('three', isCompared);
      const titles = knownRuns.map(({ config }) => spelledShort(config.objective));
      setText(byId('learnt-title'), isCompared ? titles[0] : 'Learnt');
      setText(byId('second-title'), titles[1] ?? '');
    },
  );

  pictures.forEach((picture, place) => {
    connectPicture(store, picture, place, actions);
  });
}
