import { byId, make, setText } from '../ui/dom.ts';
import { figure, nats, percent } from '../ui/words.ts';
import { advantagesAt, bestUpdate, valuesOf } from './advantages.ts';
import { balanceOf, edgesOf, type FlowEdge, flowOf, sharesOf, variationOf } from './grid-flow.ts';
import {
  actionCount,
  cellsBefore,
  type GridPolicy,
  gridActions,
  mixedPolicy,
  perfectPolicy,
  uniformPolicy,
  walkOf,
} from './grid-policy.ts';
import { cellName } from './heat-map.ts';
import { rewardsOf, threePools } from './landscapes.ts';
import { set, svg } from './svg.ts';
import { createUpdatePicture, signed } from './update-picture.ts';

const { side } = threePools;
/** The distance of two cells in the picture's units, and the width of the total flow. */
const [distance, widest] = [20, 13];
/** Residuals of this many nats have full colour. */
const strong = 2;
/** Ent-PPO's default. */
const clipRange = 0.2;

const views = [
  { name: 'db', title: 'Detailed balance' },
  { name: 'subtb', title: 'Sub-trajectory' },
  { name: 'tb', title: 'Trajectory' },
  { name: 'fm', title: 'Flow matching' },
  { name: 'ent-ppo', title: 'Ent-PPO' },
] as const;
type View = (typeof views)[number]['name'];

/** The edges and cells that an objective compares, and the result. */
export interface StepFlow {
  readonly edges: readonly FlowEdge[];
  /** The cells whose flows F(s) it uses. */
  readonly cells: readonly number[];
  /** The cell whose reward it uses. */
  readonly rewarded: number | undefined;
  /** The difference of the two sides, in nats. */
  readonly residual: number;
}

/**
 * What an objective compares along a walk. Residuals along a stretch add up to the residual of the whole.
 * @param at the step of the walk, or the start of a stretch
 */
export function stepFlow(
  view: View,
  policy: GridPolicy,
  reward: ArrayLike<number>,
  walk: readonly number[],
  at: number,
): StepFlow {
  const edges = edgesOf(policy, reward);
  const along = walk.flatMap((from, i) =>
    edges.filter(
      (edge) => edge.from === from && edge.to === walk[i + 1] && (edge.to !== undefined || edge.action === 2),
    ),
  );
  const part = (start: number, end: number): StepFlow => {
    const some = along.slice(start, end);
    const last = some[some.length - 1];
    const isWhole = last?.to === undefined;
    return {
      edges: some,
      cells: [walk[start], ...(isWhole ? [] : [last.to as number])],
      rewarded: isWhole ? walk[walk.length - 1] : undefined,
      residual: some.reduce((sum, { residual }) => sum + residual, 0),
    };
  };
  switch (view) {
    case 'db':
    case 'ent-ppo':
      return part(at, at + 1);
    case 'subtb':
      return part(at, Math.min(along.length, at + 3));
    case 'tb':
      return part(0, along.length);
    case 'fm': {
      const cell = walk[at];
      return {
        edges: edges.filter(({ from, to }) => from === cell || to === cell),
        cells: [],
        rewarded: cell,
        residual: balanceOf(policy, reward, cell).residual,
      };
    }
  }
}

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
  const picture = svg(
    'svg',
    { class: 'flow', viewBox: `0 0 ${whole} ${whole}`, role: 'application', tabindex: 0 },
    streams,
    marks,
    nodes,
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
    for (const id of ['flow-update', 'flow-legend-advantages']) byId(id).hidden = !isPaid;
    byId('flow-legend-balance').hidden = isPaid;
    setText(byId('flow-words'), wordsOf(view, flow));
    const result = isPaid ? showAdvantages(policy) : balanceWords(flow.residual, misplacedBy(policy));
    setText(byId('flow-sum'), result);
    slider.setAttribute(
      'aria-valuetext',
      `${Math.round(100 * Number(slider.value))} % of the way to a perfect sampler`,
    );
    set(picture, {
      'aria-label': `Flow through ${side * side} cells. ${wordsOf(view, flow)} ${result} Arrow keys choose another step of the walk.`,
    });
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
    marks.append(...labels);
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
    return advantageWords(cellName(side, cell), advantages[made[step]] ?? 0, Math.log(partition) - values[0]);
  };
  const label = (cell: number, next: number | undefined, advantage: number, isChosen: boolean) => {
    const [a, b] = [middle(cell), middle(next ?? cell)];
    const isFlat = a.y === b.y && next !== undefined;
    // The last step has no line of its own, so its number stands beside the cell where the walk ends.
    const isAtEdge = a.x > whole - distance;
    const place =
      next === undefined
        ? { x: a.x + (isAtEdge ? -8.5 : 8.5), y: a.y - 5, 'text-anchor': isAtEdge ? 'end' : 'start' }
        : isFlat
          ? { x: (a.x + b.x) / 2, y: a.y - 3.6, 'text-anchor': 'middle' }
          : { x: a.x + (isAtEdge ? -3.2 : 3.2), y: (a.y + b.y) / 2 + 1.2, 'text-anchor': isAtEdge ? 'end' : 'start' };
    return svg(
      'text',
      { class: `advantage ${signOf(-advantage)} ${isChosen ? 'chosen' : ''}`, ...place },
      signed(advantage),
    );
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
      'stroke-width': Math.max(0.15, (widest * edge.flow) / partition),
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
    return [svg('line', { class: 'pf', ...beside(-1.6, 0) }), svg('line', { class: 'pb', ...beside(1.6, 0) })];
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

  function wordsOf(shown: View, { edges, rewarded }: StepFlow): string {
    const [first] = edges;
    const last = edges[edges.length - 1];
    const end = rewarded === undefined ? cellName(side, last?.to ?? 0) : `its end at ${cellName(side, rewarded)}`;
    switch (shown) {
      case 'db':
        return first.to === undefined
          ? `One step: stopping at ${cellName(side, first.from)}.`
          : `One step: from ${cellName(side, first.from)} to ${cellName(side, first.to)}.`;
      case 'subtb':
        return `A stretch of the walk: from ${cellName(side, first.from)} to ${end}.`;
      case 'tb':
        return `A whole walk, from the first cell to ${end}.`;
      case 'ent-ppo': {
        const here = cellName(side, first.from);
        return first.to === undefined
          ? `One step of a walk, stopping at ${here}, against what was expected there.`
          : `One step of a walk, from ${here} to ${cellName(side, first.to)}, against what was expected at ${here}.`;
      }
      case 'fm':
        return `One cell, ${cellName(side, rewarded ?? 0)}: what comes in, goes on and stays.`;
    }
  }
}

