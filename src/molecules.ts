/**
 * Molecules, environments that build them, and their rewards.
 * @module flowtape/molecules
 */
export type { Chemistry, DrugProperties } from './chemistry/chemistry.ts';
export { drugLikeness } from './chemistry/drug-likeness.ts';
export type { Atom, Bond, Molecule } from './chemistry/molecule.ts';
export { type RdkitModule, rdkitChemistry } from './chemistry/rdkit.ts';
export { readSmiles } from './chemistry/smiles.ts';
export { writeSmiles } from './chemistry/write-smiles.ts';
export { tanimotoDistance, tanimotoSimilarity } from './metrics/fingerprints.ts';
export { type MoleculeMetricsOptions, moleculeMetrics, withMoleculeMetrics } from './metrics/molecule-metrics.ts';
export type { FragmentTree } from './molecules/fragment-tree.ts';
export { type FragmentTrees, type FragmentTreesOptions, fragmentTrees } from './molecules/fragment-trees.ts';
export { type Fragment, type FragmentVocabulary, fragmentVocabulary } from './molecules/fragments.ts';
export { type MoleculeRewardOptions, moleculeReward } from './molecules/molecule-reward.ts';
export { drugFragmentTrees } from './problems/molecules/environment.ts';
export { drugLikenessReward } from './problems/molecules/reward.ts';
export { type Qm9Atoms, type Qm9AtomsOptions, qm9Atoms } from './problems/qm9-atoms/environment.ts';
export { type Qm9AtomsRewardOptions, qm9AtomsReward, surrogateScore } from './problems/qm9-atoms/reward.ts';
export { parseSehFragments, parseSehMolecules, sehFragments } from './problems/seh/environment.ts';
export { type SehRewardOptions, sehReward } from './problems/seh/reward.ts';
export { parseSehWeights, type SehWeights } from './problems/seh/weights.ts';
