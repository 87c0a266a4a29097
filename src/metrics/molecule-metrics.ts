import type { Chemistry } from '../chemistry/chemistry.ts';
import type { Molecule } from '../chemistry/molecule.ts';
import type { AnyProblem, RatedObjects } from '../environment/environment.ts';
import { checkGiven } from '../text/check-given.ts';
import { tanimotoDistance } from './fingerprints.ts';
import { meanPairwiseDistance } from './object-distance.ts';
import { separateModes } from './separate-modes.ts';

/** The molecules to evaluate, and the criterion for modes. */
export interface MoleculeMetricsOptions {
  readonly chemistry: Chemistry;
  /** Numbers in a state row of the environment. */
  readonly stateSize: number;
  /** The molecule of an object. */
  readonly moleculeOf: (object: Int32Array) => Molecule;
  /** How many of the best distinct molecules enter the metrics of the top; 100 by default. */
  readonly top?: number;
  /** Scores from which a molecule may be a mode, such as 7 and 8 of the sEH proxy. */
  readonly modeScores?: readonly number[];
  /** Modes are less similar than this, by Tanimoto; 0.7 by default. */
  readonly modeSimilarity?: number;
}

/**
 * Metrics of sampled molecules, for `Problem.metricsOf`: `distinctMoleculeShare`, distinct canonical SMILES of valid
 * objects, divided by the number of all objects (states that differ only in attributes that leave the SMILES as it is,
 * such as a chirality that makes no difference, are one molecule); `topDistinctScore`, the mean score of the best
 * distinct molecules, and `topDistinctCount`, their number, at most `top`; if there are `top`, `topDiversity`, their mean
 * pairwise Tanimoto distance; and for each of `modeScores` the number of modes, such as `modesFrom7`. Objects whose score is NaN are invalid, and left out.
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
      // A few distant molecules are less diverse than `top` of them.
      ...(looked.length === top && { topDiversity: meanPairwiseDistance(prints.slice(0, top), tanimotoDistance) }),
      ...Object.fromEntries(modes),
    };
  };
}

/**
 * Adds `moleculeMetrics` to a problem's evaluations, with its own scores of modes; returns other problems unchanged.
 */
export function withMoleculeMetrics(problem: AnyProblem, chemistry: Chemistry): AnyProblem {
  checkGiven('withMoleculeMetrics', { problem }, 'problem');
  checkGiven('withMoleculeMetrics', { chemistry }, 'object');
  const { moleculeOf, modeScores = [], environment } = problem;
  if (moleculeOf === undefined) return problem;
  const { stateSize } = environment;
  return { ...problem, metricsOf: moleculeMetrics({ chemistry, stateSize, moleculeOf, modeScores }) };
}
