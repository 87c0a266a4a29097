import type { Reward } from '../../environment/environment.ts';
import {
  type ActionGroup,
  bits,
  counter,
  flag,
  move,
  type RowEnvironment,
  rowEnvironment,
  rowReward,
  type StateOf,
  set,
} from '../../environment/row-environment/index.ts';
import { checkNames } from '../../options/index.ts';
import { type Float, type Int, sum } from '../../rows/index.ts';
import { quoted } from '../../text/quoted.ts';
import { walkTo } from '../walk-to.ts';

/** Sets of `size` out of `items` items; with `upTo` of any size up to `size`. */
export interface SetsSize {
  readonly items: number;
  readonly size: number;
  readonly upTo?: boolean | undefined;
}

/** The fields of a set's state. */
export type SetFields = {
  readonly chosen: ReturnType<typeof bits>;
  readonly count: ReturnType<typeof counter>;
  readonly stopped: ReturnType<typeof flag>;
};

/**
 * Sets, filled item by item in any order (the Set task of Pan et al., Better Training of GFlowNets with Local Credit
 * and Incomplete Trajectories, ICML 2023). A set of `size` items is complete; with `upTo` a trajectory may stop at any
 * size, and must at `size`.
 *
 * State row: 1 for each item in the set, their number, and a flag that is 1 once stopped. Action i adds item i, action
 * `items` (only with `upTo`) stops. Backward action i removes item i. The policy sees one input for each item.
 *
 * @throws Error unless `size` is from 1 to `items`
 */
export function sets(options: SetsSize): RowEnvironment<SetFields> {
  checkNames('sets', options, ['items', 'size', 'upTo']);
  const { items, size, upTo = false } = options;
  checkSetsSize({ items, size });
  const add: ActionGroup<StateOf<SetFields>> = {
    count: items,
    allowed: ({ chosen, count }, i) => chosen.at(i).not().and(count.less(size)),
    changes: ({ chosen, count }, i) => [set(chosen.at(i), false, true), move(count, 1)],
  };
  const stop: ActionGroup<StateOf<SetFields>> = {
    changes: ({ stopped }) => [set(stopped, false, true)],
  };
  const environment: RowEnvironment<SetFields> = rowEnvironment({
    name: 'sets',
    options: { items, size, upTo: Number(upTo) },
    state: { chosen: bits(items), count: counter({ max: size }), stopped: flag() },
    actions: upTo ? { add, stop } : { add },
    stop: upTo ? 'stop' : undefined,
    isTerminal: (state) => (upTo ? state.stopped : state.count.equal(size)),
    maxSteps: size + Number(upTo),
    observe: ['chosen'],
    text: ({ chosen, stopped }) => {
      const inSet = chosen.flatMap((isIn, i) => (isIn ? [i] : []));
      return `{${inSet.join(', ')}}${upTo && stopped ? '.' : ''}`;
    },
    parse(text, row) {
      const match = /^\{\s*((?:\d+(?:\s*,\s*\d+)*)?)\s*\}(\.?)$/.exec(text.trim());
      const members = match?.[1] ? match[1].split(',').map(Number) : [];
      const problem =
        `${quoted(text)} is no set of up to ${size} out of ${items} items: write different numbers from 0 to ${items - 1}, as ` +
        `in {0, 2}${upTo ? ', and a full stop after them if the walk has stopped' : ''}.`;
      const isStopped = match?.[2] === '.';
      if (match === null || members.some((item) => item >= items) || (isStopped && !upTo)) throw new Error(problem);
      walkTo(environment, isStopped ? [...members, items] : members, row, () => problem);
    },
  });
  return environment;
}

/** log R of a set: the sum of the weights of its items. */
export function additiveReward(environment: RowEnvironment<SetFields>, weights: readonly number[]): Reward {
  const total = ({ chosen }: StateOf<SetFields>, tables: { readonly weights: { at(i: Int): Float } }) =>
    sum(weights.length, (i) => chosen.at(i).toFloat().multiply(tables.weights.at(i)));
  return rowReward({
    name: 'sum of weights',
    of: environment,
    tables: { weights: Float32Array.from(weights) },
    logReward: total,
    logPotential: total,
  });
}

/** Weights of n items, spread evenly over (-beta, beta) in a seemingly random order. */
export function spreadWeights(items: number, beta: number): number[] {
  return Array.from({ length: items }, (_, i) => (2 * beta * (((7 * i) % items) - (items - 1) / 2)) / items);
}

/** @throws Error if there are no such sets */
export function checkSetsSize({ items, size }: { readonly items: number; readonly size: number }): void {
  if (size >= 1 && size <= items) return;
  throw new Error(`A set of ${size} out of ${items} items cannot be made: size is from 1 to the number of items.`);
}
