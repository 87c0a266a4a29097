import type { ObjectPictures } from '../../environment/environment.ts';
import { type Bar, bars, barsHeight, barWidth } from '../pictures/bars.ts';
import { type CountedRows, sampledRows } from '../pictures/marginals.ts';
import { heading, placed, svgPicture } from '../pictures/svg.ts';
import { torusPairs } from './exact.ts';

/** The number of configurations drawn, the number per row, and sizes in pixels. */
const [drawn, abreast, spread, between] = [12, 4, 84, 10];
/** Maximum number of bars of magnetisation. */
const maxBars = 21;

/**
 * Configurations drawn from the policy, and the distribution of the magnetisation: as sampled, and, if all can be
 * enumerated, as it should be.
 *
 * @param dueAgreement computes the exact mean of z_i z_j over pairs of neighbours; undefined if it is unknown
 */
export function spinPictures(
  side: number,
  stateSize: number,
  dueAgreement: (() => number) | undefined,
): ObjectPictures {
  const spins = side * side;
  return (found) => {
    const { exact } = found;
    const learnt = sampledRows(found, stateSize);
    if (!learnt) return [];
    const shares = magnetisations(learnt, spins);
    const due = exact && magnetisations({ states: exact.states, stateSize, weights: exact.target }, spins);
    const all: Bar[] = shares.map((share, i) => ({ label: labelOf(i, shares.length), share, due: due?.[i] }));
    const highest = Math.max(...shares, ...(due ?? []));
    const configurations = evenlyDrawn(learnt, drawn).map((n, i) => {
      const row = learnt.states.subarray(n * stateSize, n * stateSize + spins);
      const [x, y] = [(i % abreast) * (spread + between), Math.floor(i / abreast) * (spread + between)];
      return placed(x, y, configuration(row, side));
    });
    const wide = abreast * (spread + between);
    const rows = Math.ceil(configurations.length / abreast);
    const height = 50 + Math.max(rows * (spread + between), barsHeight + 30);
    const svg = svgPicture(wide + 70 + all.length * barWidth, height, [
      placed(10, 40, [heading(wide - between, -14, 'drawn from the policy'), ...configurations].join('')),
      placed(wide + 60, 40, bars('magnetisation per spin', all, highest)),
    ]);
    const agreement = thousandths(agreementOf(learnt, side));
    const told = dueAgreement === undefined ? '' : `, where the coupling asks for ${thousandths(dueAgreement())}`;
    const caption =
      'Spins that are up are dark. The bars tell how often the mean of all spins is so much' +
      `${due ? ', and the lines how often it should be' : ''}. Neighbours agree by ${agreement} on average (1 where all are equal)${told}.`;
    return [{ name: 'spins', title: 'Configurations', caption, svg }];
  };
}

/** The numbers of a sample of objects in proportion to their weights, at even steps through the cumulative weights. */
function evenlyDrawn({ states, stateSize, weights }: CountedRows, count: number): number[] {
  const all = states.length / stateSize;
  if (!weights) return Array.from({ length: Math.min(count, all) }, (_, n) => n);
  let [n, sum] = [0, weights[0]];
  return Array.from({ length: count }, (_, i) => {
    while (n < all - 1 && sum < (i + 0.5) / count) sum += weights[++n];
    return n;
  });
}

/** The share of configurations by mean spin, in equal intervals from -1 to 1: one for each value if there are few. */
function magnetisations({ states, stateSize, weights }: CountedRows, spins: number): number[] {
  const count = states.length / stateSize;
  const parts = Math.min(spins + 1, maxBars);
  const shares = Array.from({ length: parts }, () => 0);
  for (let n = 0; n < count; n++) {
    let up = 0;
    for (let i = 0; i < spins; i++) up += states[n * stateSize + i];
    shares[Math.round((up / spins) * (parts - 1))] += weights ? weights[n] : 1 / count;
  }
  return shares;
}

/** Without a minus sign for what is rounded to 0. */
function thousandths(x: number): string {
  return (Math.round(1000 * x) / 1000 || 0).toFixed(3);
}

/** A label for every second bar, and for fewer if there are many. */
function labelOf(i: number, parts: number): string {
  const middle = (parts - 1) / 2;
  return (parts - 1 - i) % Math.max(Math.round(parts / 6), 1) === 0
    ? String(Number(((i - middle) / middle).toFixed(2)))
    : '';
}

/** The mean of z_i z_j over pairs of neighbours and over configurations. */
function agreementOf({ states, stateSize, weights }: CountedRows, side: number): number {
  const count = states.length / stateSize;
  const pairs = torusPairs(side);
  let sum = 0;
  for (let n = 0; n < count; n++) {
    let agreeing = 0;
    for (const [i, j] of pairs) agreeing += states[n * stateSize + i] === states[n * stateSize + j] ? 1 : -1;
    sum += (agreeing / pairs.length) * (weights ? weights[n] : 1 / count);
  }
  return sum;
}

function configuration(row: Int32Array, side: number): string {
  const cell = spread / side;
  const up = Array.from(row, (spin, i) =>
    spin === 1
      ? `M${((i % side) * cell).toFixed(2)} ${(Math.floor(i / side) * cell).toFixed(2)}h${cell.toFixed(2)}v${cell.toFixed(2)}h-${cell.toFixed(2)}z`
      : '',
  );
  return `<rect width="${spread}" height="${spread}" fill="#e8edf6" stroke="#aaa"/><path d="${up.join('')}" fill="#24427a"/>`;
}
