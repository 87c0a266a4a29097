import type { Reward } from '../../environment/environment.ts';
import {
  cells,
  counter,
  move,
  type RowEnvironment,
  rowEnvironment,
  rowReward,
  set,
} from '../../environment/row-environment/index.ts';
import { checkNames } from '../../options/index.ts';
import { local, repeat, sum } from '../../rows/index.ts';
import { quoted } from '../../text/quoted.ts';
import type { ChainPotentials } from './potentials.ts';

type ChainFields = { readonly values: ReturnType<typeof cells>; readonly count: ReturnType<typeof counter> };

/** Marks a variable without a value. */
const UNSET = -1;

/**
 * `variables` variables with `values` values each, set one by one in any order (Buesing, Heess & Weber, Approximate
 * Inference in Discrete Distributions with Monte Carlo Tree Search and Value Functions, AISTATS 2020). A state is
 * terminal when all are set.
 *
 * State row: the value of each variable (-1 unset), then the number set. Action i values + v gives variable i the value
 * v. Backward action i unsets variable i. The policy sees one one-hot block of values + 1 inputs for each variable.
 */
export function chain(size: { readonly variables: number; readonly values: number }): RowEnvironment<ChainFields> {
  checkNames('chain', size, ['variables', 'values']);
  const { variables, values } = size;
  return rowEnvironment({
    name: 'chain',
    options: { variables, values },
    state: { values: cells(variables, { min: UNSET, max: values - 1 }), count: counter({ max: variables }) },
    actions: {
      assign: {
        counts: [variables, values],
        allowed: ({ values: set }, i) => set.at(i).equal(UNSET),
        changes: ({ values: cell, count }, i, value) => [set(cell.at(i), UNSET, value), move(count, 1)],
      },
    },
    isTerminal: ({ count }) => count.equal(variables),
    maxSteps: variables,
    observe: ['values'],
    text: ({ values: set }) => set.map((value) => (value === UNSET ? '-' : value)).join(' '),
    parse(text, row) {
      const found = text
        .trim()
        .split(/\s+/)
        .map((word) => (word === '-' ? UNSET : /^\d+$/.test(word) ? Number(word) : values));
      if (found.length !== variables || found.some((value) => value >= values)) {
        throw new Error(
          `${quoted(text)} is not a chain of ${variables} variables: write a value from 0 to ${values - 1} for each, or - for one without.`,
        );
      }
      row.set([...found, found.filter((value) => value !== UNSET).length]);
    },
  });
}

/** A reward from a table, by the number whose digits are the values. */
export function assignmentReward(environment: RowEnvironment<ChainFields>, logRewards: Float64Array): Reward {
  const { variables, values } = environment.options;
  return rowReward({
    name: 'expression',
    of: environment,
    tables: { logRewards },
    logReward({ values: set }, tables) {
      const index = local(0);
      repeat(Number(variables), (i) => index.set(index.get().multiply(Number(values)).add(set.at(i))));
      return tables.logRewards.at(index.get());
    },
  });
}

/** log R(x): the sum of the potentials of single variables and of neighbours along the chain. */
export function chainReward(
  environment: RowEnvironment<ChainFields>,
  { order, single, pair }: ChainPotentials,
): Reward {
  const values = Number(environment.options.values);
  return rowReward({
    name: 'chain of potentials',
    of: environment,
    tables: { order, single, pair },
    logReward({ values: set }, tables) {
      const at = (place: Parameters<typeof tables.order.at>[0]) => set.at(tables.order.at(place));
      const alone = sum(order.length, (i) => tables.single.at(i.multiply(values).add(at(i))));
      if (order.length === 1) return alone;
      const together = sum(order.length - 1, (i) =>
        tables.pair.at(
          i
            .multiply(values)
            .add(at(i))
            .multiply(values)
            .add(at(i.add(1))),
        ),
      );
      return alone.add(together);
    },
    // The potentials whose variables all have values.
    logPotential({ values: set }, tables) {
      const at = (place: Parameters<typeof tables.order.at>[0]) => set.at(tables.order.at(place));
      const isSet = (place: Parameters<typeof tables.order.at>[0]) => at(place).greaterEqual(0);
      const known = (place: Parameters<typeof tables.order.at>[0]) => at(place).max(0);
      const alone = sum(order.length, (i) =>
        tables.single.at(i.multiply(values).add(known(i))).multiply(isSet(i).toInt().toFloat()),
      );
      if (order.length === 1) return alone;
      const together = sum(order.length - 1, (i) =>
        tables.pair
          .at(
            i
              .multiply(values)
              .add(known(i))
              .multiply(values)
              .add(known(i.add(1))),
          )
          .multiply(
            isSet(i)
              .and(isSet(i.add(1)))
              .toInt()
              .toFloat(),
          ),
      );
      return alone.add(together);
    },
  });
}
