import type { Environment, Problem } from '../../environment/environment.ts';
import type { DagParents } from './enumerate.ts';

/** Graphs as state rows, one behind the other, with a weight each; weights add up to 1. */
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
 * The structural Hamming distance that is expected: of each pair of variables 1 where a graph and the true one differ, an
 * edge the other way round counting once.
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
 * The area under the ROC curve of edge marginals as a guess at the true edges: the probability that an edge of the true graph
 * is above one that it lacks, ties counting half. Undefined where it has all or none.
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
 * What evaluations tell of graphs: `expectedEdges`, and where the true graph is known `expectedShd` and `edgeAuroc`; where
 * all graphs can be enumerated also `edgeMarginalError`, the largest difference of an edge's probability from its own.
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
