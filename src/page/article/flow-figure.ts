import { byId, make, setText } from '../ui/dom.ts';
import { advantagesAt, bestUpdate, valuesOf } from './advantages.ts';
import { advantageWords, balanceWords, viewWords } from './flow-words.ts';
import { edgesOf, type FlowEdge, flowOf, sharesOf, variationOf } from './grid-flow.ts';
import { actionCount, type GridPolicy, gridActions, mixedPolicy, perfectPolicy, uniformPolicy } from './grid-policy.ts';
import { cellName } from './heat-map.ts';
import { rewardsOf, threePools } from './landscapes.ts';
import { longWalk, type StepFlow, stepFlow, type View, views, walkBy } from './step-flow.ts';
import { set, svg } from './svg.ts';
import { createUpdatePicture, signed } from './update-picture.ts';

const { side } = threePools;
/** The distance of two cells in the picture's units, the width of the total flow, and that of the least. */
const [distance, widest, thinnest] = [20, 13, 0.4];
/** Residuals of this many nats have full colour. */
const strong = 2;
/** Ent-PPO's default. */
const clipRange = 0.2;

/** Flow drawn as water, its imbalance, and what each objective compares. */
export function createFlowFigure(random: () => number = Math.random): void {
  const reward = rewardsOf(threePools);
  const partition = reward.reduce((sum, value) => sum + value, 0);
  const [from, to] = [uniformPolicy(side), perfectPolicy(side, reward)];
  const whole = side * distance;
  let view: View = 'db';
  let walk: readonly number[] = longWalk(to, random);
  let at = 0;

  const streams = svg('g', { class: 'streams' });
  const marks = svg('g', { class: 'marks' });
  const nodes = svg('g', { class: 'nodes' });
  /** Over everything else, to be read. */
  const numbers = svg('g', { class: 'marks' });
  const picture = svg(
    'svg',
    { class: 'flow', viewBox: `0 0 ${whole} ${whole}`, role: 'application', tabindex: 0 },
    streams,
    marks,
    nodes,
    numbers,
  );
  byId('flow-picture').replaceChildren(picture);
  const middle = (cell: number) => ({
    x: (Math.floor(cell / side) + 0.5) * distance,
    y: (side - (cell % side) - 0.5) * distance,
  });
  for (let cell = 0; cell < side * side; cell++) {
    const { x, y } = middle(cell);
    nodes.append(
      svg('circle', { class: 'reward', cx: x, cy: y, r: radiusOf(reward[cell]) }),
      svg('circle', { class: 'stopping', cx: x, cy: y, r: 0 }),
    );
  }
  const slider = byId<HTMLInputElement>('flow-share');
  const update = createUpdatePicture(byId('flow-update-picture'), clipRange);
  const choices = views.map(({ name, title }) => {
    const choice = make('button', { type: 'button' }, title);
    choice.setAttribute('role', 'radio');
    choice.addEventListener('click', () => look(name));
    return choice;
  });
  const group = byId('flow-objectives');
  group.replaceChildren(...choices);
  group.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = (views.findIndex(({ name }) => name === view) + step + views.length) % views.length;
    look(views[next].name);
    choices[next].focus();
  });
  const look = (next: View) => {
    view = next;
    show();
  };
  const show = () => {
    const policy = mixedPolicy(from, to, Number(slider.value));
    const edges = edgesOf(policy, reward);
    streams.replaceChildren(...edges.filter((edge) => edge.to !== undefined).map((edge) => stream(edge)));
    const stopping = new Map(edges.filter((edge) => edge.to === undefined).map((edge) => [edge.from, edge]));
    for (let cell = 0; cell < side * side; cell++) {
      const edge = stopping.get(cell);
      const drop = nodes.children[2 * cell + 1];
      set(drop, { r: radiusOf(edge?.flow ?? 0), class: `stopping ${signOf(edge?.residual ?? 0)}` });
    }
    const flow = stepFlow(view, policy, reward, walk, Math.min(at, walk.length - 1));
    marks.replaceChildren(...flow.edges.flatMap(mark), ...flow.cells.map((cell) => ring(cell, 'f')));
    if (flow.rewarded !== undefined) marks.append(ring(flow.rewarded, 'r'));
    for (const [i, { name }] of views.entries()) {
      byId(`formula-${name}`).hidden = name !== view;
      choices[i].setAttribute('aria-checked', String(name === view));
      choices[i].tabIndex = name === view ? 0 : -1;
    }
    const isPaid = view === 'ent-ppo';
    numbers.replaceChildren();
    for (const id of ['flow-update', 'flow-legend-advantages']) byId(id).hidden = !isPaid;
    byId('flow-legend-balance').hidden = isPaid;
    legend(flow);
    setText(byId('flow-words'), viewWords(view, flow));
    const result = isPaid ? showAdvantages(policy) : balanceWords(flow.residual, misplacedBy(policy));
    setText(byId('flow-sum'), result);
    slider.setAttribute(
      'aria-valuetext',
      `${Math.round(100 * Number(slider.value))} % of the way to a perfect sampler`,
    );
    set(picture, {
      'aria-label': `Flow through ${side * side} cells. ${viewWords(view, flow)} ${result} Arrow keys choose another step of the walk.`,
    });
  };
  /** The marks that there are now, by their names in the formula. */
  const legend = ({ cells, rewarded }: StepFlow) => {
    byId('flow-legend-policy').hidden = view === 'fm';
    byId('flow-legend-water').hidden = view !== 'fm';
    setText(byId('flow-legend-f'), `blue ring: ${{ tb: 'Z', 'ent-ppo': 'V', db: 'F', subtb: 'F', fm: '' }[view]}`);
    byId('flow-legend-f').hidden = cells.length === 0;
    byId('flow-legend-r').hidden = rewarded === undefined;
  };
  /** Labels the walk's steps with their advantages, draws what an update does to one, and says it. */
  const showAdvantages = (policy: GridPolicy): string => {
    const values = valuesOf(policy, reward);
    const step = Math.min(at, walk.length - 1);
    const made = walk.map((cell, i) => actionOf(cell, walk[i + 1]));
    const labels = walk.map((cell, i) => {
      const advantage = advantagesAt(policy, reward, values, cell)[made[i]] ?? 0;
      return label(cell, walk[i + 1], advantage, i === step);
    });
    const path = walk.map(middle).map(({ x, y }) => `${x},${y}`);
    marks.prepend(svg('polyline', { class: 'walked', points: path.join(' ') }));
    numbers.replaceChildren(...labels);
    const cell = walk[step];
    const present = gridActions.map((_, action) => policy.probability[cell * actionCount + action]);
    const advantages = advantagesAt(policy, reward, values, cell);
    const updated = bestUpdate(present, advantages, clipRange);
    update.draw(
      gridActions.flatMap((name, action) => {
        const advantage = advantages[action];
        if (advantage === undefined) return [];
        return [
          { name, advantage, present: present[action], updated: updated[action], isTaken: action === made[step] },
        ];
      }),
    );
    return advantageWords(cellName(side, cell), {
      advantage: advantages[made[step]] ?? 0,
      present: present[made[step]],
      updated: updated[made[step]],
      gap: Math.log(partition) - values[0],
    });
  };
  const label = (cell: number, next: number | undefined, advantage: number, isChosen: boolean) => {
    const place = next === undefined ? besideEnd(cell) : besideStep(middle(cell), middle(next));
    const kind = `advantage ${signOf(-advantage)} ${isChosen ? 'chosen' : ''}`;
    return svg('text', { class: kind, ...place }, signed(advantage));
  };
  const besideStep = (a: { x: number; y: number }, b: { x: number; y: number }) => {
    const [x, y] = [(a.x + b.x) / 2, (a.y + b.y) / 2];
    if (a.y === b.y) return { x, y: y - 4.4, 'text-anchor': 'middle' };
    const isAtEdge = x > whole - distance;
    return { x: x + (isAtEdge ? -3.2 : 3.2), y: y + 1.2, 'text-anchor': isAtEdge ? 'end' : 'start' };
  };
  /**
   * Where a walk ends no line leads on: the number stands between four cells, clear of lines and discs, and of the numbers of
   * the steps before, which stand over or to the right of theirs.
   */
  const besideEnd = (cell: number) => {
    const { x, y } = middle(cell);
    const isLastColumn = x > whole - distance;
    const isFromBelow = walk[walk.length - 2] === cell - 1;
    const above = y > distance ? -8.6 : isFromBelow ? -4.6 : isLastColumn ? 6.4 : 11.4;
    return { x: x + (isLastColumn ? -10 : 10), y: y + above, 'text-anchor': 'middle' };
  };
  const misplacedBy = (policy: GridPolicy) => variationOf(flowOf(policy).stops, sharesOf(reward));
  const stream = (edge: FlowEdge) => {
    const [a, b] = [middle(edge.from), middle(edge.to as number)];
    const strength = Math.min(1, Math.abs(edge.residual) / strong);
    const line = {
      x1: a.x,
      y1: a.y,
      x2: b.x,
      y2: b.y,
      'stroke-width': Math.max(thinnest, (widest * edge.flow) / partition),
    };
    return svg(
      'g',
      {},
      svg('line', { ...line, class: 'even' }),
      svg('line', { ...line, class: edge.residual > 0 ? 'more' : 'less', 'stroke-opacity': strength }),
    );
  };
  const mark = (edge: FlowEdge): SVGElement[] => {
    const a = middle(edge.from);
    if (edge.to === undefined) return [svg('circle', { class: 'pf stop', cx: a.x, cy: a.y, r: 4 })];
    const b = middle(edge.to);
    const [along, down] = [(b.x - a.x) / distance, (b.y - a.y) / distance];
    // P_F a little to one side and P_B to the other.
    const beside = (shift: number, end: number) => ({
      x1: a.x + along * 5 - down * shift,
      y1: a.y + down * 5 + along * shift,
      x2: b.x - along * (5 + end) - down * shift,
      y2: b.y - down * (5 + end) + along * shift,
    });
    const [forward, backward] = [
      svg('line', { class: 'pf', ...beside(-1.6, 0) }),
      svg('line', { class: 'pb', ...beside(1.6, 0) }),
    ];
    // Flow matching compares the water that comes in with the water that goes on.
    if (view === 'fm') return edge.from === walk[Math.min(at, walk.length - 1)] ? [forward] : [backward];
    return [forward, backward];
  };
  const ring = (cell: number, kind: 'f' | 'r') => {
    const { x, y } = middle(cell);
    return svg('circle', { class: kind, cx: x, cy: y, r: kind === 'f' ? 6.2 : 7.6 });
  };
  const move = (step: number) => {
    at = Math.min(walk.length - 1, Math.max(0, at + step));
    show();
  };
  picture.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    move(step);
  });
  picture.addEventListener('click', (event) => {
    const { left, top, width } = picture.getBoundingClientRect();
    const unit = whole / width;
    const column = Math.floor(((event.clientX - left) * unit) / distance);
    const row = side - 1 - Math.floor(((event.clientY - top) * unit) / distance);
    const cell = Math.min(side - 1, Math.max(0, column)) * side + Math.min(side - 1, Math.max(0, row));
    walk = walkBy(cell, to, random);
    at = walk.indexOf(cell);
    show();
  });
  slider.addEventListener('input', show);
  byId('flow-another').addEventListener('click', () => {
    walk = longWalk(to, random);
    at = worstStep();
    show();
  });
  at = worstStep();
  show();

  /** The step of the walk with the largest residual. */
  function worstStep(): number {
    const policy = mixedPolicy(from, to, Number(slider.value));
    const sizes = walk.map((_, i) => Math.abs(stepFlow('db', policy, reward, walk, i).residual));
    return sizes.indexOf(Math.max(...sizes.slice(0, -1)));
  }
}

function actionOf(cell: number, next: number | undefined): number {
  return next === undefined ? 2 : next === cell + side ? 0 : 1;
}

function radiusOf(flow: number): number {
  return 4.2 * Math.sqrt(flow);
}

function signOf(residual: number): string {
  return Math.abs(residual) < 0.05 ? 'even' : residual > 0 ? 'more' : 'less';
}
