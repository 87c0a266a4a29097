import type { AnyProblem } from '../../environment/environment.ts';
import { defineProblem } from '../problem.ts';
import { parseSehFragments, parseSehMolecules, sehFragments } from './environment.ts';
import { SEH_FRAGMENTS_FILE, SEH_MOLECULES_FILE, SEH_WEIGHTS_FILE } from './files.ts';
import { sehProblem } from './options.ts';
import { sehReward } from './reward.ts';
import { parseSehWeights } from './weights.ts';

export const problem = defineProblem(sehProblem, {
  async make({ maxFragments, beta, vocabulary }, { read }) {
    const fragments = parseSehFragments(await read(SEH_FRAGMENTS_FILE), vocabulary);
    const weights = parseSehWeights(await read(SEH_WEIGHTS_FILE));
    const environment = sehFragments(fragments, { maxFragments, vocabulary });
    const made: AnyProblem = {
      environment,
      reward: sehReward({ weights, trees: environment, beta }),
      moleculeOf: environment.moleculeOf,
      modeScores: [7, 8],
    };
    // The published molecules use the full vocabulary.
    if (vocabulary === 'reduced') return made;
    return { ...made, heldOut: parseSehMolecules(await read(SEH_MOLECULES_FILE), environment, maxFragments) };
  },
  dataPack: async () => (await import('./data-pack.ts')).dataPack,
});
