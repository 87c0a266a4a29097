import type { Chemistry } from '../../chemistry/chemistry.ts';
import { drugLikeness } from '../../chemistry/drug-likeness.ts';
import type { DeferredReward } from '../../environment/environment.ts';
import type { FragmentTrees } from '../../molecules/fragment-trees.ts';
import { moleculeReward } from '../../molecules/molecule-reward.ts';
import { log } from '../../numeric/elementary.ts';
import { checkGiven } from '../../text/check-given.ts';

/**
 * log R = beta log QED (see `drugLikeness`). Its score is QED.
 * @param beta the inverse temperature: a molecule that is twice as drug-like is 2^beta times as probable
 */
export function drugLikenessReward(trees: FragmentTrees, chemistry: Chemistry, beta: number): DeferredReward {
  checkGiven('drugLikenessReward', { trees }, { moleculeOf: 'function' });
  checkGiven('drugLikenessReward', { chemistry }, 'object');
  return moleculeReward({
    name: 'drug-likeness (QED)',
    chemistry,
    stateSize: trees.stateSize,
    moleculeOf: trees.moleculeOf,
    rate: async (smiles) => smiles.map((each) => drugLikeness(chemistry.drugProperties(each))),
    logReward: (score) => beta * log(score),
  });
}
