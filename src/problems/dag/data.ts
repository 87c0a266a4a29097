import { normalFrom } from '../../random/normal.ts';
import { shuffled } from '../../random/shuffled.ts';
import { uniformStream } from '../../random/threefry.ts';
import type { DagParents } from './enumerate.ts';
import type { DagData } from './scores.ts';

/** Data drawn from a random linear-Gaussian network, and the graph that it was drawn from. */
export interface SimulatedData extends DagData {
  readonly graph: DagParents;
}

/** The random stream of simulated data, apart from those that runs use. */
const stream = 0x646167;

/** Variance of each variable about what its parents make of it. */
export const SIMULATED_NOISE = 0.1;

/**
 * Draws a graph, each edge along a random order of the variables being there with the same probability, weights of its
 * edges from a standard normal distribution, and rows of data from top to bottom.
 * @param edges how many edges the graph has on average
 */
export function simulateData({
  variables: d,
  edges,
  rows,
  seed,
}: {
  readonly variables: number;
  readonly edges: number;
  readonly rows: number;
  readonly seed: number;
}): SimulatedData {
  const uniform = uniformStream(seed, stream);
  const order = shuffled(d, uniform);
  const share = d > 1 ? edges / ((d * (d - 1)) / 2) : 0;
  const graph = new Array<number>(d).fill(0);
  const weights = new Float64Array(d * d);
  for (let to = 0; to < d; to++) {
    for (let from = 0; from < to; from++) {
      if (uniform() >= share) continue;
      graph[order[to]] |= 1 << order[from];
      weights[order[from] * d + order[to]] = normalFrom(uniform);
    }
  }
  const values = new Float64Array(rows * d);
  for (let row = 0; row < rows; row++) {
    for (const variable of order) {
      let mean = 0;
      for (let from = 0; from < d; from++) mean += weights[from * d + variable] * values[row * d + from];
      values[row * d + variable] = mean + Math.sqrt(SIMULATED_NOISE) * normalFrom(uniform);
    }
  }
  return { variables: d, rows, values, graph };
}
