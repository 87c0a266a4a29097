import { unlessTooMany } from '../../environment/breadth-first.ts';
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
import { sum } from '../../rows/index.ts';
import { quoted } from '../../text/quoted.ts';
import { torusPairs } from './exact.ts';

/** The fields of a state of spins. */
export type IsingFields = { readonly spins: ReturnType<typeof cells>; readonly count: ReturnType<typeof counter> };

/** Marks a spin that is not set. */
const UNSET = -1;

/**
 * Spins on a torus of `side` by `side`, set one by one in any order (Zhang et al., Generative Flow Networks for
 * Discrete Probabilistic Modeling, ICML 2022). A state is terminal when all are set; there is no stop.
 *
 * State row: a number for each spin, row by row (-1 unset, 0 down, 1 up), then the number set. Action i sets spin i
 * down, action side^2 + i sets it up. Backward action i unsets spin i. The policy sees one one-hot block of 3 inputs
 * for each spin.
 *
 * @throws Error on a side below 2
 */
export function ising(side: number): RowEnvironment<IsingFields> {
  if (!Number.isInteger(side) || side < 2) throw new Error(`A torus has a side of at least 2, not ${side}.`);
  const spinCount = side * side;
  return rowEnvironment({
    name: 'ising',
    options: { side },
    state: { spins: cells(spinCount, { min: UNSET, max: 1 }), count: counter({ max: spinCount }) },
    actions: {
      point: {
        counts: [2, spinCount],
        allowed: ({ spins }, _, i) => spins.at(i).equal(UNSET),
        changes: ({ spins, count }, up, i) => [set(spins.at(i), UNSET, up), move(count, 1)],
      },
    },
    isTerminal: ({ count }) => count.equal(spinCount),
    maxSteps: spinCount,
    ...unlessTooMany('ising', 3 ** spinCount),
    observe: ['spins'],
    text: ({ spins }) => spins.map((spin, i) => `${i > 0 && i % side === 0 ? '/' : ''}${'.-+'[spin + 1]}`).join(''),
    parse(text, row) {
      const spins = [...text.replaceAll('/', '')].map((sign) => '.-+'.indexOf(sign) - 1);
      if (spins.length !== spinCount || spins.some((spin) => spin < UNSET)) {
        throw new Error(
          `${quoted(text)} is not a torus of ${side} by ${side}: write + or - for each spin, . for one that is not set, and / between rows.`,
        );
      }
      row.set([...spins, spins.filter((spin) => spin !== UNSET).length]);
    },
  });
}

/**
 * log R(x) = 2 sigma times the sum of z_i z_j over the pairs of neighbours, with z = -1 for down and 1 for up. A sum
 * over an adjacency matrix counts each pair twice, hence the 2: the coupling of physics is K = 2 sigma.
 */
export function isingReward(environment: RowEnvironment<IsingFields>, sigma: number): Reward {
  const pairs = torusPairs(Number(environment.options.side));
  return rowReward({
    name: `Ising at sigma ${sigma}`,
    of: environment,
    tables: { from: Int32Array.from(pairs, ([i]) => i), to: Int32Array.from(pairs, ([, j]) => j) },
    logReward({ spins }, { from, to }) {
      const agreement = sum(pairs.length, (pair) => {
        const [a, b] = [spins.at(from.at(pair)), spins.at(to.at(pair))];
        return a.multiply(2).subtract(1).multiply(b.multiply(2).subtract(1));
      });
      return agreement.toFloat().multiply(2 * sigma);
    },
    // The pairs whose spins are both set.
    logPotential({ spins }, { from, to }) {
      const agreement = sum(pairs.length, (pair) => {
        const [a, b] = [spins.at(from.at(pair)), spins.at(to.at(pair))];
        const isSet = a.min(b).greaterEqual(0).toInt();
        return isSet.multiply(a.multiply(2).subtract(1)).multiply(b.multiply(2).subtract(1));
      });
      return agreement.toFloat().multiply(2 * sigma);
    },
  });
}

/** An action in words: the place of a spin on the torus, and its value. */
export function spinText(side: number, action: number): string {
  const [row, column] = [Math.floor((action % side ** 2) / side), action % side];
  return `spin (${row}, ${column}) ${action < side ** 2 ? 'down' : 'up'}`;
}
