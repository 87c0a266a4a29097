/** The numbers of objects by target probability, the highest first; ties by number. */
export function rankByTarget(target: ArrayLike<number>): Uint32Array {
  const order = Uint32Array.from({ length: target.length }, (_, object) => object);
  return order.sort((a, b) => target[b] - target[a] || a - b);
}

/** Bins of ranks: bin i holds the ranks from `starts[i]` to before `starts[i + 1]`. */
export interface RankBins {
  readonly starts: Uint32Array;
}

/**
 * At most `max` bins of ranks 0 .. count - 1, none empty. Bins are about equally wide in the logarithm of the rank, so
 * that the few most probable objects have their own bins.
 */
export function rankBins(count: number, max: number): RankBins {
  const starts = [0];
  for (let bin = 1; bin < max; bin++) {
    const edge = Math.round((count + 1) ** (bin / max)) - 1;
    const next = Math.max(edge, starts[starts.length - 1] + 1);
    if (next >= count) break;
    starts.push(next);
  }
  starts.push(count);
  return { starts: Uint32Array.from(starts) };
}

/** Each bin's mean, of a distribution by object number in the given order. */
export function binMeans(probability: ArrayLike<number>, order: Uint32Array, { starts }: RankBins): Float64Array {
  const means = new Float64Array(starts.length - 1);
  for (let bin = 0; bin < means.length; bin++) {
    let sum = 0;
    for (let rank = starts[bin]; rank < starts[bin + 1]; rank++) sum += probability[order[rank]];
    means[bin] = sum / (starts[bin + 1] - starts[bin]);
  }
  return means;
}

/** The indices of the `count` largest, the largest first; ties by index. */
export function topNumbers(values: ArrayLike<number>, count: number): number[] {
  const top: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (top.length === count && !(values[i] > values[top[count - 1]])) continue;
    let place = top.length;
    while (place > 0 && values[i] > values[top[place - 1]]) place--;
    top.splice(place, 0, i);
    if (top.length > count) top.pop();
  }
  return top;
}

/** The powers of ten that enclose all positive numbers, as exponents; [-1, 0] if there are none. */
export function decades(values: Iterable<number>): readonly [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (const value of values) {
    if (!(value > 0)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (high === 0) return [-1, 0];
  // Adding 0 turns -0 into 0.
  const [from, to] = [Math.floor(Math.log10(low)) + 0, Math.ceil(Math.log10(high)) + 0];
  return from === to ? [from, to + 1] : [from, to];
}
