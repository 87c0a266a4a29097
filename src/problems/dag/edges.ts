import type { Environment, Problem } from '../../environment/environment.ts';
import type { DagParents } from './enumerate.ts';

/** Graphs as packed state rows with weights that add up to 1. */
export interface WeightedGraphs {
  readonly states: Int32Array;
  readonly weights: ArrayLike<number>;
}

/** The probability of each edge: entry from d + to. */
export function edgeMarginals(variables: number, stateSize: number, { states, weights }: WeightedGraphs): Float64Array {
  const marginals = new Float64Array(variables * variables);
  for (let n = 0; n < weights.length; n++) {
    for (let to = 0; to < variables; to++) {
      const parents = states[n * stateSize + to];
      for (let from = 0; from < variables; from++) {
        if ((parents >> from) & 1) marginals[from * variables + to] += weights[n];
      }
    }
  }
  return marginals;
}

/**
 * The expected structural Hamming distance: 1 for each pair of variables in which a graph differs from the true one; a
 * reversed edge counts once.
 */
export function expectedHammingDistance(
  variables: number,
  stateSize: number,
  { states, weights }: WeightedGraphs,
  truth: DagParents,
): number {
  let expected = 0;
  for (let n = 0; n < weights.length; n++) {
    const at = n * stateSize;
    for (let i = 0; i < variables; i++) {
      for (let j = 0; j < i; j++) {
        const there = ((truth[i] >> j) & 1) - ((truth[j] >> i) & 1);
        const here = ((states[at + i] >> j) & 1) - ((states[at + j] >> i) & 1);
        if (there !== here) expected += weights[n];
      }
    }
  }
  return expected;
}

/**
 * The area under the ROC curve of edge marginals as predictions of the true edges: the probability that a true edge
 * ranks above a missing one, with ties counting half. Undefined if the true graph has all edges or none.
 */
export function edgeAuroc(variables: number, marginals: ArrayLike<number>, truth: DagParents): number | undefined {
  const [present, absent]: number[][] = [[], []];
  for (let to = 0; to < variables; to++) {
    for (let from = 0; from < variables; from++) {
      if (from === to) continue;
      ((truth[to] >> from) & 1 ? present : absent).push(marginals[from * variables + to]);
    }
  }
  if (present.length === 0 || absent.length === 0) return undefined;
  let above = 0;
  for (const a of present) for (const b of absent) above += a > b ? 1 : a === b ? 0.5 : 0;
  return above / (present.length * absent.length);
}

/**
 * Metrics of graphs: `expectedEdges`; if the true graph is known, `expectedShd` and `edgeAuroc`; and if all graphs can
 * be enumerated, `edgeMarginalError`, the largest error of an edge's probability.
 */
export function edgeMetrics(
  { stateSize }: Environment,
  variables: number,
  truth: DagParents | undefined,
): Required<Pick<Problem, 'metricsOf' | 'exactMetricsOf'>> {
  const metrics = (graphs: WeightedGraphs) => {
    const marginals = edgeMarginals(variables, stateSize, graphs);
    const auroc = truth && edgeAuroc(variables, marginals, truth);
    const expectedEdges = marginals.reduce((sum, share) => sum + share, 0);
    return {
      marginals,
      told: {
        expectedEdges,
        ...(truth ? { expectedShd: expectedHammingDistance(variables, stateSize, graphs, truth) } : {}),
        ...(auroc === undefined ? {} : { edgeAuroc: auroc }),
      },
    };
  };
  return {
    async metricsOf({ states, logRewards }) {
      return metrics({ states, weights: Float64Array.from(logRewards, () => 1 / logRewards.length) }).told;
    },
    exactMetricsOf({ states, learnt, target }) {
      const { marginals, told } = metrics({ states, weights: learnt });
      const own = edgeMarginals(variables, stateSize, { states, weights: target });
      const edgeMarginalError = marginals.reduce((most, share, i) => Math.max(most, Math.abs(share - own[i])), 0);
      return { ...told, edgeMarginalError };
    },
  };
}
