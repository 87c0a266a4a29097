import { totalVariation } from '../metrics/distance.ts';
import { drawChart } from './chart.ts';
import { heatMaps } from './heat-map.ts';
import { probabilityLines } from './probability-lines.ts';
import { probabilityScatter } from './probability-scatter.ts';

/** Two distributions over the same objects. */
export interface Distributions {
  /** Probability of each object under the target, reward over partition function. */
  readonly target: Float64Array;
  /** Probability of each object under the sampler. */
  readonly learnt: Float64Array;
  /** The sides of the grid that the objects form, the last coordinate fastest. Without it they are an unordered set. */
  readonly shape?: readonly number[] | undefined;
}

/** Beyond this number the steps of a one-dimensional grid are narrower than a pixel. */
const maxLinePositions = 480;

/**
 * The learnt distribution and the target, as an SVG file: for a grid of two coordinates two heat maps on one colour
 * scale, with more coordinates the marginals of the first two, with a single coordinate two lines. For any other set of
 * objects learnt probability is plotted against target probability.
 *
 * Throws if the numbers of objects differ from each other or from the shape's, or if one is not a distribution.
 */
export async function distributionPlot(distributions: Distributions): Promise<string> {
  const { target, learnt, shape } = distributions;
  if (target.length !== learnt.length || target.length === 0) {
    throw new Error(
      `cannot draw a target of ${target.length} objects beside a learnt distribution of ${learnt.length}`,
    );
  }
  if (shape !== undefined && shape.reduce((product, side) => product * side, 1) !== target.length) {
    throw new Error(`a grid of shape [${shape.join(', ')}] does not have ${target.length} objects`);
  }
  const distance = `total variation ${totalVariation(target, learnt).toPrecision(3)}`;
  if (shape !== undefined && shape.length >= 2) return drawChart(heatMaps(target, learnt, shape, distance));
  if (shape !== undefined && target.length <= maxLinePositions) {
    return drawChart(probabilityLines(target, learnt, distance));
  }
  return drawChart(probabilityScatter(target, learnt, distance));
}
