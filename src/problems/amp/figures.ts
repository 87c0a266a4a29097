import type { Environment, ObjectPictures, Problem } from '../../environment/environment.ts';
import { levenshteinDistance } from '../../metrics/object-distance.ts';
import { topDistinct, topMetrics } from '../../metrics/top.ts';
import { logoPictures } from '../pictures/logo.ts';
import { RESIDUES } from './alphabet.ts';

/** Peptides that the figures of the best are of. */
const top = 100;

/** Residues by what they are: charged by sign, polar, small and polar, or shunning water. */
const groups = [
  { letters: 'KRH', colour: '#2257c4' },
  { letters: 'DE', colour: '#c8322d' },
  { letters: 'NQ', colour: '#8e44ad' },
  { letters: 'GSTYC', colour: '#1a8f3c' },
];
const colourOf = (residue: string): string => groups.find(({ letters }) => letters.includes(residue))?.colour ?? '#222';

/**
 * What evaluations tell of peptides that are sampled: `topDistinctReward`, the mean reward of the best hundred different
 * ones, and `topEditDistance`, the mean of Levenshtein's distance over all pairs of those, which is left out where there
 * are fewer (Jain et al., Biological Sequence Design with GFlowNets, 2022). A report draws their letters by place.
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
      const { meanReward, diversity } = topMetrics(topDistinct(peptides, logRewards, top), levenshteinDistance);
      return { topDistinctReward: meanReward, ...(diversity === undefined ? {} : { topEditDistance: diversity }) };
    },
    picturesOf: logoPictures({ letters: RESIDUES, length: maxLength, colourOf }, stateSize),
  };
}
