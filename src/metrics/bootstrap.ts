import { randomFrom } from '../random/random-from.ts';

/** Between which values a mean lies. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** How often an interval is to hold the mean. */
const level = 0.95;

/** Of more values than these the resamples are too many to go through; so many are drawn instead. */
const maxEnumerated = 6;
const drawn = 10_000;

/** Means of resamples with how likely each is. */
type Resamples = readonly { readonly mean: number; readonly weight: number }[];

/**
 * The 95 percent interval of the mean of a few values by the percentile bootstrap (Efron 1979): what lies between the
 * 2.5 and 97.5 percent quantiles of the means of all resamples with replacement. Up to six values every resample is
 * counted; of more, 10,000 are drawn, the same ones each time. With three values it reaches from the least to the
 * largest, which is as much as three can tell.
 *
 * @throws Error without values
 */
export function bootstrapMean(values: readonly number[]): Interval {
  return quantiles([...resamples(values, 0)]);
}

/** The same of the difference of two means, first minus second, whose values are independent of one another. */
export function bootstrapDifference(first: readonly number[], second: readonly number[]): Interval {
  const [a, b] = [resamples(first, 0), resamples(second, 1)];
  const isDrawn = first.length > maxEnumerated || second.length > maxEnumerated;
  if (!isDrawn) {
    return quantiles(a.flatMap((x) => b.map((y) => ({ mean: x.mean - y.mean, weight: x.weight * y.weight }))));
  }
  const random = randomFrom(2);
  const pick = pickerOf(a, random);
  const other = pickerOf(b, random);
  return quantiles(Array.from({ length: drawn }, () => ({ mean: pick() - other(), weight: 1 })));
}

function resamples(values: readonly number[], seed: number): Resamples {
  const { length } = values;
  if (length === 0) throw new Error('The bootstrap needs at least one value.');
  if (length > maxEnumerated) {
    const random = randomFrom(seed);
    const resample = () => values.reduce((sum) => sum + values[Math.floor(random() * length)], 0) / length;
    return Array.from({ length: drawn }, () => ({ mean: resample(), weight: 1 }));
  }
  // How often each value is taken, and in how many orders that can come about.
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

/** Draws means, each as often as its weight says. */
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

/** The values between which all but a tail on either side lies. */
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
