import type { Chemistry } from '../chemistry/chemistry.ts';
import type { Molecule } from '../chemistry/molecule.ts';
import type { AnyProblem, RatedObjects } from '../environment/environment.ts';
import { checkGiven } from '../text/check-given.ts';
import { tanimotoDistance } from './fingerprints.ts';
import { meanPairwiseDistance } from './object-distance.ts';
import { separateModes } from './separate-modes.ts';

/** Which molecules are looked at, and what counts as a mode. */
export interface MoleculeMetricsOptions {
  readonly chemistry: Chemistry;
  /** Numbers in a state row of the environment. */
  readonly stateSize: number;
  /** The molecule that an object is. */
  readonly moleculeOf: (object: Int32Array) => Molecule;
  /** How many of the best different molecules are looked at together; 100 by default. */
  readonly top?: number;
  /** Scores from which a molecule may be a mode, such as 7 and 8 of the sEH proxy. */
  readonly modeScores?: readonly number[];
  /** Modes are less similar than this, by Tanimoto; 0.7 by default. */
  readonly modeSimilarity?: number;
}

/**
 * Metrics of sampled molecules, for `Problem.metricsOf`: `distinctMoleculeShare`, the different valid molecules out of all
 * objects; `topDistinctScore`, the mean score of the best different molecules, and `topDistinctCount`, how many those
 * are, at most `top`; where they are `top`, `topDiversity`, their mean pairwise Tanimoto distance; and for each of `modeScores` how many modes there are, such as `modesFrom7`. Objects whose score is
 * NaN are no molecules, and left out.
 */
export function moleculeMetrics(
  options: MoleculeMetricsOptions,
): (objects: RatedObjects) => Promise<Record<string, number>> {
  checkGiven('moleculeMetrics', { options }, { chemistry: 'object', moleculeOf: 'function' });
  const { chemistry, stateSize, moleculeOf, top = 100, modeScores = [], modeSimilarity = 0.7 } = options;
  return async ({ states, scores }) => {
    const scoreOf = new Map<string, number>();
    for (const [i, score] of scores.entries()) {
      if (Number.isNaN(score)) continue;
      const smiles = chemistry.canonicalSmiles(moleculeOf(states.slice(i * stateSize, (i + 1) * stateSize)));
      if (smiles !== undefined && !scoreOf.has(smiles)) scoreOf.set(smiles, score);
    }
    const best = [...scoreOf].sort(([, a], [, b]) => b - a);
    const looked = best.slice(0, top);
    const lowest = Math.min(...modeScores);
    const prints = best
      .filter(([, score], rank) => rank < top || score >= lowest)
      .map(([smiles]) => chemistry.fingerprint(smiles));
    const modes = modeScores.map((threshold) => {
      const found = separateModes(
        prints,
        best.slice(0, prints.length).map(([, score]) => score),
        { threshold, farther: 1 - modeSimilarity, distance: tanimotoDistance },
      );
      return [`modesFrom${threshold}`, found.length] as const;
    });
    return {
      distinctMoleculeShare: best.length / scores.length,
      ...(looked.length > 0 && {
        topDistinctScore: looked.reduce((sum, [, score]) => sum + score, 0) / looked.length,
        topDistinctCount: looked.length,
      }),
      // A few molecules that are far apart are not as diverse as `top` of them that are.
      ...(looked.length === top && { topDiversity: meanPairwiseDistance(prints.slice(0, top), tanimotoDistance) }),
      ...Object.fromEntries(modes),
    };
  };
}

/** A problem whose evaluations have `moleculeMetrics`, with its own scores of modes; the same problem where objects are no molecules. */
export function withMoleculeMetrics(problem: AnyProblem, chemistry: Chemistry): AnyProblem {
  checkGiven('withMoleculeMetrics', { problem }, 'problem');
  checkGiven('withMoleculeMetrics', { chemistry }, 'object');
  const { moleculeOf, modeScores = [], environment } = problem;
  if (moleculeOf === undefined) return problem;
  const { stateSize } = environment;
  return { ...problem, metricsOf: moleculeMetrics({ chemistry, stateSize, moleculeOf, modeScores }) };
}
