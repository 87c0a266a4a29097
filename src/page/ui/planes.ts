import type { Cell } from './grid-geometry.ts';
import { firstView, fitsShape, type GridView, type Plane, planeOf } from './grid-view.ts';
import type { KnownRun } from './known-run.ts';
import { spelledShort } from './names.ts';
import { gridShape, type PageState } from './page-state.ts';
import { paintedTarget } from './painting.ts';
import { percent } from './words.ts';

/** The current view, adapted to the current grid. */
export function viewOf({ knownRuns: [first], view }: PageState): GridView | undefined {
  const shape = gridShape(first);
  if (shape === undefined) return undefined;
  return view && fitsShape(view, shape) ? view : firstView(shape);
}

/** The target in the current view. */
export function targetPlane(state: PageState): Plane | undefined {
  const [first] = state.knownRuns;
  const [shape, view] = [gridShape(first), viewOf(state)];
  const objects = first?.opened?.objects;
  if (shape === undefined || view === undefined || objects === undefined) return undefined;
  return planeOf(targetOf(state) ?? objects.target, shape, view);
}

/** The visible target: the current painting, or the run's. */
export function targetOf({ painting, knownRuns: [first] }: PageState): ArrayLike<number> | undefined {
  const target = first?.opened?.objects?.target;
  return painting !== undefined && painting.length === target?.length ? paintedTarget(painting) : target;
}

/** A run's learnt distribution in the same view. */
export function learntPlane(state: PageState, knownRun: KnownRun | undefined): Plane | undefined {
  const [shape, view] = [gridShape(knownRun), viewOf(state)];
  if (knownRun?.learnt === undefined || shape === undefined || view === undefined) return undefined;
  return planeOf(knownRun.learnt, shape, view);
}

/** The highest cell of a plane, in words. */
export function highest({ values, height }: Plane): string {
  const best = values.reduce((top, value, i) => (value > values[top] ? i : top), 0);
  return `Highest at (${Math.floor(best / height)}, ${best % height}) with ${percent(values[best])}.`;
}

/** A cell and its probabilities, in words. */
export function cellText(state: PageState, { x, y }: Cell): string {
  const { knownRuns } = state;
  const at = (plane: Plane | undefined) => (plane ? percent(plane.values[x * plane.height + y]) : 'not known yet');
  const learnt = knownRuns.map((knownRun) => {
    const name = knownRuns.length > 1 ? spelledShort(knownRun.config.objective) : 'learnt';
    return `${name} ${at(learntPlane(state, knownRun))}`;
  });
  return `(${x}, ${y}): target ${at(targetPlane(state))}, ${learnt.join(', ')}`;
}