function radiusOf(flow: number): number {
  return 4.2 * Math.sqrt(flow);
}

function signOf(residual: number): string {
  return Math.abs(residual) < 0.05 ? 'even' : residual > 0 ? 'more' : 'less';
}

function actionOf(cell: number, next: number | undefined): number {
  return next === undefined ? 2 : next === cell + side ? 0 : 1;
}

/** @param misplaced the share of the water that stops in the wrong cells */
function balanceWords(residual: number, misplaced: number): string {
  const stops =
    misplaced < 5e-4
      ? 'All water stops where it should.'
      : `${percent(misplaced)} of all water stops in the wrong cells.`;
  if (Math.abs(residual) < 5e-4) return `Here both sides are equal. ${stops}`;
  const times = Math.exp(Math.abs(residual));
  const sides = residual > 0 ? ['left', 'right'] : ['right', 'left'];
  const many = times < 1000 ? `${figure(times)} times` : 'far more than a thousand times';
  return `Here the ${sides[0]} side is ${many} the ${sides[1]} one (${nats(residual)} nats). ${stops}`;
}

/** @param gap log Z less the value of the first cell, in nats */
function advantageWords(cell: string, advantage: number, gap: number): string {
  const worth =
    Math.abs(advantage) < 0.005
      ? `This step brings just what was expected at ${cell}: nothing to change.`
      : `This step brings ${figure(Math.abs(advantage))} nats ${advantage > 0 ? 'more' : 'less'} than was expected at ${cell}, so it shall become ${advantage > 0 ? 'likelier' : 'rarer'}.`;
  const whole =
    gap < 5e-4
      ? 'V of the first cell is log Z: there is no more to earn.'
      : `V of the first cell is ${figure(gap)} nats short of log Z.`;
  return `${worth} ${whole}`;
}

/** A walk long enough to show something. */
function longWalk(policy: GridPolicy, random: () => number): readonly number[] {
  for (let attempt = 0; attempt < 50; attempt++) {
    const walk = walkOf(policy, random);
    if (walk.length >= 5) return walk;
  }
  return [0, 1, 2, 3, 4, 5];
}

/** A walk through a cell: to it from random parents, and on by the policy. */
function walkBy(cell: number, policy: GridPolicy, random: () => number): readonly number[] {
  const before: number[] = [];
  for (let here = cell; here !== 0; ) {
    const parents = cellsBefore(side, here);
    here = parents[Math.floor(random() * parents.length)].cell;
    before.unshift(here);
  }
  for (let attempt = 0; attempt < 500; attempt++) {
    const walk = walkOf(policy, random);
    const passed = walk.indexOf(cell);
    if (passed >= 0) return walk;
  }
  return [...before, cell];
}
