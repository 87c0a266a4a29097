/** Median and quartiles of something measured several times. */
export interface Spread {
  readonly lowerQuartile: number;
  readonly median: number;
  readonly upperQuartile: number;
  readonly count: number;
}

/** @throws Error if there are no values */
export function spread(values: readonly number[]): Spread {
  if (values.length === 0) throw new Error('spread: there are no values.');
  const sorted = [...values].sort((a, b) => a - b);
  return {
    lowerQuartile: quantile(sorted, 0.25),
    median: quantile(sorted, 0.5),
    upperQuartile: quantile(sorted, 0.75),
    count: sorted.length,
  };
}

/** Interpolates linearly between sorted values. */
function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const [below, above] = [Math.floor(at), Math.ceil(at)];
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

/** Converts a spread of times to a spread of rates: `amount` per `milliseconds`, in units per second. */
export function rateSpread({ lowerQuartile, median, upperQuartile, count }: Spread, amount = 1): Spread {
  const rate = (milliseconds: number) => (1000 * amount) / milliseconds;
  return { lowerQuartile: rate(upperQuartile), median: rate(median), upperQuartile: rate(lowerQuartile), count };
}
