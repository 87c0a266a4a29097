import { randomFrom } from '../random/random-from.ts';

/** An interval that contains a mean. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The confidence level of intervals. */
const level = 0.95;

/** With more values there are too many resamples to enumerate; a number of them is drawn instead. */
const maxEnumerated = 6;
const drawn = 10_000;

/** Means of resamples with their probabilities. */
type Resamples = readonly { readonly mean: number; readonly weight: number }[];

/**
 * The 95 percent interval of the mean of a few values by the percentile bootstrap (Efron 1979): from the 2.5 to the
 * 97.5 percent quantile of the means of all resamples with replacement. Up to six values every resample is enumerated;
 * for more, 10,000 are drawn, the same ones each time. With three values it reaches from the smallest to the largest.
 *
 * @throws Error without values
 */
export function bootstrapMean(values: readonly number[]): Interval {
  return quantiles([...resamples(values, 0)]);
}

/** The same for the difference of two means, first minus second, of independent values. */
export function bootstrapDifference(first: readonly number[], second: readonly number[]): Interval {
  const [a, b] = [resamples(first, 0), resamples(second, 1)];
  const isDrawn = first.length > maxEnumerated || second.length > maxEnumerated;
  if (!isDrawn) {
    return quantiles(a.flatMap((x) => b.map((y) => ({ mean: x.mean - y.mean, weight: x.weight * y.weight }))));
  }
  // Drawn the same way for either order of the two, so that both tell the same.
  if (isAfter(first, second)) {
    const { low, high } = bootstrapDifference(second, first);
    return { low: -high, high: -low };
  }
  const random = randomFrom(2);
  const pick = pickerOf(a, random);
  const other = pickerOf(b, random);
  return quantiles(Array.from({ length: drawn }, () => ({ mean: pick() - other(), weight: 1 })));
}

/** Whether one list comes after another in the order of lengths, and of the first numbers that differ. */
function isAfter(first: readonly number[], second: readonly number[]): boolean {
  if (first.length !== second.length) return first.length > second.length;
  const at = first.findIndex((value, i) => value !== second[i]);
  return at >= 0 && first[at] > second[at];
}

function resamples(values: readonly number[], seed: number): Resamples {
  const { length } = values;
  if (length === 0) throw new Error('The bootstrap needs at least one value.');
  if (length > maxEnumerated) {
    const random = randomFrom(seed);
    const resample = () => values.reduce((sum) => sum + values[Math.floor(random() * length)], 0) / length;
    return Array.from({ length: drawn }, () => ({ mean: resample(), weight: 1 }));
  }
  // How many times each value is taken, and the number of orders in which that can happen.
  const found: { mean: number; weight: number }[] = [];
  const extend = (index: number, left: number, sum: number, weight: number) => {
    if (index === length - 1) {
      found.push({ mean: (sum + left * values[index]) / length, weight: weight / factorial(left) });
      return;
    }
    for (let count = 0; count <= left; count++) {
      extend(index + 1, left - count, sum + count * values[index], weight / factorial(count));
    }
  };
  extend(0, length, 0, factorial(length));
  return found;
}

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}

/** Draws means according to their weights. */
function pickerOf(means: Resamples, random: () => number): () => number {
  const ends: number[] = [];
  let total = 0;
  for (const { weight } of means) {
    total += weight;
    ends.push(total);
  }
  return () => {
    const place = random() * total;
    let [low, high] = [0, ends.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle] > place) high = middle;
      else low = middle + 1;
    }
    return means[low].mean;
  };
}

/** The quantiles that leave a tail on either side. */
function quantiles(means: { readonly mean: number; readonly weight: number }[]): Interval {
  means.sort((a, b) => a.mean - b.mean);
  const total = means.reduce((sum, { weight }) => sum + weight, 0);
  const tail = ((1 - level) / 2) * total;
  const end = (ordered: typeof means) => {
    let passed = 0;
    for (const { mean, weight } of ordered) {
      passed += weight;
      if (passed > tail) return mean;
    }
    return ordered[ordered.length - 1].mean;
  };
  return { low: end(means), high: end([...means].reverse()) };
}
