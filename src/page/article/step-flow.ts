import { balanceOf, edgesOf, type FlowEdge } from './grid-flow.ts';
import { cellsBefore, type GridPolicy, walkOf } from './grid-policy.ts';

/** Where an objective looks. */
export const views = [
  { name: 'db', title: 'Detailed balance' },
  { name: 'subtb', title: 'Sub-trajectory' },
  { name: 'tb', title: 'Trajectory' },
  { name: 'fm', title: 'Flow matching' },
  { name: 'ent-ppo', title: 'Ent-PPO' },
] as const;
export type View = (typeof views)[number]['name'];

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

/** A walk long enough to show something. */
export function longWalk(policy: GridPolicy, random: () => number): readonly number[] {
  for (let attempt = 0; attempt < 50; attempt++) {
    const walk = walkOf(policy, random);
    if (walk.length >= 5) return walk;
  }
  return [0, 1, 2, 3, 4, 5];
}

/** A walk through a cell: to it from random parents, and on by the policy. */
export function walkBy(cell: number, policy: GridPolicy, random: () => number): readonly number[] {
  const { side } = policy;
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
