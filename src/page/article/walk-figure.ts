import { byId, setText } from '../ui/dom.ts';
import { grouped, percent } from '../ui/words.ts';
import { sharesOf, variationOf } from './grid-flow.ts';
import { cellAfter, uniformPolicy, walkOf } from './grid-policy.ts';
import { cellName, createHeatMap, highestOf, linearShade } from './heat-map.ts';
import { targetOf, twoHills } from './landscapes.ts';
import { set, svg } from './svg.ts';

const { side } = twoHills;
const walks = 1000;
/** The minimum number of walks before the picture says anything about their ends. */
const minWalks = 10;

/** Walks by hand, or a thousand random ones at once, and where they stop. */
export function createWalkFigure(random: () => number = Math.random): void {
  const panels = byId('walk-panels');
  const target = targetOf(twoHills);
  const counts = new Float64Array(side * side);
  let path: number[] = [0];
  const map = createHeatMap(panels, side, {
    title: 'Where walks have stopped',
    key(_, key) {
      const action = { ArrowRight: 0, ArrowUp: 1, Enter: 2, ' ': 2 }[key];
      if (action === undefined) return false;
      go(action);
      return true;
    },
  });
  const wanted = createHeatMap(panels, side, { title: 'Where they should' });
  wanted.draw(target, linearShade(highestOf(target)));
  wanted.note('in proportion to reward');
  wanted.describe(
    `The target: two hills, the higher one on the right, with ${percent(highestOf(target))} in its middle.`,
  );
  const trail = svg('polyline', { class: 'trail' });
  const walker = svg('circle', { class: 'walker', r: 2.6 });
  map.over.append(trail, walker);
  const [right, up] = ['walk-right', 'walk-up'].map((id) => byId<HTMLButtonElement>(id));

  const total = () => counts.reduce((sum, count) => sum + count, 0);
  const show = () => {
    const points = path.map((cell) => map.middle(cell));
    set(trail, { points: points.map(({ x, y }) => `${x},${y}`).join(' ') });
    const { x, y } = points[points.length - 1];
    set(walker, { cx: x, cy: y });
    const here = path[path.length - 1];
    right.disabled = cellAfter(side, here, 0) === undefined;
    up.disabled = cellAfter(side, here, 1) === undefined;
    const count = total();
    const shares = count > 0 ? sharesOf(counts) : counts;
    map.draw(shares, linearShade(Math.max(highestOf(target), count < 100 ? highestOf(shares) : 0)));
    map.note(count === 1 ? '1 walk' : `${grouped(count)} walks`);
    map.describe(`Where walks have stopped, after ${grouped(count)}. You are at ${cellName(side, here)}.`);
    setText(byId('walk-caption'), captionOf(count, variationOf(shares, target), here));
  };
  const go = (action: number) => {
    const here = path[path.length - 1];
    const next = cellAfter(side, here, action);
    if (next !== undefined) path.push(next);
    else if (action === 2) {
      counts[here]++;
      path = [0];
    }
    show();
  };
  right.addEventListener('click', () => go(0));
  up.addEventListener('click', () => go(1));
  byId('walk-stop').addEventListener('click', () => go(2));
  byId('walk-thousand').addEventListener('click', () => {
    const policy = uniformPolicy(side);
    for (let i = 0; i < walks; i++) {
      const cells = walkOf(policy, random);
      counts[cells[cells.length - 1]]++;
    }
    path = [0];
    show();
  });
  byId('walk-clear').addEventListener('click', () => {
    counts.fill(0);
    path = [0];
    show();
  });
  show();
}

function captionOf(count: number, variation: number, here: number): string {
  if (count === 0) return here === 0 ? 'You are in the lower left corner.' : `You are at ${cellName(side, here)}.`;
  if (count < minWalks)
    return `${count === 1 ? '1 walk' : `${count} walks`} so far. Take ten to compare them with the hills.`;
  return `Of ${grouped(count)} walks, ${percent(variation)} would have to end elsewhere.`;
}
