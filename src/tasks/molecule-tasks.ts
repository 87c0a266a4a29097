import type { AnyProblem } from '../environment/environment.ts';
import { MAX_FRAGMENTS } from '../molecules/fragment-trees.ts';
import { drugFragmentTrees, drugLikenessReward } from '../problems/molecules/environment.ts';
import { MAX_QM9_ATOMS, qm9Atoms } from '../problems/qm9-atoms/environment.ts';
import { qm9AtomsReward } from '../problems/qm9-atoms/reward.ts';
import {
  parseSehFragments,
  parseSehMolecules,
  SEH_FRAGMENTS_FILE,
  SEH_MOLECULES_FILE,
  SEH_VOCABULARIES,
  sehFragments,
} from '../problems/seh/environment.ts';
import { sehReward } from '../problems/seh/reward.ts';
import { parseSehWeights, SEH_WEIGHTS_FILE } from '../problems/seh/weights.ts';
import { defineProblem } from './define-task.ts';

export const moleculesProblem = defineProblem({
  name: 'molecules',
  summary: 'Molecules as trees of common rings and groups, rewarded by drug-likeness (QED).',
  options: [
    {
      name: 'maxFragments',
      kind: 'integer',
      default: 5,
      min: 1,
      max: MAX_FRAGMENTS,
      help: 'the most fragments of a molecule',
    },
    {
      name: 'beta',
      kind: 'number',
      default: 32,
      min: 0,
      max: 1000,
      help: 'the inverse temperature: the reward is a power of the drug-likeness',
    },
  ],
  async make(options, _read, openChemistry) {
    const environment = drugFragmentTrees({ maxFragments: Number(options.maxFragments) });
    const chemistry = await openChemistry();
    return {
      environment,
      reward: drugLikenessReward(environment, chemistry, Number(options.beta)),
      moleculeOf: environment.moleculeOf,
      modeScores: [0.9],
    };
  },
});

export const qm9AtomsProblem = defineProblem({
  name: 'qm9-atoms',
  summary: 'Molecules of C, N, O and F, atom by atom, rewarded by a surrogate (Hückel model) of a small gap.',
  options: [
    {
      name: 'maxAtoms',
      kind: 'integer',
      default: 9,
      min: 1,
      max: MAX_QM9_ATOMS,
      help: 'the most atoms of a molecule, without hydrogens',
    },
    {
      name: 'inverseTemperature',
      kind: 'choice',
      default: 'drawn',
      choices: ['drawn', 'fixed'],
      help: 'an inverse temperature for each trajectory, uniform from 0.5 to 32, or beta for all',
    },
    {
      name: 'beta',
      kind: 'number',
      default: 16,
      min: 0,
      max: 1000,
      help: 'the inverse temperature where it is fixed',
    },
  ],
  async make(options, _read, openChemistry) {
    const temperatures = options.inverseTemperature === 'drawn';
    const environment = qm9Atoms({ maxAtoms: Number(options.maxAtoms), temperatures });
    const chemistry = await openChemistry();
    return {
      environment,
      reward: qm9AtomsReward({ environment, chemistry, inverseTemperature: Number(options.beta) }),
      moleculeOf: environment.moleculeOf,
      modeScores: [1],
    };
  },
});

export const sehProblem = defineProblem({
  name: 'seh',
  summary: 'Molecules as trees of fragments, rewarded by predicted binding to soluble epoxide hydrolase.',
  options: [
    {
      name: 'data',
      kind: 'data-folder',
      files: [SEH_FRAGMENTS_FILE, SEH_WEIGHTS_FILE, SEH_MOLECULES_FILE],
      help: 'folder that holds the fragments, the weights of the predictor and molecules to compare with',
    },
    {
      name: 'maxFragments',
      kind: 'integer',
      default: 9,
      min: 1,
      max: MAX_FRAGMENTS,
      help: 'the most fragments of a molecule',
    },
    {
      name: 'beta',
      kind: 'number',
      default: 16,
      min: 0,
      max: 1000,
      help: 'the inverse temperature: the reward is a power of the prediction',
    },
    {
      name: 'vocabulary',
      kind: 'choice',
      default: 'full',
      choices: SEH_VOCABULARIES,
      help: 'the 72 published fragments, or a set of 18',
    },
  ],
  async make(options, read) {
    const maxFragments = Number(options.maxFragments);
    const vocabulary = options.vocabulary === 'reduced' ? 'reduced' : 'full';
    const fragments = parseSehFragments(await read(SEH_FRAGMENTS_FILE), vocabulary);
    const weights = parseSehWeights(await read(SEH_WEIGHTS_FILE));
    const environment = sehFragments(fragments, { maxFragments, vocabulary });
    const problem: AnyProblem = {
      environment,
      reward: sehReward({ weights, trees: environment, beta: Number(options.beta) }),
      moleculeOf: environment.moleculeOf,
      modeScores: [7, 8],
    };
    // The published molecules are made of the full vocabulary.
    if (vocabulary === 'reduced') return problem;
    return { ...problem, heldOut: parseSehMolecules(await read(SEH_MOLECULES_FILE), environment, maxFragments) };
  },
});
