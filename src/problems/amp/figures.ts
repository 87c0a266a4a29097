import type { Environment, ObjectPictures, Problem } from '../../environment/environment.ts';
import { levenshteinDistance } from '../../metrics/object-distance.ts';
import { topDistinct, topMetrics } from '../../metrics/top.ts';
import { logoPictures } from '../pictures/logo.ts';
import { RESIDUES } from './alphabet.ts';

/** How many of the best peptides the metrics cover. */
const top = 100;

/** Residues by chemical class: charged by sign, polar, small and polar, or hydrophobic. */
const groups = [
  { letters: 'KRH', colour: '#2257c4' },
  { letters: 'DE', colour: '#c8322d' },
  { letters: 'NQ', colour: '#8e44ad' },
  { letters: 'GSTYC', colour: '#1a8f3c' },
];
const colourOf = (residue: string): string => groups.find(({ letters }) => letters.includes(residue))?.colour ?? '#222';

/**
 * Metrics of sampled peptides: `topDistinctReward`, the mean reward of the best distinct ones, `topDistinctCount`, their
 * number, at most 100, and if there are 100, `topEditDistance`, the mean Levenshtein distance over all pairs of those
 * (Jain et al., Biological Sequence Design with GFlowNets, 2022). Reports draw their letters by position.
 */
export function peptideFigures(
  { text, stateSize }: Environment,
  maxLength: number,
): { readonly metricsOf: NonNullable<Problem['metricsOf']>; readonly picturesOf: ObjectPictures } {
  return {
    async metricsOf({ states, logRewards }) {
      const peptides = Array.from(logRewards, (_, n) =>
        text(states.subarray(n * stateSize, (n + 1) * stateSize)).replace('.', ''),
      );
      const best = topMetrics(topDistinct(peptides, logRewards, top), levenshteinDistance);
      return {
        ...{ topDistinctReward: best.meanReward, topDistinctCount: best.count },
        ...(best.diversity === undefined ? {} : { topEditDistance: best.diversity }),
      };
    },
    picturesOf: logoPictures({ letters: RESIDUES, length: maxLength, colourOf }, stateSize),
  };
}
