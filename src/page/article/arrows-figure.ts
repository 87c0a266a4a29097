import { byId, make, setText } from '../ui/dom.ts';
import { percent } from '../ui/words.ts';
import { flowOf, variationOf } from './grid-flow.ts';
import {
  actionCount,
  type GridPolicy,
  gridActions,
  isAllowed,
  perfectPolicy,
  uniformPolicy,
  withProbability,
} from './grid-policy.ts';
import { cellName, cellSize, createHeatMap, highestOf, linearShade } from './heat-map.ts';
import { rewardsOf, targetOf, twoHills } from './landscapes.ts';
import { set, svg } from './svg.ts';

const { side } = twoHills;
/** Smaller values are invisible, and not mentioned. */
const negligible = 5e-4;
/** Where arrows start, from the middle of a cell, and the extra length of one with probability 1. */
const [start, longest] = [1.5, 5.5];

/** A policy as draggable arrows, on its distribution. */
export function createArrowsFigure(): void {
  const panels = byId('arrows-panels');
  const target = targetOf(twoHills);
  let policy: GridPolicy = uniformPolicy(side);
  let chosen = 0;
  let held: { readonly cell: number; readonly action: number } | undefined;
  const map = createHeatMap(panels, side, {
    title: 'The policy and where it stops',
    choose: (cell) => choose(cell),
    hover(cell) {
      if (held === undefined && cell !== undefined && document.activeElement === map.root.querySelector('svg')) {
        choose(cell);
      }
    },
  });
  const wanted = createHeatMap(panels, side, { title: 'Where it should' });
  wanted.draw(target, linearShade(highestOf(target)));
  wanted.note('in proportion to reward');
  wanted.describe('The target, the same two hills.');

  const arrows = Array.from({ length: side * side }, (_, cell) => {
    const { x, y } = map.middle(cell);
    const shapes = gridActions.map((_, action) => {
      const shape = action === 2 ? svg('circle', { class: 'stop', cx: x, cy: y }) : svg('path', { class: 'arrow' });
      return isAllowed(side, cell, action) ? shape : undefined;
    });
    map.over.append(...shapes.filter((shape) => shape !== undefined));
    return shapes;
  });
  const sliders = gridActions.map((action, index) => {
    const input = make('input', { type: 'range', min: '0', max: '1', step: '0.01' });
    const label = make('label', { className: 'slider' }, make('span', {}, action), input);
    input.addEventListener('input', () => apply(withProbability(policy, chosen, index, Number(input.value))));
    return { input, label };
  });
  const name = make('span', { className: 'cell-name' });
  byId('arrows-cell').replaceChildren(name, ...sliders.map(({ label }) => label));

  const apply = (next: GridPolicy) => {
    policy = next;
    show();
  };
  const choose = (cell: number) => {
    chosen = cell;
    show();
  };
  const show = () => {
    const { stops } = flowOf(policy);
    map.draw(stops, linearShade(highestOf(target)));
    for (const [cell, shapes] of arrows.entries()) {
      const { x, y } = map.middle(cell);
      for (const [action, shape] of shapes.entries()) {
        const share = policy.probability[cell * actionCount + action];
        if (shape === undefined) continue;
        if (action === 2) set(shape, { r: 1.9 * Math.sqrt(share), class: cell === chosen ? 'stop chosen' : 'stop' });
        else
          set(shape, {
            d: arrowPath(x, y, action, longest * share),
            class: cell === chosen ? 'arrow chosen' : 'arrow',
          });
      }
    }
    const variation = variationOf(stops, target);
    map.note(variation < negligible ? 'nothing misplaced' : `${percent(variation)} misplaced`);
    map.describe(
      `The policy, and where its walks stop: ${percent(variation)} of the probability is misplaced. Arrow keys choose a cell, whose choices are set below.`,
    );
    setText(name, `At ${cellName(side, chosen)}`);
    for (const [action, { input, label }] of sliders.entries()) {
      const isPossible = isAllowed(side, chosen, action);
      label.hidden = !isPossible;
      const share = policy.probability[chosen * actionCount + action];
      if (Number(input.value) !== share) input.value = String(share);
      input.setAttribute('aria-valuetext', percent(share));
    }
    setText(byId('arrows-caption'), captionOf(variation, stops));
  };

  // Dragging a cell changes the arrow in the pointer's first direction; the distance sets the probability.
  const picture = map.root.querySelector('svg') as SVGSVGElement;
  picture.classList.add('draggable');
  const place = (event: PointerEvent) => {
    const { left, top, width } = picture.getBoundingClientRect();
    const unit = (side * cellSize + 1) / width;
    return { x: (event.clientX - left) * unit - 0.5, y: (event.clientY - top) * unit - 0.5 };
  };
  picture.addEventListener('pointerdown', (event) => {
    const { x, y } = place(event);
    const [column, row] = [Math.floor(x / cellSize), side - 1 - Math.floor(y / cellSize)];
    if (column < 0 || row < 0 || column >= side || row >= side || event.button !== 0) return;
    picture.setPointerCapture(event.pointerId);
    held = { cell: column * side + row, action: -1 };
    choose(held.cell);
  });
  picture.addEventListener('pointermove', (event) => {
    if (held === undefined) return;
    const { cell } = held;
    const middle = map.middle(cell);
    const at = place(event);
    const [right, up] = [at.x - middle.x, middle.y - at.y];
    if (held.action < 0) {
      if (Math.max(Math.abs(right), Math.abs(up)) < 1.5) return;
      held = { cell, action: Math.abs(right) > Math.abs(up) ? 0 : 1 };
    }
    const reach = held.action === 0 ? right : up;
    apply(withProbability(policy, cell, held.action, (reach - start - shortest) / longest));
  });
  for (const kind of ['pointerup', 'pointercancel'] as const) {
    picture.addEventListener(kind, () => {
      held = undefined;
    });
  }
  byId('arrows-uniform').addEventListener('click', () => apply(uniformPolicy(side)));
  byId('arrows-perfect').addEventListener('click', () => apply(perfectPolicy(side, rewardsOf(twoHills))));
  show();
}

function captionOf(variation: number, stops: ArrayLike<number>): string {
  if (variation < negligible) return 'Every cell gets its share: nothing is misplaced.';
  let likeliest = 0;
  for (let cell = 0; cell < stops.length; cell++) if (stops[cell] > stops[likeliest]) likeliest = cell;
  return `${percent(variation)} of the probability is in the wrong place. Walks stop most often at ${cellName(side, likeliest)}: ${percent(stops[likeliest])}. Circles are stopping.`;
}

/** The length of an arrow of probability 0: a head small enough to show that. */
const shortest = 0.8;

/** A slim arrow beside the middle of a cell, to the right or upwards. */
function arrowPath(x: number, y: number, action: number, length: number): string {
  const end = start + shortest + length;
  const head = shortest + Math.min(1, length);
  const points: readonly (readonly [number, number])[] = [
    [start, 0.4],
    [end - head, 0.4],
    [end - head, 1.15 * (head / 1.8)],
    [end, 0],
    [end - head, -1.15 * (head / 1.8)],
    [end - head, -0.4],
    [start, -0.4],
  ];
  const text = points.map(([along, aside]) => (action === 0 ? [x + along, y + aside] : [x + aside, y - along]));
  return `M${text.map(([left, top]) => `${left.toFixed(2)} ${top.toFixed(2)}`).join('L')}Z`;
}
