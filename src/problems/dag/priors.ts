import { log } from '../../numeric/elementary.ts';
import { logGamma } from './log-gamma.ts';

/** log of a graph's prior as a sum over variables: the contribution of one with `parents` parents, up to a constant. */
export type NodePrior = (parents: number) => number;

/** All graphs are equally likely. */
export const uniformPrior: NodePrior = () => 0;

/**
 * Each possible edge exists with probability `edges` / (d (d - 1) / 2), independently of the others.
 * @param edges the expected number of edges
 */
export function erdosRenyiPrior(variables: number, edges: number): NodePrior {
  const share = edges / ((variables * (variables - 1)) / 2);
  if (!(share > 0 && share < 1)) {
    throw new Error(
      `A prior with ${edges} edges expected needs more than 0 and fewer than ${(variables * (variables - 1)) / 2}.`,
    );
  }
  return (parents) => parents * log(share) + (variables - 1 - parents) * log(1 - share);
}

/** Each edge multiplies the probability by `factor`. */
export function edgePrior(factor: number): NodePrior {
  if (!(factor > 0)) throw new Error(`An edge prior's factor must be above 0, not ${factor}.`);
  return (parents) => parents * log(factor);
}

/** All numbers of parents are equally likely, and so are all sets of one size (Eggeling et al. 2019). */
export function fairPrior(variables: number): NodePrior {
  return (parents) => -logGamma(variables + 1) + logGamma(variables - parents + 1) + logGamma(parents + 1);
}
